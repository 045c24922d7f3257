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

/// No such mailbox, no such domain, no such syntax, moved without a trace, switched off.
const NO_RECIPIENT: [&str; 5] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.2.1"];

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
                    Some(code) if is_about_the_recipient(code, &why) => Outcome::Bounced(why),
                    Some(_) | None => Outcome::Failed(why),
                }
            }
        }
    }
}

/// Whether a refusal says that there is no such recipient: by its enhanced status (RFC 3463), or, without one, by its code
/// (RFC 5321, 4.2.2). Others are about us: no login, a sender or a greeting refused, a policy, too many connections.
fn is_about_the_recipient(code: u16, text: &str) -> bool {
    match enhanced_status(text) {
        Some(status) => NO_RECIPIENT.contains(&status) && (500..600).contains(&code),
        None => matches!(code, 550 | 553),
    }
}

/// The first word of the form `class.subject.detail`, of which an address of a machine (`10.0.0.1`) is none.
fn enhanced_status(text: &str) -> Option<&str> {
    let is_number = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split(|sign: char| !sign.is_ascii_digit() && sign != '.')
        .map(|word| word.trim_matches('.'))
        .find(|word| {
            let mut parts = word.split('.');
            matches!(parts.next(), Some("2" | "4" | "5"))
                && parts.clone().count() == 2
                && parts.all(is_number)
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_about_the_recipient_bounces() {
        for (code, text, bounces) in [
            (550, "permanent error (550): 5.1.1 no such user", true),
            (550, "permanent error (550): no such user", true),
            (553, "permanent error (553): mailbox name not allowed", true),
            (554, "permanent error (554): 5.2.1 mailbox disabled", true),
            (550, "permanent error (550): not from 10.5.1.1", true),
            (550, "permanent error (550): 5.7.1 not from you", false),
            (553, "permanent error (553): 5.1.8 bad sender", false),
            (554, "permanent error (554): no service here", false),
            (552, "permanent error (552): mailbox full", false),
            (552, "permanent error (552): 5.2.2 mailbox full", false),
            (450, "transient error (450): 4.2.1 try later", false),
            (535, "permanent error (535): 5.7.8 who are you", false),
        ] {
            assert_eq!(is_about_the_recipient(code, text), bounces, "{text}");
        }
    }
}
