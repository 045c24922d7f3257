//! `POST /api/users/register`: a new account, always a customer's.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::Answer;
use revcart_http_edge::extract::{Json, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{Role, UserId};

use super::answers;
use super::rules;
use crate::app::App;
use crate::domain::{Account, Email, Password, Status};
use crate::store::{self, accounts};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(custom(rules::email))]
    email: String,
    #[garde(custom(rules::password))]
    password: String,
    #[garde(custom(rules::name))]
    name: String,
    #[serde(default)]
    #[garde(inner(custom(rules::phone)))]
    phone: Option<String>,
}

struct Newcomer {
    account: Account,
    password_hash: String,
    cause: Cause,
}

/// 201 with the account; 409 `EMAIL_TAKEN`.
pub(super) async fn handle(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<answers::Account>)> {
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
    let password_hash = app.passwords.hash(password).await?;
    let newcomer = Newcomer {
        account: account.clone(),
        password_hash,
        cause,
    };
    app.database
        .write(newcomer, |unit, newcomer| Box::pin(add(unit, newcomer)))
        .await?;
    Ok((StatusCode::CREATED, Json(account.into())))
}

async fn add(unit: &mut UnitOfWork, newcomer: &Newcomer) -> Result<(), store::Error> {
    accounts::insert(unit.sql(), &newcomer.account, &newcomer.password_hash).await?;
    unit.publish(newcomer.account.registered(), &newcomer.cause);
    Ok(())
}
