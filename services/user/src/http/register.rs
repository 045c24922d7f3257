//! `POST /api/users/register`: a new account, always a customer's.
//!
//! Where addresses need not be verified, whoever registers can sign in at once, and so learns of an address that has an account
//! already: that cannot be hidden from somebody who could sign in otherwise. Where they must be, the answer is the same
//! whether there is an account or not, after the same work, and what there is to know stands in a mail: a code that shows that
//! the address is theirs; for the owner of an account one to set another password with.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::extract::{Json, RequestCause};
use revcart_http_edge::{Answer, ProblemBody};
use revcart_persistence::{Cause, UnitOfWork};
use serde::{Deserialize, Serialize};
use shared_events::{Role, UserId};

use super::codes::{self, CODE_MAILED, CodeMailed, Dispatch};
use super::{answers, letters, rules};
use crate::app::App;
use crate::domain::code::Purpose;
use crate::domain::{Account, Email, Password, Status};
use crate::passwords::{self, Verdict};
use crate::store::{self, accounts};

#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = Registration, example = json!({"email": "asha@example.com", "password": "mango-lassi-42", "name": "Asha Rao", "phone": "+91 98765 43210"}))]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    #[schema(value_type = Email)]
    email: String,
    #[garde(custom(rules::password))]
    #[schema(min_length = 8, max_length = 128)]
    password: String,
    #[garde(custom(rules::name))]
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[serde(default)]
    #[garde(inner(custom(rules::phone)))]
    #[schema(min_length = 6, max_length = 20, pattern = "^\\+?[0-9][0-9 ()-]*$")]
    phone: Option<String>,
}

/// What whoever registers is told where the address must be verified.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pending {
    /// Where the code has been mailed to.
    email: String,
    /// Not before the code has been shown to `/api/users/verify-otp`.
    verified: bool,
    #[serde(flatten)]
    code: CodeMailed,
}

struct Newcomer {
    app: App,
    account: Account,
    password_hash: String,
    /// The hash that their password fits already, if there is an account that nobody has verified.
    fits: Option<String>,
    cause: Cause,
}

/// Registers a customer: 201 with the account. Where addresses must be verified: 202, and a code is mailed.
#[utoipa::path(
    post, path = "/api/users/register", tag = "user", request_body = Request,
    responses(
        (status = 201, body = answers::Account, description = "The account, which can be used at once"),
        (status = 202, body = Pending, description = "A code is on its way, where addresses must be verified; the same if there is such an account"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "EMAIL_TAKEN, where addresses need not be verified"),
    ),
    security(()),
)]
pub(super) async fn handle(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<Response> {
    let password = rules::field("password", Password::parse(&request.password))?;
    let account = Account {
        id: UserId::new(),
        email: rules::field("email", Email::parse(&request.email))?,
        name: request.name.trim().to_owned(),
        phone: rules::trimmed(request.phone),
        role: Role::Customer,
        status: Status::Active,
        verified: !app.config.require_verification,
        default_address: None,
        email_bounced_at: None,
        version: 1,
        created_at: app.clock.now(),
    };
    let fits = if app.config.require_verification {
        stored_already(&app, &account.email, password.clone()).await?
    } else {
        None
    };
    let newcomer = Newcomer {
        app: app.clone(),
        account: account.clone(),
        password_hash: app.passwords.hash(password).await?,
        fits,
        cause,
    };
    if app.config.require_verification {
        return take_down(newcomer).await;
    }
    app.database
        .write(newcomer, |unit, newcomer| Box::pin(add(unit, newcomer)))
        .await?;
    let view = Json(answers::Account::from(account));
    Ok((StatusCode::CREATED, view).into_response())
}

/// The stored hash of an address if this password fits it: the same work whether there is one or not.
async fn stored_already(app: &App, email: &Email, password: Password) -> Answer<Option<String>> {
    let found = accounts::find_by_email(app.database.read(), email).await?;
    let stored = found.map(|(_, hash)| hash);
    let verdict = app.passwords.verify(password, stored.clone()).await?;
    Ok(stored.filter(|_| verdict != Verdict::Wrong))
}

async fn add(unit: &mut UnitOfWork, newcomer: &Newcomer) -> Result<(), store::Error> {
    accounts::insert(unit.sql(), &newcomer.account, &newcomer.password_hash).await?;
    unit.publish(newcomer.account.registered(), &newcomer.cause);
    Ok(())
}

async fn take_down(newcomer: Newcomer) -> Answer<Response> {
    let database = newcomer.app.database.clone();
    let email = newcomer.account.email.to_string();
    let newcomer = Arc::new(newcomer);
    let write = || {
        database.write(Arc::clone(&newcomer), |unit, newcomer| {
            Box::pin(note(unit, newcomer))
        })
    };
    match write().await {
        // Somebody else has registered the address at the same moment, and by now there is an account.
        Err(store::Error::EmailTaken) => write().await?,
        written => written?,
    }
    let pending = Pending {
        email,
        verified: false,
        code: CODE_MAILED,
    };
    Ok((StatusCode::ACCEPTED, Json(pending)).into_response())
}

/// Of an address that nobody has shown to be theirs the last registration counts, with the code that was mailed for it:
/// otherwise a stranger who registers somebody's address first would choose the password that the owner then confirms. Where it
/// is too early for another code it cannot be told whose password the code on its way would confirm: then none is right, unless
/// it is the same, and the owner sets one by mail.
async fn note(unit: &mut UnitOfWork, newcomer: &Newcomer) -> Result<(), store::Error> {
    let Newcomer {
        app,
        account,
        password_hash,
        fits,
        cause,
    } = newcomer;
    let place = |purpose| app.pepper.slot_of(purpose, &account.email);
    let register = place(Purpose::Register);
    let dispatch = |to| Dispatch {
        place: &register,
        purpose: Purpose::Register,
        to,
        new_email: None,
    };
    let found = accounts::lock_by_email(unit.sql(), &account.email).await?;
    match found {
        None => {
            accounts::insert(unit.sql(), account, password_hash).await?;
            let to = Some(letters::owner_of(account));
            codes::send(unit, app, dispatch(to), cause).await?;
        }
        Some((known, _)) if known.status != Status::Active => {
            codes::send(unit, app, dispatch(None), cause).await?;
        }
        Some((known, _)) if known.verified => {
            let reset = Dispatch {
                place: &place(Purpose::Reset),
                purpose: Purpose::Reset,
                to: Some(letters::owner_of(&known)),
                new_email: None,
            };
            codes::send(unit, app, reset, cause).await?;
        }
        Some((mut known, old_hash)) => {
            known.name.clone_from(&account.name);
            known.phone.clone_from(&account.phone);
            let to = Some(letters::owner_of(&known));
            let now = unit.now();
            if codes::send(unit, app, dispatch(to), cause).await?.is_none() {
                let hashes = (old_hash.as_str(), password_hash.as_str());
                accounts::update(unit.sql(), &known, now).await?;
                accounts::set_password(unit.sql(), known.id, hashes, now).await?;
            } else if fits.as_ref() != Some(&old_hash) {
                let nobodys = passwords::fits_nothing(password_hash);
                let hashes = (old_hash.as_str(), nobodys.as_str());
                accounts::set_password(unit.sql(), known.id, hashes, now).await?;
            }
        }
    }
    Ok(())
}
