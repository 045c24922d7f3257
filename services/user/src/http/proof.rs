//! Whoever changes what guards an account shows once more that they know its password: a token alone, found on a device that
//! was left open, is not enough. Wrong ones count like those of a sign-in.

use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Problem};
use revcart_persistence::Cause;

use super::attempts::{self, Attempt};
use super::problems::no_such_account;
use crate::app::App;
use crate::domain::{Account, Password};
use crate::passwords::Verdict;
use crate::store::{self, accounts};

/// The account of who asks, and the hash of its password, which is the one that was given: 403 `WRONG_PASSWORD` otherwise,
/// 429 `TOO_MANY_ATTEMPTS` after a few of those.
pub(super) async fn of_password(
    app: &App,
    identity: &Identity,
    password: String,
    cause: &Cause,
) -> Answer<(Account, String)> {
    let found = accounts::find_with_hash(app.database.read(), identity.user_id()?).await?;
    let (account, hash) = found.ok_or_else(no_such_account)?;
    let place = app.pepper.sign_ins_of(&account.email);
    attempts::refuse_during_pause(app, &place).await?;
    let presented = Password::presented(password);
    let verdict = app.passwords.verify(presented, Some(hash.clone())).await?;
    if verdict != Verdict::Wrong {
        return Ok((account, hash));
    }
    let wrong = (place, account, cause.clone());
    let counted: Attempt<(Account, String)> = app
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
pub(super) fn wrong_password() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "WRONG_PASSWORD",
        "the current password is wrong",
    )
}
