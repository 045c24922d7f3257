//! Settings of the payment service.

mod gateways;

use std::time::Duration;

use revcart_runtime::{ConfigError, Environment, Setting};

pub use gateways::{RazorpayConfig, StripeConfig};

const DUMMY: Setting = Setting {
    name: "REVCART_PAYMENT_DUMMY",
    default: Some("on"),
    meaning: "whether the gateway for tests takes payments (and tokens decide what it does): on, off; off in production",
    secret: false,
};
const DEADLINE: Setting = Setting {
    name: "REVCART_PAYMENT_GATEWAY_DEADLINE",
    default: Some("10s"),
    meaning: "how long one call to a gateway may take; after that the payment is looked up there",
    secret: false,
};
const CONCURRENCY: Setting = Setting {
    name: "REVCART_PAYMENT_GATEWAY_CALLS",
    default: Some("512"),
    meaning: "how many payments are at their gateways at the same time at the most: 1 to 10000",
    secret: false,
};
const RECHECK: Setting = Setting {
    name: "REVCART_PAYMENT_RECHECK",
    default: Some("10m"),
    meaning: "when a payment that is over is looked up once more, if the gateway had once not answered for it",
    secret: false,
};

/// Every setting that this service reads.
pub const SETTINGS: &[Setting] = &[
    DUMMY,
    DEADLINE,
    CONCURRENCY,
    RECHECK,
    gateways::STRIPE_SECRET_KEY,
    gateways::STRIPE_WEBHOOK_SECRET,
    gateways::STRIPE_PUBLISHABLE_KEY,
    gateways::STRIPE_URL,
    gateways::RAZORPAY_KEY_ID,
    gateways::RAZORPAY_KEY_SECRET,
    gateways::RAZORPAY_WEBHOOK_SECRET,
    gateways::RAZORPAY_URL,
];

/// The settings, read.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whether the gateway for tests is there.
    pub dummy: bool,
    /// How long one call to a gateway may take.
    pub gateway_deadline: Duration,
    /// Payments at their gateways at the same time.
    pub gateway_calls: usize,
    /// When a doubtful payment that is over is looked up once more.
    pub recheck: Duration,
    /// Stripe, if there is a key for it.
    pub stripe: Option<StripeConfig>,
    /// Razorpay, if there are keys for it.
    pub razorpay: Option<RazorpayConfig>,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// When one is missing or wrong; the error names it.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            dummy: env.one_of(&DUMMY, &[("on", true), ("off", false)])?,
            gateway_deadline: env.duration(&DEADLINE)?,
            gateway_calls: env.within(&CONCURRENCY, 1..=10_000)?,
            recheck: env.duration(&RECHECK)?,
            stripe: StripeConfig::from_env(env)?,
            razorpay: RazorpayConfig::from_env(env)?,
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
        assert!(config.dummy);
        assert_eq!(config.gateway_deadline, Duration::from_secs(10));
        assert!(config.stripe.is_none() && config.razorpay.is_none());
    }

    #[test]
    fn readme_lists_every_setting_with_its_default() {
        let readme = include_str!("../README.md");
        for setting in SETTINGS {
            let row = format!(
                "| `{}` | `{}` |",
                setting.name,
                setting.default.unwrap_or("")
            );
            assert!(readme.contains(&row), "{row}");
        }
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let env = Environment::from_pairs([("REVCART_PAYMENT_DUMMY", "perhaps")]);
        let error = Config::from_env(&env).unwrap_err();
        assert!(
            error.to_string().contains("REVCART_PAYMENT_DUMMY"),
            "{error}"
        );
    }
}
