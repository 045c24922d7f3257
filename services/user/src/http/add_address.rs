//! `POST /api/users/addresses`: a new entry of one's address book. The first becomes the default one.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Json, Problem, ProblemBody};
use revcart_persistence::UnitOfWork;
use shared_events::{AddressId, UserId};

use super::address_body::AddressBody;
use super::answers::Address;
use super::problems::no_such_account;
use crate::app::App;
use crate::domain::Entry;
use crate::domain::address::MOST_ADDRESSES;
use crate::store::{accounts, addresses};

struct Addition {
    owner: UserId,
    entry: Entry,
    is_default: Option<bool>,
}

/// Adds an address to one's book.
#[utoipa::path(
    post, path = "/api/users/addresses", tag = "user", request_body = AddressBody,
    responses(
        (status = 201, body = Address, description = "The entry"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "The account is gone"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "TOO_MANY_ADDRESSES"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Json(body): Json<AddressBody>,
) -> Answer<(StatusCode, Json<Address>)> {
    let addition = Addition {
        owner: identity.user_id()?,
        is_default: body.is_default,
        entry: body.into_entry(AddressId::new()),
    };
    let address = app
        .database
        .write(addition, |unit, addition| Box::pin(add(unit, addition)))
        .await?;
    Ok((StatusCode::CREATED, Json(address)))
}

async fn add(unit: &mut UnitOfWork, addition: &Addition) -> Answer<Address> {
    let Addition {
        owner,
        entry,
        is_default,
    } = addition;
    let mut account = accounts::lock(unit.sql(), *owner)
        .await?
        .ok_or_else(no_such_account)?;
    if addresses::count(unit.sql(), *owner).await? >= MOST_ADDRESSES {
        let detail = format!("an account keeps at most {MOST_ADDRESSES} addresses");
        return Err(Problem::conflict("TOO_MANY_ADDRESSES", detail));
    }
    addresses::insert(unit.sql(), *owner, entry, unit.now()).await?;
    if is_default.unwrap_or(account.default_address.is_none()) {
        account.default_address = Some(entry.id);
        accounts::update(unit.sql(), &account, unit.now()).await?;
    }
    Ok(Address::of(entry.clone(), account.default_address))
}
