//! `PUT /api/users/addresses/{id}`: another address in the place of one of one's own. Orders keep the address they were
//! placed with.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, Path, Problem};
use revcart_persistence::UnitOfWork;
use shared_events::{AddressId, UserId};

use super::address_body::AddressBody;
use super::answers::Address;
use super::problems::no_such_account;
use crate::app::App;
use crate::domain::Entry;
use crate::store::{accounts, addresses};

struct Change {
    owner: UserId,
    entry: Entry,
    is_default: Option<bool>,
}

/// Replaces an address of one's book.
#[utoipa::path(
    put, path = "/api/users/addresses/{id}", tag = "user", request_body = AddressBody,
    params(("id" = AddressId, Path, description = "The entry")),
    responses((status = 200, body = Address, description = "The entry as it is now")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<AddressId>,
    Json(body): Json<AddressBody>,
) -> Answer<Json<Address>> {
    let change = Change {
        owner: identity.user_id()?,
        is_default: body.is_default,
        entry: body.into_entry(id),
    };
    app.database
        .write(change, |unit, change| Box::pin(replace(unit, change)))
        .await
        .map(Json)
}

async fn replace(unit: &mut UnitOfWork, change: &Change) -> Answer<Address> {
    let Change {
        owner,
        entry,
        is_default,
    } = change;
    let mut account = accounts::lock(unit.sql(), *owner)
        .await?
        .ok_or_else(no_such_account)?;
    if !addresses::replace(unit.sql(), *owner, entry).await? {
        return Err(Problem::not_found("address"));
    }
    let before = account.default_address;
    match is_default {
        Some(true) => account.default_address = Some(entry.id),
        Some(false) if before == Some(entry.id) => account.default_address = None,
        Some(false) | None => {}
    }
    if account.default_address != before {
        accounts::update(unit.sql(), &account, unit.now()).await?;
    }
    Ok(Address::of(entry.clone(), account.default_address))
}
