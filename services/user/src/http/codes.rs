//! Sending one-time codes, and trying them. For an address that nobody has an account with the same is done and written, and
//! no letter goes out.

use std::time::Duration;

use revcart_http_edge::Answer;
use revcart_persistence::{Cause, UnitOfWork};
use serde::Serialize;
use shared_events::{Recipient, UserId};

use super::attempts::{self, Attempt};
use super::letters;
use crate::app::App;
use crate::domain::code::{LIFE, Purpose, RESEND_PAUSE, Slot};
use crate::domain::{Account, Email, Status};
use crate::one_time_code::OneTimeCode;
use crate::store::{self, accounts, codes, lockouts};

/// What is answered where a code may have been mailed: nothing that depends on whether it was.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeMailed {
    /// How long a code is good.
    #[schema(example = 600)]
    valid_for_seconds: u64,
    /// When it makes sense to ask for another.
    #[schema(example = 60)]
    resend_after_seconds: u64,
}

/// The same for everybody.
pub(super) const CODE_MAILED: CodeMailed = CodeMailed {
    valid_for_seconds: LIFE.as_secs(),
    resend_after_seconds: RESEND_PAUSE.as_secs(),
};

/// A code on its way.
pub(super) struct Dispatch<'a> {
    /// Where the code is kept.
    pub(super) place: &'a str,
    pub(super) purpose: Purpose,
    /// Who reads it; nobody if there is no such account.
    pub(super) to: Option<Recipient>,
    /// The address to change to, if that is what it is for.
    pub(super) new_email: Option<&'a Email>,
}

/// Puts a fresh code in its place and has it mailed. If it is too early for another one nothing happens, and the time that is
/// left is returned.
pub(super) async fn send(
    unit: &mut UnitOfWork,
    app: &App,
    dispatch: Dispatch<'_>,
    cause: &Cause,
) -> Result<Option<Duration>, store::Error> {
    let now = unit.now();
    let Dispatch {
        place,
        purpose,
        to,
        new_email,
    } = dispatch;
    let mut slot = codes::lock_or_make(unit.sql(), place, now).await?;
    if let Some(wait) = slot.wait(now) {
        return Ok(Some(wait));
    }
    let code = OneTimeCode::generate();
    let digest = app.pepper.digest(place, now, &code);
    slot.fill(digest, new_email.cloned(), now);
    codes::update(unit.sql(), place, &slot).await?;
    if let Some(to) = to {
        unit.send(letters::code(purpose, to, &code), cause);
    }
    Ok(None)
}

/// Tries a code: what was in the place if it fits. `spend` says whether it is used up by that.
pub(super) async fn redeem(
    unit: &mut UnitOfWork,
    app: &App,
    (place, code): (&str, &OneTimeCode),
    spend: bool,
) -> Result<Option<Slot>, store::Error> {
    let now = unit.now();
    let slot = codes::lock(unit.sql(), place).await?;
    let fits = app.pepper.fits(place, slot.as_ref(), code, now);
    let Some(mut slot) = slot else {
        return Ok(None);
    };
    let found = fits.then(|| slot.clone());
    if !fits {
        slot.miss();
    } else if spend {
        slot.spend();
    }
    codes::update(unit.sql(), place, &slot).await?;
    Ok(found)
}

/// Takes a change of address back that has not been confirmed: whoever began it may be the one who is shut out now, with an
/// access token that goes on for a while.
pub(super) async fn drop_change(
    unit: &UnitOfWork,
    app: &App,
    id: UserId,
) -> Result<(), store::Error> {
    let place = app.pepper.slot_of_change(id);
    if let Some(mut slot) = codes::lock(unit.sql(), &place).await? {
        slot.spend();
        codes::update(unit.sql(), &place, &slot).await?;
    }
    Ok(())
}

/// Somebody who shows a code that was mailed to an address.
pub(super) struct Claim {
    pub(super) app: App,
    pub(super) email: Email,
    pub(super) purpose: Purpose,
    pub(super) code: OneTimeCode,
    pub(super) cause: Cause,
}

impl Claim {
    /// Where their wrong codes are counted.
    pub(super) fn tries(&self) -> String {
        self.app.pepper.codes_of(&self.email)
    }

    fn place(&self) -> String {
        self.app.pepper.slot_of(self.purpose, &self.email)
    }

    /// Whether the code would do at the moment. Nothing is counted: whoever is told of a "no" has it counted by `check`.
    pub(super) async fn looks_right(&self) -> Answer<bool> {
        let place = self.place();
        let slot = codes::find(self.app.database.read(), &place).await?;
        let now = self.app.clock.now();
        let pepper = &self.app.pepper;
        Ok(pepper.fits(&place, slot.as_ref(), &self.code, now))
    }

    /// The account that the code was mailed to, and its password hash; a wrong code is counted.
    pub(super) async fn check(
        &self,
        unit: &mut UnitOfWork,
        spend: bool,
    ) -> Result<Attempt<(Account, String)>, store::Error> {
        let tries = self.tries();
        if let Some(wait) = attempts::pause(unit, &tries).await? {
            return Ok(Attempt::Paused(wait));
        }
        let found = accounts::lock_by_email(unit.sql(), &self.email).await?;
        let found = found.filter(|(account, _)| account.status == Status::Active);
        let place = self.place();
        let fits = redeem(unit, &self.app, (&place, &self.code), spend).await?;
        match (found, fits) {
            (Some(found), Some(_)) => {
                lockouts::clear(unit.sql(), &tries).await?;
                Ok(Attempt::Right(found))
            }
            (found, _) => {
                let owner = found.map(|(account, _)| account);
                attempts::count(unit, &tries, owner.as_ref(), &self.cause).await
            }
        }
    }
}
