//! Settings of the delivery service.

use std::sync::Arc;
use std::time::Duration;

use revcart_runtime::{ConfigError, Environment, Setting};

use crate::domain::doorstep::Rule;
use crate::domain::place::Places;
use crate::domain::shift::Offset;
use crate::domain::zone::Zones;
use crate::store::dispatch::Terms;

const ZONES: Setting = Setting {
    name: "REVCART_DELIVERY_ZONES",
    default: Some("islands=744;default=*"),
    meaning: "which postal codes lie in which zone, by their first characters: zone=prefix,prefix;zone=*",
    secret: false,
};
const PLACES: Setting = Setting {
    name: "REVCART_DELIVERY_PLACES",
    default: Some("560=12.9716,77.5946;411=18.5204,73.8567;744=11.6234,92.7265"),
    meaning: "roughly where postal codes lie, by their first characters, in degrees: prefix=latitude,longitude;…",
    secret: false,
};
const UTC_OFFSET: Setting = Setting {
    name: "REVCART_DELIVERY_UTC_OFFSET",
    default: Some("+05:30"),
    meaning: "in which local time the plans of agents are written, as its distance from UTC: +05:30",
    secret: false,
};
const PROOF: Setting = Setting {
    name: "REVCART_DELIVERY_PROOF",
    default: Some("optional"),
    meaning: "what agents have to show for a hand-over: optional, required (proof of any kind) or code (the shopper's)",
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
const LOCATION_FRESH: Setting = Setting {
    name: "REVCART_DELIVERY_LOCATION_FRESH",
    default: Some("10m"),
    meaning: "how old the news may be of where an agent is, to count for who is nearest and where a route begins",
    secret: false,
};
const TRACKING_INTERVAL: Setting = Setting {
    name: "REVCART_DELIVERY_TRACKING_INTERVAL",
    default: Some("2s"),
    meaning: "how often whoever tracks a delivery is told where its agent is, at the most",
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
    PLACES,
    UTC_OFFSET,
    PROOF,
    ESTIMATE,
    SEARCH_INTERVAL,
    LOCATION_INTERVAL,
    LOCATION_FRESH,
    TRACKING_INTERVAL,
    LOCATIONS_KEPT,
    LOCATIONS_AGE,
];

/// The settings, read.
#[derive(Debug, Clone)]
pub struct Config {
    /// Which postal codes lie in which zone, as far as no admin has drawn it otherwise.
    pub zones: Zones,
    /// Roughly where postal codes lie.
    pub places: Arc<Places>,
    /// The local time of plans.
    pub utc_offset: Offset,
    /// What agents have to show for a hand-over.
    pub proof: Rule,
    /// How long after its assignment a delivery is said to arrive.
    pub estimate: Duration,
    /// How often to look for agents for deliveries that have none.
    pub search_interval: Duration,
    /// How often an agent may say where they are.
    pub location_interval: Duration,
    /// How old the news may be of where an agent is.
    pub location_fresh: Duration,
    /// How often a follower is told where an agent is, at the most.
    pub tracking_interval: Duration,
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
            places: Arc::new(env.parse(&PLACES)?),
            utc_offset: env.parse(&UTC_OFFSET)?,
            proof: env.parse(&PROOF)?,
            estimate: env.duration(&ESTIMATE)?,
            search_interval: env.duration(&SEARCH_INTERVAL)?,
            location_interval: env.duration(&LOCATION_INTERVAL)?,
            location_fresh: env.duration(&LOCATION_FRESH)?,
            tracking_interval: env.duration(&TRACKING_INTERVAL)?,
            locations_kept: env.within(&LOCATIONS_KEPT, 1..=10_000)?,
            locations_age: env.duration(&LOCATIONS_AGE)?,
        })
    }

    /// On what terms parcels are given out.
    pub(crate) fn terms(&self) -> Terms {
        Terms {
            estimate: self.estimate,
            freshness: self.location_fresh,
            offset: self.utc_offset,
        }
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
        assert!(config.places.of("560001").is_some());
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
