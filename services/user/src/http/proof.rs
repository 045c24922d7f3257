//! Whoever changes what guards an account shows once more that they know its password: a token alone, found on a device that
//! was left open, is not enough. Wrong ones count like those of a sign-in,
//! and a right one is worth nothing during the pause that others have begun meanwhile.

use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Problem};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::UserId;

use super::attempts::{self, Attempt};
use super::problems::no_such_account;
use crate::app::App;
use crate::domain::{Account, Password};
use crate::passwords::Verdict;
use crate::store::{self, accounts};

/// Somebody who has shown that they know the password of their account.
pub(super) struct Proof {
    account: UserId,
    /// That of the password that was right.
    hash: String,
    place: String,
}

impl Proof {
    /// Looks at it again in the transaction that has the effect, whatever that is: refused if a pause has begun or the password
    /// has been changed since. Returns the account, locked until the transaction ends.
    pub(super) async fn confirm(&self, unit: &UnitOfWork) -> Answer<Account> {
        if let Some(wait) = attempts::pause(unit, &self.place).await? {
            return Err(attempts::paused(wait));
        }
        let found = accounts::lock_with_hash(unit.sql(), self.account).await?;
        let (account, _) = found
            .filter(|(_, stored)| *stored == self.hash)
            .ok_or_else(wrong_password)?;
        Ok(account)
    }

    /// The hash of the password that was right.
    pub(super) fn hash(&self) -> &str {
        &self.hash
    }
}

/// The password that was given is that of the account of who asks: 403 `WRONG_PASSWORD` otherwise, 429
/// `TOO_MANY_ATTEMPTS` after a few of those.
pub(super) async fn of_password(
    app: &App,
    identity: &Identity,
    password: String,
    cause: &Cause,
) -> Answer<Proof> {
    let found = accounts::find_with_hash(app.database.read(), identity.user_id()?).await?;
    let (account, hash) = found.ok_or_else(no_such_account)?;
    let place = app.pepper.sign_ins_of(&account.email);
    attempts::refuse_during_pause(app, &place).await?;
    let presented = Password::presented(password);
    let verdict = app.passwords.verify(presented, Some(hash.clone())).await?;
    if verdict != Verdict::Wrong {
        // Before any more work is done: how long the answer takes is not to tell what it does not.
        attempts::refuse_during_pause(app, &place).await?;
        return Ok(Proof {
            account: account.id,
            hash,
            place,
        });
    }
    let wrong = (place, account, cause.clone());
    let counted: Attempt<Proof> = app
        .database
        .write(wrong, |unit, (place, account, cause)| {
            Box::pin(async move {
                let counted = attempts::count(unit, place, Some(account), cause).await?;
                Ok::<_, store::Error>(counted)
            })
        })
        .await?;
    counted.or(wrong_password)
}

/// 403: it is known who asks, and that is not enough.
fn wrong_password() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "WRONG_PASSWORD",
        "the current password is wrong",
    )
}
