//! What can be set from outside.

use std::time::Duration;

use revcart_runtime::{ConfigError, Environment, Setting};

pub use crate::passwords::Cost;

/// Whether people must verify their address before they can sign in.
const REQUIRE_VERIFICATION: Setting = Setting {
    name: "REVCART_REQUIRE_VERIFICATION",
    default: Some("false"),
    meaning: "whether a new account must verify its e-mail address before it can sign in: true or false",
    secret: false,
};
/// How long an access token is valid.
const ACCESS_TOKEN_TTL: Setting = Setting {
    name: "REVCART_ACCESS_TOKEN_TTL",
    default: Some("15m"),
    meaning: "how long an access token is valid; a suspended account can act that long",
    secret: false,
};
/// How long a session lives without being refreshed.
const REFRESH_TOKEN_TTL: Setting = Setting {
    name: "REVCART_REFRESH_TOKEN_TTL",
    default: Some("30d"),
    meaning: "how long a session lasts that is not refreshed",
    secret: false,
};
/// How many passwords are hashed at the same time.
const PASSWORD_HASHERS: Setting = Setting {
    name: "REVCART_PASSWORD_HASHERS",
    default: Some("2"),
    meaning: "how many passwords are hashed at the same time, 1 to 64; each takes a core and 19 MiB for some ten milliseconds",
    secret: false,
};

/// Every setting of this service.
pub const SETTINGS: &[Setting] = &[
    REQUIRE_VERIFICATION,
    ACCESS_TOKEN_TTL,
    REFRESH_TOKEN_TTL,
    PASSWORD_HASHERS,
];

/// How the service is set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// Whether a new account must verify its address before it can sign in.
    pub require_verification: bool,
    /// How long an access token is valid.
    pub access_token_ttl: Duration,
    /// How long a session lasts that is not refreshed.
    pub refresh_token_ttl: Duration,
    /// How many passwords are hashed at the same time.
    pub password_hashers: usize,
    /// How much work a password hash is; not a setting, because nobody should lower it.
    pub password_cost: Cost,
}

impl Config {
    /// From environment variables.
    ///
    /// # Errors
    /// One line that names the variable.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            require_verification: env.flag(&REQUIRE_VERIFICATION)?,
            access_token_ttl: env.duration(&ACCESS_TOKEN_TTL)?,
            refresh_token_ttl: env.duration(&REFRESH_TOKEN_TTL)?,
            password_hashers: env.within(&PASSWORD_HASHERS, 1..=64)?,
            password_cost: Cost::OWASP,
        })
    }

    /// The defaults, with password hashes that cost next to nothing.
    ///
    /// # Panics
    /// Never: the defaults are acceptable.
    #[must_use]
    pub fn for_testing() -> Self {
        let defaults =
            Self::from_env(&Environment::default()).expect("the defaults are acceptable");
        Self {
            password_cost: Cost::LEAST,
            ..defaults
        }
    }
}
