//! Mails by SMTP: over a few connections that are kept open, encrypted from the start or from STARTTLS on.

use std::time::Duration;

use anyhow::Context;
use lettre::message::Mailbox;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::{Letter, Outcome, mime};
use crate::config::{Encryption, SmtpServer};

/// How long the server may take for one answer, and to be reached.
const ANSWER: Duration = Duration::from_secs(8);
/// How long a connection that nobody needs is kept.
const IDLE: Duration = Duration::from_secs(30);

/// An SMTP server.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    connections: u32,
}

impl Smtp {
    /// Reaches for nothing yet.
    pub(super) fn open(server: &SmtpServer, from: Mailbox) -> anyhow::Result<Self> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(server.address.expose())
            .map_err(|_| anyhow::anyhow!("REVCART_SMTP_URL cannot be used"))?;
        let pool = PoolConfig::new()
            .max_size(server.connections)
            .idle_timeout(IDLE);
        let transport = builder
            .tls(encryption(server)?)
            .timeout(Some(ANSWER))
            .pool_config(pool)
            .build();
        Ok(Self {
            transport,
            from,
            connections: server.connections,
        })
    }

    pub(super) fn connections(&self) -> usize {
        self.connections as usize
    }

    pub(super) async fn send(&self, letter: Letter) -> Outcome {
        let message = match mime::message(&self.from, &letter) {
            Ok(message) => message,
            Err(outcome) => return outcome,
        };
        match self.transport.send(message).await {
            Ok(_) => Outcome::Sent,
            Err(error) => {
                let code = error.status().map(u16::from);
                let why = revcart_runtime::error_chain(&error);
                match code {
                    Some(550..=559) => Outcome::Bounced(why),
                    // Other refusals are about us: no login, no such command, too many connections.
                    Some(_) | None => Outcome::Failed(why),
                }
            }
        }
    }
}

fn encryption(server: &SmtpServer) -> anyhow::Result<Tls> {
    if server.encryption == Encryption::None {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(server.host.clone());
    if let Some(path) = &server.authority {
        let pem = std::fs::read(path)
            .with_context(|| format!("REVCART_SMTP_CA: {} cannot be read", path.display()))?;
        let certificate = Certificate::from_pem(&pem)
            .with_context(|| format!("REVCART_SMTP_CA: {} is no certificate", path.display()))?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let parameters = parameters
        .build()
        .context("TLS to the mail server cannot be set up")?;
    Ok(match server.encryption {
        Encryption::FromTheStart => Tls::Wrapper(parameters),
        Encryption::StartTls | Encryption::None => Tls::Required(parameters),
    })
}
