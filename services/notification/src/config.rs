//! Settings of the notification service.

use std::time::Duration;

use revcart_runtime::{ConfigError, Environment, Setting};

const MAIL_FROM: Setting = Setting {
    name: "REVCART_MAIL_FROM",
    default: Some("RevCart <no-reply@revcart.local>"),
    meaning: "the sender of every mail: an address, or a name and an address in angle brackets",
    secret: false,
};
const MAIL_FILE_LIMIT: Setting = Setting {
    name: "REVCART_MAIL_FILE_LIMIT",
    default: Some("16777216"),
    meaning: "bytes after which the mail file is put aside and a new one begun; one old file is kept",
    secret: false,
};
const KEPT: Setting = Setting {
    name: "REVCART_NOTIFICATION_KEPT",
    default: Some("90d"),
    meaning: "how long notifications stay in the list",
    secret: false,
};

/// Every setting that this service reads.
pub const SETTINGS: &[Setting] = &[MAIL_FROM, MAIL_FILE_LIMIT, KEPT];

/// The settings, read.
#[derive(Debug, Clone)]
pub struct Config {
    /// The sender of every mail.
    pub mail_from: String,
    /// Bytes after which a new mail file is begun.
    pub mail_file_limit: u64,
    /// How long notifications are kept.
    pub kept: Duration,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// When one is missing or wrong; the error names it.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        let mail_from = env.text(&MAIL_FROM)?;
        if mail_from.contains(['\r', '\n']) || !mail_from.contains('@') {
            return Err(ConfigError::invalid(
                &MAIL_FROM,
                &mail_from,
                "it holds no address",
                MAIL_FROM.meaning,
            ));
        }
        Ok(Self {
            mail_from,
            mail_file_limit: env.within(&MAIL_FILE_LIMIT, 4096..=1 << 40)?,
            kept: env.duration(&KEPT)?,
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
            Config::for_testing().kept,
            Duration::from_secs(90 * 24 * 3600)
        );
    }

    #[test]
    fn a_sender_that_would_forge_headers_is_refused() {
        let env = Environment::from_pairs([("REVCART_MAIL_FROM", "a@b.c\nBcc: everybody@d.e")]);
        let error = Config::from_env(&env).unwrap_err();
        assert!(error.to_string().contains("REVCART_MAIL_FROM"), "{error}");
    }
}
