//! Settings of the analytics service.

use std::time::Duration;

use revcart_runtime::{ConfigError, Environment, Setting};
use shared_events::Currency;

const CURRENCY: Setting = Setting {
    name: "REVCART_CURRENCY",
    default: Some("INR"),
    meaning: "the currency that the shop sells in: an ISO 4217 code",
    secret: false,
};
const EVENTS_KEPT: Setting = Setting {
    name: "REVCART_ANALYTICS_EVENTS_KEPT",
    default: Some("90d"),
    meaning: "how long events stay in the event log; figures added up from them stay for ever",
    secret: false,
};
const MINUTES_KEPT: Setting = Setting {
    name: "REVCART_ANALYTICS_MINUTES_KEPT",
    default: Some("48h"),
    meaning: "how long figures are kept by the minute; those by the hour and by the day stay for ever",
    secret: false,
};
const STREAMS: Setting = Setting {
    name: "REVCART_ANALYTICS_STREAMS",
    default: Some("64"),
    meaning: "live streams at a time, at the most: 0 to 10000",
    secret: false,
};

/// Every setting that this service reads.
pub const SETTINGS: &[Setting] = &[CURRENCY, EVENTS_KEPT, MINUTES_KEPT, STREAMS];

/// The settings, read.
#[derive(Debug, Clone)]
pub struct Config {
    /// The currency in which the sales of products are added up.
    pub currency: Currency,
    /// How long events stay in the log.
    pub events_kept: Duration,
    /// How long figures are kept by the minute.
    pub minutes_kept: Duration,
    /// Live streams at a time.
    pub streams: usize,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// When one is missing or wrong; the error names it.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            currency: env.parse(&CURRENCY)?,
            events_kept: env.duration(&EVENTS_KEPT)?,
            minutes_kept: env.duration(&MINUTES_KEPT)?,
            streams: env.within(&STREAMS, 0..=10_000)?,
        })
    }

    /// The defaults.
    ///
    /// # Panics
    /// Never: the defaults are valid, which a test sees to.
    #[must_use]
    pub fn for_testing() -> Self {
        Self::from_env(&Environment::default()).expect("the defaults are valid")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid() {
        let config = Config::for_testing();
        assert_eq!(config.events_kept, Duration::from_secs(90 * 86_400));
        assert_eq!(config.streams, 64);
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let env = Environment::from_pairs([("REVCART_ANALYTICS_EVENTS_KEPT", "for ever")]);
        let error = Config::from_env(&env).unwrap_err();
        let name = "REVCART_ANALYTICS_EVENTS_KEPT";
        assert!(error.to_string().contains(name), "{error}");
    }
}
