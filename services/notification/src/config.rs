//! Settings of the notification service.

mod smtp;

use std::time::Duration;

use lettre::message::Mailbox;
use revcart_runtime::config::Secret;
use revcart_runtime::{ConfigError, Environment, Setting};

use crate::domain::Letterhead;

pub(crate) use smtp::{Encryption, SmtpServer};

const MAIL: Setting = Setting {
    name: "REVCART_MAIL",
    default: Some("file"),
    meaning: "where mails go: file (mail.mbox in the service's folder), smtp (REVCART_SMTP_URL) or ses (Amazon SES, with AWS's own settings)",
    secret: false,
};
const MAIL_FROM: Setting = Setting {
    name: "REVCART_MAIL_FROM",
    default: Some("RevCart <no-reply@revcart.local>"),
    meaning: "the sender of every mail: an address, or a name and an address in angle brackets",
    secret: false,
};
const MAIL_FILE_LIMIT: Setting = Setting {
    name: "REVCART_MAIL_FILE_LIMIT",
    default: Some("16777216"),
    meaning: "bytes after which a file of mails or messages is put aside and a new one begun; one old file is kept",
    secret: false,
};
const SHOP_NAME: Setting = Setting {
    name: "REVCART_SHOP_NAME",
    default: Some("RevCart"),
    meaning: "what the shop is called in letters",
    secret: false,
};
const SHOP_URL: Setting = Setting {
    name: "REVCART_SHOP_URL",
    default: Some("http://127.0.0.1:8080"),
    meaning: "where the shop is reached from outside, for links in letters: http or https, without a path",
    secret: false,
};
const UNSUBSCRIBE_KEY: Setting = Setting {
    name: "REVCART_UNSUBSCRIBE_KEY",
    default: None,
    meaning: "what links to unsubscribe are signed with, 32 characters at least; one is made and kept in the database if not given",
    secret: true,
};
const KEPT: Setting = Setting {
    name: "REVCART_NOTIFICATION_KEPT",
    default: Some("90d"),
    meaning: "how long notifications stay in the list",
    secret: false,
};

const HEARTBEAT: Setting = Setting {
    name: "REVCART_NOTIFICATION_HEARTBEAT",
    default: Some("30s"),
    meaning: "how often who looks on over WebSocket is asked whether they are still there",
    secret: false,
};

/// Every setting that this service reads.
pub const SETTINGS: &[Setting] = &[
    MAIL,
    MAIL_FROM,
    MAIL_FILE_LIMIT,
    smtp::URL,
    smtp::AUTHORITY,
    smtp::CONNECTIONS,
    SHOP_NAME,
    SHOP_URL,
    UNSUBSCRIBE_KEY,
    KEPT,
    HEARTBEAT,
];

/// A shorter key could be guessed.
const SHORTEST_KEY: usize = 32;

/// Where mails go.
#[derive(Debug, Clone)]
pub(crate) enum Mailing {
    /// Into a file.
    File,
    /// To a mail server.
    Smtp(SmtpServer),
    /// To Amazon SES.
    Ses,
}

/// The settings, read.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where mails go.
    pub(crate) mailing: Mailing,
    /// The sender of every mail.
    pub(crate) mail_from: Mailbox,
    /// Bytes after which a new file of mails or messages is begun.
    pub(crate) mail_file_limit: u64,
    /// What stands around every letter.
    pub(crate) head: Letterhead,
    /// What links are signed with, if it was given.
    pub(crate) unsubscribe_key: Option<Secret>,
    /// How long notifications are kept.
    pub(crate) kept: Duration,
    /// How often who looks on is asked whether they are there.
    pub(crate) heartbeat: Duration,
}

/// The ways in which mails can go, as they are named.
#[derive(Clone, Copy)]
enum Way {
    File,
    Smtp,
    Ses,
}

impl Config {
    /// Reads the settings.
    ///
    /// # Errors
    /// When one is missing or wrong; the error names it.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        let ways = [("file", Way::File), ("smtp", Way::Smtp), ("ses", Way::Ses)];
        let mailing = match env.one_of(&MAIL, &ways)? {
            Way::File => Mailing::File,
            Way::Smtp => Mailing::Smtp(SmtpServer::from_env(env)?),
            Way::Ses => Mailing::Ses,
        };
        Ok(Self {
            mailing,
            mail_from: env.parse(&MAIL_FROM)?,
            mail_file_limit: env.within(&MAIL_FILE_LIMIT, 4096..=1 << 40)?,
            head: Letterhead {
                shop: shop_name(env)?,
                address: shop_url(env)?,
            },
            unsubscribe_key: unsubscribe_key(env)?,
            kept: env.duration(&KEPT)?,
            heartbeat: heartbeat(env)?,
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

fn heartbeat(env: &Environment) -> Result<Duration, ConfigError> {
    let every = env.duration(&HEARTBEAT)?;
    if every.is_zero() {
        return Err(ConfigError::invalid(
            &HEARTBEAT,
            "0s",
            "nobody can answer that often",
            "more than nothing",
        ));
    }
    Ok(every)
}

fn shop_name(env: &Environment) -> Result<String, ConfigError> {
    let name = env.text(&SHOP_NAME)?;
    if name.chars().any(char::is_control) || name.chars().count() > 60 {
        return Err(ConfigError::invalid(
            &SHOP_NAME,
            &name,
            "it does not fit into a line",
            "60 characters at the most, in one line",
        ));
    }
    Ok(name)
}

fn shop_url(env: &Environment) -> Result<String, ConfigError> {
    let given = env.text(&SHOP_URL)?;
    let address = given.trim_end_matches('/');
    let parsed = address.parse::<http::Uri>();
    let is_base = parsed.is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && matches!(uri.path(), "" | "/")
            && uri.query().is_none()
    });
    if !is_base {
        return Err(ConfigError::invalid(
            &SHOP_URL,
            &given,
            "links cannot begin with it",
            "such as https://shop.example.com",
        ));
    }
    Ok(address.to_owned())
}

fn unsubscribe_key(env: &Environment) -> Result<Option<Secret>, ConfigError> {
    let key = env.optional_secret(&UNSUBSCRIBE_KEY)?;
    if let Some(key) = &key
        && key.expose().len() < SHORTEST_KEY
    {
        return Err(ConfigError::invalid(
            &UNSUBSCRIBE_KEY,
            key.expose(),
            "it is too short",
            format!("{SHORTEST_KEY} characters at least"),
        ));
    }
    Ok(key)
}

#[cfg(test)]
mod tests;
