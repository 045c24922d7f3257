//! What wrong passwords and wrong codes lead to: after a few, everybody who tries at that address waits, longer each time.
//!
//! A try that is made while others are under way counts as if it had come after them: whether there is a pause is asked again
//! in the transaction that the try ends in. So a volley of guesses is worth no more than one guess after the other.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Cause, UnitOfWork};

use super::letters;
use crate::app::App;
use crate::domain::{Account, Status};
use crate::store::{self, lockouts};

/// How a try went. Not an error, because what it leaves behind is to be committed.
#[derive(Debug)]
pub(super) enum Attempt<T> {
    /// It was right.
    Right(T),
    /// It was wrong, and has been counted.
    Wrong,
    /// It was too early to try, and it was not looked at.
    Paused(Duration),
}

impl<T> Attempt<T> {
    /// What a right one gives; the problem `wrong`, or 429 `TOO_MANY_ATTEMPTS`.
    pub(super) fn or(self, wrong: impl FnOnce() -> Problem) -> Answer<T> {
        match self {
            Self::Right(gained) => Ok(gained),
            Self::Wrong => Err(wrong()),
            Self::Paused(wait) => Err(paused(wait)),
        }
    }
}

/// Refuses a try during a pause before any work is done for it.
pub(super) async fn refuse_during_pause(app: &App, place: &str) -> Answer<()> {
    let failures = lockouts::find(app.database.read(), place).await?;
    match failures.and_then(|failures| failures.pause(app.clock.now())) {
        Some(wait) => Err(paused(wait)),
        None => Ok(()),
    }
}

/// The pause that has begun at this place by now, if any.
pub(super) async fn pause(
    unit: &UnitOfWork,
    place: &str,
) -> Result<Option<Duration>, store::Error> {
    let failures = lockouts::find(unit.sql(), place).await?;
    Ok(failures.and_then(|failures| failures.pause(unit.now())))
}

/// Counts a wrong one; the owner hears of it when that begins a pause longer than the last.
pub(super) async fn count<T>(
    unit: &mut UnitOfWork,
    place: &str,
    owner: Option<&Account>,
    cause: &Cause,
) -> Result<Attempt<T>, store::Error> {
    let now = unit.now();
    let mut failures = lockouts::lock(unit.sql(), place, now).await?;
    if let Some(wait) = failures.pause(now) {
        return Ok(Attempt::Paused(wait));
    }
    let news = failures.fail(now);
    lockouts::update(unit.sql(), place, &failures).await?;
    if let (Some(pause), Some(owner)) = (news, owner.filter(|owner| hears(owner))) {
        unit.send(letters::locked(owner, pause), cause);
    }
    Ok(Attempt::Wrong)
}

/// An address that nobody has shown to be theirs is not written to because of what strangers do.
fn hears(owner: &Account) -> bool {
    owner.verified && owner.status == Status::Active
}

/// 429, with the time that is left.
pub(super) fn paused(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "TOO_MANY_ATTEMPTS",
        "too many wrong attempts for this address; try again later",
    )
    .with_header(RETRY_AFTER, HeaderValue::from(seconds.max(1)))
}
