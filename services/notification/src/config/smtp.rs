//! The mail server.

use std::net::IpAddr;
use std::path::PathBuf;

use revcart_runtime::config::Secret;
use revcart_runtime::{ConfigError, Environment, Setting};

pub(super) const URL: Setting = Setting {
    name: "REVCART_SMTP_URL",
    default: None,
    meaning: "the mail server: smtps://user:password@host:465 (TLS from the start), smtp://user:password@host:587 (STARTTLS, required), \
              or smtp://127.0.0.1:25?tls=none (no TLS, on this machine only)",
    secret: true,
};
pub(super) const AUTHORITY: Setting = Setting {
    name: "REVCART_SMTP_CA",
    default: None,
    meaning: "a file with the certificate of an authority to trust besides the system's, for the mail server",
    secret: false,
};
pub(super) const CONNECTIONS: Setting = Setting {
    name: "REVCART_SMTP_CONNECTIONS",
    default: Some("4"),
    meaning: "connections to the mail server at the most",
    secret: false,
};

/// How to reach a mail server.
#[derive(Debug, Clone)]
pub(crate) struct SmtpServer {
    /// In the words of the library.
    pub(crate) address: Secret,
    /// Whose name its certificate must have.
    pub(crate) host: String,
    pub(crate) encryption: Encryption,
    /// An authority to trust besides the system's.
    pub(crate) authority: Option<PathBuf>,
    pub(crate) connections: u32,
}

/// From when on nobody can listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    FromTheStart,
    StartTls,
    /// Not at all: only within a machine.
    None,
}

impl SmtpServer {
    pub(super) fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        let url = env.secret(&URL)?;
        let refused = |problem: &str| {
            ConfigError::invalid(
                &URL,
                url.expose(),
                problem,
                "smtps://user:password@host:465, smtp://user:password@host:587 or smtp://127.0.0.1:25?tls=none",
            )
        };
        let (base, query) = match url.expose().split_once('?') {
            Some((base, query)) => (base, Some(query)),
            None => (url.expose(), None),
        };
        let uri: http::Uri = base.parse().map_err(|_| refused("it is no address"))?;
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| refused("it names no host"))?.to_owned();
        let (encryption, address) = match (uri.scheme_str(), query) {
            (Some("smtps"), None) => (Encryption::FromTheStart, base.to_owned()),
            (Some("smtp"), None | Some("tls=required")) => {
                (Encryption::StartTls, format!("{base}?tls=required"))
            }
            (Some("smtp"), Some("tls=none")) if is_loopback(&host) => {
                (Encryption::None, base.to_owned())
            }
            (Some("smtp"), Some("tls=none")) => {
                return Err(refused("without TLS mails go no further than this machine"));
            }
            (_, _) => return Err(refused("there is no such way of speaking SMTP")),
        };
        Ok(Self {
            address: Secret::new(address),
            host: host.trim_matches(['[', ']']).to_owned(),
            encryption,
            authority: env.optional_text(&AUTHORITY)?.map(PathBuf::from),
            connections: env.within(&CONNECTIONS, 1..=64)?,
        })
    }
}

/// Whether this names the machine itself, over whose wire nobody listens.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
