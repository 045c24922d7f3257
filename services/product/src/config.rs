//! Settings of the product service.

use std::time::Duration;

use revcart_runtime::{ConfigError, Environment, Setting};
use shared_events::Currency;

const CURRENCY: Setting = Setting {
    name: "REVCART_CURRENCY",
    default: Some("INR"),
    meaning: "the currency of all prices: an ISO 4217 code",
    secret: false,
};
const LOW_STOCK_THRESHOLD: Setting = Setting {
    name: "REVCART_PRODUCT_LOW_STOCK_THRESHOLD",
    default: Some("10"),
    meaning: "from how many available units on a product's stock is low, unless the product says otherwise",
    secret: false,
};
const RESERVATION_TTL: Setting = Setting {
    name: "REVCART_PRODUCT_RESERVATION_TTL",
    default: Some("15m"),
    meaning: "how long a reservation made over REST holds stock, at the most and unless the caller asks for less",
    secret: false,
};
const CATALOGUE_CACHE: Setting = Setting {
    name: "REVCART_PRODUCT_CATALOGUE_CACHE",
    default: Some("1s"),
    meaning: "how long products are shown from memory; changes made by this process show at once, 0s turns it off",
    secret: false,
};
const VIEWS_PER_SECOND: Setting = Setting {
    name: "REVCART_PRODUCT_VIEWS_PER_SECOND",
    default: Some("200"),
    meaning: "how many views of products are published per second at the most; what is above is not counted",
    secret: false,
};

const IMAGES_BUCKET: Setting = Setting {
    name: "REVCART_IMAGES_S3_BUCKET",
    default: None,
    meaning: "the bucket of S3 that pictures of products are kept in; without it they lie in a folder, which replicas do not share",
    secret: false,
};
const IMAGES_REGION: Setting = Setting {
    name: "REVCART_IMAGES_S3_REGION",
    default: None,
    meaning: "the region of that bucket; AWS_DEFAULT_REGION otherwise",
    secret: false,
};
const IMAGES_ENDPOINT: Setting = Setting {
    name: "REVCART_IMAGES_S3_ENDPOINT",
    default: None,
    meaning: "where S3 is, if it is not AWS's own (MinIO, LocalStack); credentials are those of AWS_ACCESS_KEY_ID or of the machine's role",
    secret: false,
};

/// Every setting that this service reads.
pub const SETTINGS: &[Setting] = &[
    CURRENCY,
    LOW_STOCK_THRESHOLD,
    RESERVATION_TTL,
    CATALOGUE_CACHE,
    VIEWS_PER_SECOND,
    IMAGES_BUCKET,
    IMAGES_REGION,
    IMAGES_ENDPOINT,
];

/// The settings, read.
#[derive(Debug, Clone)]
pub struct Config {
    /// The currency of all prices.
    pub currency: Currency,
    /// The low-stock threshold of products that have none of their own.
    pub low_stock_threshold: u32,
    /// How long a reservation over REST lasts.
    pub reservation_ttl: Duration,
    /// How long products are shown from memory.
    pub catalogue_cache: Duration,
    /// Views that are published per second at the most.
    pub views_per_second: usize,
    /// The bucket of pictures; none for a folder.
    pub images_bucket: Option<Bucket>,
}

/// A bucket of S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Where it lies; as the environment of AWS says, if it is not named.
    pub region: Option<String>,
    /// Where S3 is, if it is not AWS's own.
    pub endpoint: Option<String>,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// When one is missing or wrong; the error names it.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            currency: env.parse(&CURRENCY)?,
            low_stock_threshold: env.within(&LOW_STOCK_THRESHOLD, 0..=1_000_000)?,
            reservation_ttl: env.duration(&RESERVATION_TTL)?,
            catalogue_cache: env.duration(&CATALOGUE_CACHE)?,
            views_per_second: env.within(&VIEWS_PER_SECOND, 0..=10_000)?,
            images_bucket: match env.optional_text(&IMAGES_BUCKET)? {
                None => None,
                Some(name) => Some(Bucket {
                    name,
                    region: env.optional_text(&IMAGES_REGION)?,
                    endpoint: env.optional_text(&IMAGES_ENDPOINT)?,
                }),
            },
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
        assert_eq!(config.currency, Currency::INR);
        assert_eq!(config.reservation_ttl, Duration::from_secs(900));
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let env = Environment::from_pairs([("REVCART_CURRENCY", "rupees")]);
        let error = Config::from_env(&env).unwrap_err();
        assert!(error.to_string().contains("REVCART_CURRENCY"), "{error}");
    }

    #[test]
    fn the_readme_lists_every_setting_with_its_default() {
        let readme = include_str!("../README.md");
        for setting in SETTINGS {
            let default = setting.default.map(|it| format!("`{it}`"));
            let row = format!("| `{}` | {} |", setting.name, default.unwrap_or_default());
            assert!(readme.contains(&row), "{row}");
        }
    }
}
