//! Settings of the delivery service.

use std::time::Duration;

use revcart_runtime::{ConfigError, Environment, Setting};

use crate::domain::zone::Zones;

const ZONES: Setting = Setting {
    name: "REVCART_DELIVERY_ZONES",
    default: Some("islands=744;default=*"),
    meaning: "which postal codes lie in which zone, by their first characters: zone=prefix,prefix;zone=*",
    secret: false,
};
const ESTIMATE: Setting = Setting {
    name: "REVCART_DELIVERY_ESTIMATE",
    default: Some("45m"),
    meaning: "how long after its assignment a delivery is said to arrive",
    secret: false,
};
const SEARCH_INTERVAL: Setting = Setting {
    name: "REVCART_DELIVERY_SEARCH_INTERVAL",
    default: Some("500ms"),
    meaning: "how often to look for agents for deliveries that have none, and to give up those whose time is over",
    secret: false,
};
const LOCATION_INTERVAL: Setting = Setting {
    name: "REVCART_DELIVERY_LOCATION_INTERVAL",
    default: Some("2s"),
    meaning: "how often an agent may say where they are, at the most",
    secret: false,
};
const LOCATIONS_KEPT: Setting = Setting {
    name: "REVCART_DELIVERY_LOCATIONS_KEPT",
    default: Some("200"),
    meaning: "how many of the places where an agent has been are remembered",
    secret: false,
};
const LOCATIONS_AGE: Setting = Setting {
    name: "REVCART_DELIVERY_LOCATIONS_AGE",
    default: Some("30d"),
    meaning: "how long they are remembered, on MongoDB",
    secret: false,
};

/// Every setting that this service reads.
pub const SETTINGS: &[Setting] = &[
    ZONES,
    ESTIMATE,
    SEARCH_INTERVAL,
    LOCATION_INTERVAL,
    LOCATIONS_KEPT,
    LOCATIONS_AGE,
];

/// The settings, read.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which postal codes lie in which zone.
    pub zones: Zones,
    /// How long after its assignment a delivery is said to arrive.
    pub estimate: Duration,
    /// How often to look for agents for deliveries that have none.
    pub search_interval: Duration,
    /// How often an agent may say where they are.
    pub location_interval: Duration,
    /// How many places of an agent are remembered.
    pub locations_kept: i64,
    /// How long they are remembered, on MongoDB.
    pub locations_age: Duration,
}

const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// When one is missing or wrong; the error names it.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            zones: env.parse(&ZONES)?,
            estimate: env.duration(&ESTIMATE)?,
            search_interval: env.duration(&SEARCH_INTERVAL)?,
            location_interval: env.duration(&LOCATION_INTERVAL)?,
            locations_kept: env.within(&LOCATIONS_KEPT, 1..=10_000)?,
            locations_age: env.duration(&LOCATIONS_AGE)?,
        })
    }

    /// The defaults; but nothing is forgotten by age: a server does that by its own clock, which is far from that of tests.
    ///
    /// # Panics
    /// Never: the defaults are valid, which a test sees to.
    #[must_use]
    pub fn for_testing() -> Self {
        Self {
            locations_age: CENTURY,
            ..Self::from_env(&Environment::default()).expect("the defaults are valid")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        let config = Config::for_testing();
        assert_eq!(config.zones.of("744101").as_str(), "islands");
        assert_eq!(config.zones.of("411001").as_str(), "default");
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let env = Environment::from_pairs([("REVCART_DELIVERY_ZONES", "islands=744")]);
        let error = Config::from_env(&env).unwrap_err();
        assert!(
            error.to_string().contains("REVCART_DELIVERY_ZONES"),
            "{error}"
        );
    }
    #[test]
    fn the_readme_lists_every_setting_with_its_default() {
        let readme = include_str!("../README.md");
        for setting in SETTINGS {
            let default = setting.default.expect("every setting here has a default");
            let row = format!("| `{}` | `{default}` |", setting.name);
            assert!(readme.contains(&row), "{row}");
        }
    }
}
