//! Who carries what goes out: one courier for each channel. Mails go into a file, to an SMTP server or to SES, as configured;
//! text and push messages into files for now.
//!
//! A courier says of each letter what became of it; it keeps nothing and tries nothing twice. Reading order: [`Letter`], then
//! [`file`] (files that stay bounded), [`mbox`] and [`lines`] (what is written into them), [`mime`] (a letter as it travels),
//! [`smtp`], [`ses`].

mod file;
mod lines;
mod mbox;
mod mime;
mod ses;
mod smtp;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::StreamExt;
use lettre::message::Mailbox;
use shared_events::Channel;
use tokio::time::{Instant, timeout_at};

use crate::config::{Config, Mailing};
use crate::domain::Dispatch;

use lines::Lines;
use mbox::Mbox;
use ses::Ses;
use smtp::Smtp;

/// Addresses under this domain (reserved for tests by RFC 2606) bounce in the file.
const BOUNCING_DOMAIN: &str = "@bounce.test";

/// How long the letters of one round may take together: less than they are leased for.
pub(crate) const ROUND: Duration = Duration::from_secs(18);
/// Letters of one round, where each is a conversation.
const FEW: u32 = 64;
/// Letters of one round, where all are one write.
const MANY: u32 = 256;

/// Something to carry, with everything that stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) dispatch: Dispatch,
    /// Plain text.
    pub(crate) text: String,
    /// HTML, for a mail.
    pub(crate) html: Option<String>,
    /// Where one click ends mails of this kind.
    pub(crate) unsubscribe: Option<String>,
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Handed on.
    Sent,
    /// The address does not exist, or wants none of it: there is no use in trying again.
    Bounced(String),
    /// Not now.
    Failed(String),
}

/// One courier for each channel. Clones share them.
#[derive(Clone)]
pub(crate) struct Couriers(Arc<All>);

struct All {
    mail: MailCourier,
    sms: Lines,
    push: Lines,
}

enum MailCourier {
    File(Mbox),
    Smtp(Smtp),
    Ses(Ses),
}

impl Couriers {
    /// Opens what the configuration names; nothing is sent yet.
    pub(crate) async fn open(config: &Config, folder: &Path) -> anyhow::Result<Self> {
        let limit = config.mail_file_limit;
        let mail = match &config.mailing {
            Mailing::File => MailCourier::File(
                Mbox::open(folder, config.mail_from.to_string(), limit)
                    .context("the mail folder cannot be made")?,
            ),
            Mailing::Smtp(server) => {
                MailCourier::Smtp(Smtp::open(server, config.mail_from.clone())?)
            }
            Mailing::Ses => MailCourier::Ses(Box::pin(Ses::open(config.mail_from.clone())).await),
        };
        Ok(Self(Arc::new(All {
            mail,
            sms: Lines::open(folder, "sms", limit)?,
            push: Lines::open(folder, "push", limit)?,
        })))
    }

    /// How many letters can be carried in one round.
    pub(crate) fn at_a_time(&self) -> u32 {
        match self.0.mail {
            MailCourier::File(_) => MANY,
            MailCourier::Smtp(_) | MailCourier::Ses(_) => FEW,
        }
    }

    /// Carries letters; what became of each, in their order.
    pub(crate) async fn carry(&self, letters: &[Letter]) -> Vec<Outcome> {
        let mut outcomes = vec![Outcome::Failed("no courier took it".to_owned()); letters.len()];
        for channel in [Channel::Email, Channel::Sms, Channel::Push] {
            let (places, letters): (Vec<usize>, Vec<Letter>) = letters
                .iter()
                .enumerate()
                .filter(|(_, letter)| letter.dispatch.channel == channel)
                .map(|(place, letter)| (place, letter.clone()))
                .unzip();
            if letters.is_empty() {
                continue;
            }
            let carried = self.carry_by(channel, letters).await;
            for (place, outcome) in places.into_iter().zip(carried) {
                outcomes[place] = outcome;
            }
        }
        outcomes
    }

    async fn carry_by(&self, channel: Channel, letters: Vec<Letter>) -> Vec<Outcome> {
        let all = Arc::clone(&self.0);
        match (channel, &self.0.mail) {
            (Channel::Email, MailCourier::Smtp(smtp)) => {
                one_by_one(letters, smtp.connections(), |letter| smtp.send(letter)).await
            }
            (Channel::Email, MailCourier::Ses(ses)) => {
                one_by_one(letters, ses::AT_ONCE, |letter| ses.send(letter)).await
            }
            (_, _) => into_file(all, channel, letters).await,
        }
    }
}

/// Writes off the runtime's threads, for a file may block.
async fn into_file(all: Arc<All>, channel: Channel, letters: Vec<Letter>) -> Vec<Outcome> {
    let count = letters.len();
    let written = tokio::task::spawn_blocking(move || match (channel, &all.mail) {
        (Channel::Sms, _) => all.sms.write(&letters),
        (Channel::Push, _) => all.push.write(&letters),
        (_, MailCourier::File(mbox)) => mbox.write(&letters),
        (_, MailCourier::Smtp(_) | MailCourier::Ses(_)) => Ok(Vec::new()),
    });
    let failed = |why: String| vec![Outcome::Failed(why); count];
    match written.await {
        Ok(Ok(outcomes)) => outcomes,
        Ok(Err(error)) => failed(error.to_string()),
        Err(error) => failed(error.to_string()),
    }
}

/// Sends several at a time, until the round is over; what was not begun or not answered by then has failed.
async fn one_by_one<'a, F: Future<Output = Outcome>>(
    letters: Vec<Letter>,
    at_once: usize,
    send: impl Fn(Letter) -> F + 'a,
) -> Vec<Outcome> {
    let until = Instant::now() + ROUND;
    futures::stream::iter(letters)
        .map(|letter| {
            let sent = send(letter);
            async move {
                let answered = timeout_at(until, sent).await;
                answered.unwrap_or_else(|_| Outcome::Failed("no answer in time".to_owned()))
            }
        })
        .buffered(at_once)
        .collect()
        .await
}

/// Whether mail programs take this for one address.
pub(crate) fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

/// The address, or why there is no sending to it.
fn mailbox(address: &str) -> Result<Mailbox, Outcome> {
    let parsed = address.parse::<lettre::Address>();
    parsed
        .map(|address| Mailbox::new(None, address))
        .map_err(|error| Outcome::Bounced(format!("it is no address: {error}")))
}

#[cfg(test)]
mod tests;
