//! What can be set from outside.

use std::time::Duration;

use revcart_runtime::config::Secret;
use revcart_runtime::{ConfigError, Environment, Setting};

pub use crate::passwords::{Cost, HashCount};

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
/// The secret that one-time codes are stored with.
const CODE_PEPPER: Setting = Setting {
    name: "REVCART_CODE_PEPPER",
    default: None,
    meaning: "secret of at least 32 characters under which one-time codes are stored, the same for all replicas; made and kept in the database if not given",
    secret: true,
};
/// How long a key signs access tokens.
const SIGNING_KEY_LIFE: Setting = Setting {
    name: "REVCART_SIGNING_KEY_LIFE",
    default: Some("90d"),
    meaning: "how long a key signs access tokens before the next one is made, at least an hour",
    secret: false,
};

/// The fewest characters of the pepper, and the shortest life of a key.
const FEWEST_IN_PEPPER: usize = 32;
const SHORTEST_KEY_LIFE: Duration = Duration::from_secs(3600);

/// Every setting of this service.
pub const SETTINGS: &[Setting] = &[
    REQUIRE_VERIFICATION,
    ACCESS_TOKEN_TTL,
    REFRESH_TOKEN_TTL,
    PASSWORD_HASHERS,
    CODE_PEPPER,
    SIGNING_KEY_LIFE,
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
    /// Counts password hashes, so that tests can hold the work of one answer against that of another.
    pub hashes: HashCount,
    /// The secret that one-time codes are stored with; made and kept in the database if not given.
    pub code_pepper: Option<Secret>,
    /// How long a key signs before the next one is made.
    pub signing_key_life: Duration,
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
            hashes: HashCount::default(),
            code_pepper: code_pepper(env)?,
            signing_key_life: signing_key_life(env)?,
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

fn code_pepper(env: &Environment) -> Result<Option<Secret>, ConfigError> {
    let pepper = env.optional_secret(&CODE_PEPPER)?;
    match pepper {
        Some(short) if short.expose().chars().count() < FEWEST_IN_PEPPER => {
            Err(refused(&CODE_PEPPER, "[secret]", "it is too short"))
        }
        pepper => Ok(pepper),
    }
}

fn signing_key_life(env: &Environment) -> Result<Duration, ConfigError> {
    let life = env.duration(&SIGNING_KEY_LIFE)?;
    if life < SHORTEST_KEY_LIFE {
        let given = format!("{}s", life.as_secs());
        return Err(refused(&SIGNING_KEY_LIFE, &given, "it is too short"));
    }
    Ok(life)
}

fn refused(setting: &Setting, given: &str, problem: &str) -> ConfigError {
    ConfigError::invalid(setting, given, problem.to_owned(), setting.meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pepper_that_could_be_guessed_is_refused_and_not_shown() {
        let env = Environment::from_pairs([("REVCART_CODE_PEPPER", "salt-and-pepper")]);
        let refused = Config::from_env(&env).unwrap_err().to_string();
        assert!(refused.contains("REVCART_CODE_PEPPER"), "{refused}");
        assert!(!refused.contains("salt-and-pepper"), "{refused}");
        let env = Environment::from_pairs([("REVCART_CODE_PEPPER", "x".repeat(32))]);
        assert!(Config::from_env(&env).unwrap().code_pepper.is_some());
    }

    #[test]
    fn keys_are_not_changed_all_the_time() {
        let env = Environment::from_pairs([("REVCART_SIGNING_KEY_LIFE", "5m")]);
        let refused = Config::from_env(&env).unwrap_err().to_string();
        assert!(refused.contains("REVCART_SIGNING_KEY_LIFE"), "{refused}");
    }
}
