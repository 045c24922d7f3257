//! Sends the mails of committed notices, many at a time: what was handed over by the commit at once, what a crash or a
//! failure left when it is due. Then what became of them is recorded, and `NotificationSent` published.

use std::time::Duration;

use revcart_http_edge::host::{Job, JobError, Progress};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{Channel, NotificationId, NotificationOutcome, NotificationSent};

use crate::app::App;
use crate::domain::{Mail, MailStatus};
use crate::mail::Delivery;
use crate::store::{Error, mailing};

/// How often the database is searched for mails that nobody has in hand.
const EVERY: Duration = Duration::from_secs(2);
/// Mails at a time.
const MOST: u32 = 256;
/// After this many failures a mail is given up.
const MOST_ATTEMPTS: u32 = 8;
/// The pause after a failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(10);

pub(super) fn job(app: &App) -> Job {
    let (app, wake) = (app.clone(), app.post.wake.clone());
    Job::every("send-mail", EVERY, move || {
        let app = app.clone();
        Box::pin(async move { send(&app).await })
    })
    .woken_by(wake)
}

async fn send(app: &App) -> Result<Progress, JobError> {
    let mut mails = app.post.take(MOST, app.clock.now());
    if mails.is_empty() {
        mails = app
            .database
            .write((), |unit, ()| Box::pin(mailing::claim_due(unit, MOST)))
            .await?;
    }
    if mails.is_empty() {
        return Ok(Progress::Idle);
    }
    let sink = app.sink.clone();
    let (mails, outcomes) = tokio::task::spawn_blocking(move || {
        let outcomes = sink.send(&mails);
        (mails, outcomes)
    })
    .await?;
    match outcomes {
        Ok(outcomes) => {
            let sorted = Sorted::of(mails, outcomes);
            app.database
                .write(sorted, |unit, sorted| Box::pin(record(unit, sorted)))
                .await?;
        }
        Err(error) => {
            tracing::warn!(%error, mails = mails.len(), "mails could not be sent; they are tried again");
            app.database
                .write((mails, error.to_string()), |unit, (mails, why)| {
                    Box::pin(record_failure(unit, mails, why))
                })
                .await?;
        }
    }
    Ok(Progress::More)
}

/// Mails by what became of them.
#[derive(Default)]
struct Sorted {
    sent: Vec<Mail>,
    bounced: Vec<Mail>,
}

impl Sorted {
    fn of(mails: Vec<Mail>, outcomes: Vec<Delivery>) -> Self {
        let mut sorted = Self::default();
        for (mail, outcome) in mails.into_iter().zip(outcomes) {
            match outcome {
                Delivery::Sent => sorted.sent.push(mail),
                Delivery::Bounced => sorted.bounced.push(mail),
            }
        }
        sorted
    }
}

async fn record(unit: &mut UnitOfWork, sorted: &Sorted) -> Result<(), Error> {
    mailing::done(unit, &ids(&sorted.sent), MailStatus::Sent).await?;
    mailing::done(unit, &ids(&sorted.bounced), MailStatus::Bounced).await?;
    publish(unit, &sorted.sent, NotificationOutcome::Sent);
    publish(unit, &sorted.bounced, NotificationOutcome::Bounced);
    Ok(())
}

async fn record_failure(unit: &mut UnitOfWork, mails: &[Mail], why: &str) -> Result<(), Error> {
    let (given_up, again): (Vec<Mail>, Vec<Mail>) = mails
        .iter()
        .cloned()
        .partition(|mail| mail.attempts + 1 >= MOST_ATTEMPTS);
    mailing::done(unit, &ids(&given_up), MailStatus::Failed).await?;
    publish(unit, &given_up, NotificationOutcome::Failed);
    let attempts = again.iter().map(|mail| mail.attempts).max().unwrap_or(0);
    let until = unit.now() + FIRST_PAUSE * (1 << attempts.min(8));
    mailing::postpone(unit, &ids(&again), why, until).await
}

fn publish(unit: &mut UnitOfWork, mails: &[Mail], outcome: NotificationOutcome) {
    for mail in mails {
        let event = NotificationSent {
            notification_id: mail.id,
            user_id: mail.user_id,
            channel: Channel::Email,
            template: mail.template.clone(),
            outcome,
        };
        unit.publish(event, &Cause::new(mail.id.to_string()));
    }
}

fn ids(mails: &[Mail]) -> Vec<NotificationId> {
    mails.iter().map(|mail| mail.id).collect()
}
