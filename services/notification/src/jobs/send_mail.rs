//! Sends what goes out because of committed notices, many at a time: what was handed over by the commit at once, what a crash
//! or a failure left when it is due. Then what became of it is recorded, and `NotificationSent` published.

use std::collections::BTreeMap;
use std::time::Duration;

use revcart_http_edge::host::{Job, JobError, Progress};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{NotificationId, NotificationOutcome, NotificationSent};

use crate::app::App;
use crate::couriers::{Letter, Outcome};
use crate::domain::{Dispatch, DispatchStatus};
use crate::store::{Error, dispatches};

/// How often the database is searched for mails that nobody has in hand.
const EVERY: Duration = Duration::from_secs(2);
/// After this many failures a mail is given up.
const MOST_ATTEMPTS: u32 = 8;
/// The pause after a failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// What is kept of the reason why it failed.
const LONGEST_REASON: usize = 500;

pub(super) fn job(app: &App) -> Job {
    let (app, wake) = (app.clone(), app.post.wake.clone());
    Job::every("send-mail", EVERY, move || {
        let app = app.clone();
        Box::pin(async move { send(&app).await })
    })
    .woken_by(wake)
}

async fn send(app: &App) -> Result<Progress, JobError> {
    let most = app.couriers.at_a_time();
    let mut due = app.post.take(most, app.clock.now());
    if due.is_empty() {
        due = app
            .database
            .write(most, |unit, most| {
                Box::pin(dispatches::claim_due(unit, *most))
            })
            .await?;
    }
    if due.is_empty() {
        return Ok(Progress::Idle);
    }
    let letters: Vec<Letter> = due
        .into_iter()
        .map(|dispatch| app.letter(dispatch))
        .collect();
    let outcomes = app.couriers.carry(&letters).await;
    let sorted = Sorted::of(letters, outcomes);
    sorted.complain();
    app.database
        .write(sorted, |unit, sorted| Box::pin(record(unit, sorted)))
        .await?;
    Ok(Progress::More)
}

/// Dispatches by what became of them.
#[derive(Default)]
struct Sorted {
    sent: Vec<Dispatch>,
    bounced: Vec<Dispatch>,
    given_up: Vec<Dispatch>,
    /// By how often they have failed before, and why.
    again: BTreeMap<(u32, String), Vec<NotificationId>>,
}

impl Sorted {
    fn of(letters: Vec<Letter>, outcomes: Vec<Outcome>) -> Self {
        let mut sorted = Self::default();
        for (Letter { dispatch, .. }, outcome) in letters.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Sent => sorted.sent.push(dispatch),
                Outcome::Bounced(why) => {
                    tracing::debug!(id = %dispatch.id, why, "a mail bounced");
                    sorted.bounced.push(dispatch);
                }
                Outcome::Failed(_) if dispatch.attempts + 1 >= MOST_ATTEMPTS => {
                    sorted.given_up.push(dispatch);
                }
                Outcome::Failed(why) => {
                    let why = why.chars().take(LONGEST_REASON).collect();
                    let alike = sorted.again.entry((dispatch.attempts, why));
                    alike.or_default().push(dispatch.id);
                }
            }
        }
        sorted
    }

    /// Once per reason: a server that is away refuses many mails.
    fn complain(&self) {
        for ((attempts, why), ids) in &self.again {
            tracing::warn!(
                error = why,
                attempts = attempts + 1,
                mails = ids.len(),
                "mails could not be sent; they are tried again"
            );
        }
        if !self.given_up.is_empty() {
            tracing::error!(mails = self.given_up.len(), "mails were given up");
        }
    }
}

async fn record(unit: &mut UnitOfWork, sorted: &Sorted) -> Result<(), Error> {
    for (done_with, status, outcome) in [
        (
            &sorted.sent,
            DispatchStatus::Sent,
            NotificationOutcome::Sent,
        ),
        (
            &sorted.bounced,
            DispatchStatus::Bounced,
            NotificationOutcome::Bounced,
        ),
        (
            &sorted.given_up,
            DispatchStatus::Failed,
            NotificationOutcome::Failed,
        ),
    ] {
        dispatches::done(unit, done_with, status).await?;
        publish(unit, done_with, outcome);
    }
    for ((attempts, why), ids) in &sorted.again {
        let until = unit.now() + FIRST_PAUSE * (1 << attempts.min(&8));
        dispatches::postpone(unit, ids, why, until).await?;
    }
    Ok(())
}

fn publish(unit: &mut UnitOfWork, dispatches: &[Dispatch], outcome: NotificationOutcome) {
    for dispatch in dispatches {
        let event = NotificationSent {
            notification_id: dispatch.id,
            user_id: dispatch.user_id,
            channel: dispatch.channel,
            template: dispatch.template.clone(),
            outcome,
        };
        unit.publish(event, &Cause::new(dispatch.id.to_string()));
    }
}
