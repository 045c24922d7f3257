//! Settings of the cart service.

use std::time::Duration;

use revcart_runtime::config::tariff;
use revcart_runtime::{ConfigError, Environment, Setting};
use shared_events::pricing::Tariff;

const ABANDONED_AFTER: Setting = Setting {
    name: "REVCART_CART_ABANDONED_AFTER",
    default: Some("24h"),
    meaning: "after how long without a change a cart counts as abandoned",
    secret: false,
};
const GUESTS_KEPT: Setting = Setting {
    name: "REVCART_CART_GUESTS_KEPT",
    default: Some("30d"),
    meaning: "after how long without a change a guest's cart is deleted",
    secret: false,
};
const KEPT: Setting = Setting {
    name: "REVCART_CART_KEPT",
    default: Some("180d"),
    meaning: "after how long without a change a user's cart is emptied",
    secret: false,
};
const CACHED_ITEMS: Setting = Setting {
    name: "REVCART_CART_CACHED_ITEMS",
    default: Some("20000"),
    meaning: "items of carts kept in memory, about 300 bytes each; 0 keeps none. With REVCART_REDIS_URL carts are kept there instead, for seconds",
    secret: false,
};

/// Every setting that this service reads, but for [`tariff::SETTINGS`].
pub const SETTINGS: &[Setting] = &[ABANDONED_AFTER, GUESTS_KEPT, KEPT, CACHED_ITEMS];

/// The settings, read.
#[derive(Debug, Clone)]
pub struct Config {
    /// What the shop charges beside the goods.
    pub tariff: Tariff,
    /// After how long without a change a cart counts as abandoned.
    pub abandoned_after: Duration,
    /// After how long without a change a guest's cart is deleted.
    pub guests_kept: Duration,
    /// After how long without a change a user's cart is emptied.
    pub kept: Duration,
    /// Items of carts kept in memory.
    pub cached_items: u64,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// When one is missing or wrong; the error names it.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            tariff: tariff::read(env)?,
            abandoned_after: env.duration(&ABANDONED_AFTER)?,
            guests_kept: env.duration(&GUESTS_KEPT)?,
            kept: env.duration(&KEPT)?,
            cached_items: env.within(&CACHED_ITEMS, 0..=10_000_000)?,
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
        assert_eq!(
            Config::for_testing().abandoned_after,
            Duration::from_secs(24 * 3600)
        );
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let env = Environment::from_pairs([("REVCART_CART_ABANDONED_AFTER", "tomorrow")]);
        let error = Config::from_env(&env).unwrap_err();
        assert!(
            error.to_string().contains("REVCART_CART_ABANDONED_AFTER"),
            "{error}"
        );
    }
}
