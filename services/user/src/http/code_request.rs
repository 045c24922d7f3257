//! What the requests for a code have in common: whoever asks is answered alike, and only the owner of an account gets a mail.

use http::StatusCode;
use revcart_http_edge::{Answer, Json};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;

use super::codes::{self, CODE_MAILED, CodeMailed, Dispatch};
use super::letters;
use crate::app::App;
use crate::domain::code::Purpose;
use crate::domain::{Account, Email, Status};
use crate::store::{self, accounts};

/// What a code that is mailed to the address of an account is for.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum CodePurpose {
    /// Showing that the address of a new account is one's own.
    #[default]
    Register,
    /// Setting another password.
    Reset,
}

impl From<CodePurpose> for Purpose {
    fn from(purpose: CodePurpose) -> Self {
        match purpose {
            CodePurpose::Register => Self::Register,
            CodePurpose::Reset => Self::Reset,
        }
    }
}

struct Wish {
    app: App,
    email: Email,
    purpose: Purpose,
    cause: Cause,
}

/// 202, always.
pub(super) async fn answer(
    app: App,
    email: Email,
    purpose: Purpose,
    cause: Cause,
) -> Answer<(StatusCode, Json<CodeMailed>)> {
    let database = app.database.clone();
    let wish = Wish {
        app,
        email,
        purpose,
        cause,
    };
    database
        .write(wish, |unit, wish| Box::pin(fulfil(unit, wish)))
        .await?;
    Ok((StatusCode::ACCEPTED, Json(CODE_MAILED)))
}

async fn fulfil(unit: &mut UnitOfWork, wish: &Wish) -> Result<(), store::Error> {
    let found = accounts::lock_by_email(unit.sql(), &wish.email).await?;
    let owner = found.map(|(account, _)| account);
    let owner = owner.filter(|account| is_due(account, wish.purpose));
    let place = wish.app.pepper.slot_of(wish.purpose, &wish.email);
    let dispatch = Dispatch {
        place: &place,
        purpose: wish.purpose,
        to: owner.as_ref().map(letters::owner_of),
        new_email: None,
    };
    // That it is too early for another code is said to nobody, or it would say that there was one.
    codes::send(unit, &wish.app, dispatch, &wish.cause).await?;
    Ok(())
}

/// An account that is closed needs no code; one that is verified need not be again.
fn is_due(account: &Account, purpose: Purpose) -> bool {
    account.status == Status::Active
        && match purpose {
            Purpose::Register => !account.verified,
            Purpose::Reset => true,
            Purpose::Change => false,
        }
}
