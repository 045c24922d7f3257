//! `POST, GET /api/users/addresses`, `PUT, DELETE /api/users/addresses/{id}`: one's own address book. The first address
//! becomes the default one; when that goes, the youngest of the others takes its place.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::auth::Identity;
use revcart_http_edge::extract::{Json, Path};
use revcart_http_edge::{Answer, Page, Problem};
use revcart_persistence::UnitOfWork;
use serde::{Deserialize, Serialize};
use shared_events::{Address, AddressId, UserId};

use super::rules;
use crate::app::App;
use crate::domain::Account;
use crate::domain::address::{Entry, MOST_ADDRESSES};
use crate::store::{accounts, addresses};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    #[garde(custom(rules::text(50)))]
    label: String,
    #[garde(custom(rules::text(100)))]
    recipient: String,
    #[garde(custom(rules::text(200)))]
    line1: String,
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    line2: Option<String>,
    #[garde(custom(rules::text(100)))]
    city: String,
    #[garde(custom(rules::text(100)))]
    state: String,
    #[garde(custom(rules::text(20)))]
    postal_code: String,
    #[garde(custom(rules::text(60)))]
    country: String,
    #[garde(custom(rules::phone))]
    phone: String,
    /// Whether this is to be offered first; as it is, if not given.
    #[serde(default)]
    #[garde(skip)]
    is_default: Option<bool>,
}

/// An address as its owner sees it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct View {
    address_id: AddressId,
    label: String,
    #[serde(flatten)]
    address: Address,
    is_default: bool,
}

struct Change {
    owner: UserId,
    entry: Entry,
    is_default: Option<bool>,
}

impl Change {
    fn of(request: Request, owner: UserId, id: AddressId) -> Self {
        let trimmed = |text: String| text.trim().to_owned();
        let address = Address {
            recipient: trimmed(request.recipient),
            line1: trimmed(request.line1),
            line2: rules::trimmed(request.line2),
            city: trimmed(request.city),
            state: trimmed(request.state),
            postal_code: trimmed(request.postal_code),
            country: trimmed(request.country),
            phone: trimmed(request.phone),
        };
        let entry = Entry {
            id,
            label: trimmed(request.label),
            address,
        };
        Self {
            owner,
            entry,
            is_default: request.is_default,
        }
    }
}

/// 201 with the address; 409 `TOO_MANY_ADDRESSES`.
pub(super) async fn add(
    State(app): State<App>,
    identity: Identity,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<View>)> {
    let change = Change::of(request, identity.user_id()?, AddressId::new());
    let view = app
        .database
        .write(change, |unit, change| Box::pin(insert(unit, change)))
        .await?;
    Ok((StatusCode::CREATED, Json(view)))
}

async fn insert(unit: &mut UnitOfWork, change: &Change) -> Answer<View> {
    let Change {
        owner,
        entry,
        is_default,
    } = change;
    let account = accounts::lock(unit.sql(), *owner)
        .await?
        .ok_or_else(|| Problem::not_found("account"))?;
    if addresses::count(unit.sql(), *owner).await? >= MOST_ADDRESSES {
        let detail = format!("an account keeps at most {MOST_ADDRESSES} addresses");
        return Err(Problem::conflict("TOO_MANY_ADDRESSES", detail));
    }
    addresses::insert(unit.sql(), *owner, entry, unit.now()).await?;
    let first = is_default.unwrap_or(account.default_address.is_none());
    point_to(unit, account, entry.id, first).await?;
    Ok(view(entry.clone(), first))
}

/// 200 with all addresses, in the order they were added.
pub(super) async fn list(State(app): State<App>, identity: Identity) -> Answer<Page<View>> {
    let owner = identity.user_id()?;
    let account = accounts::find(app.database.read(), owner)
        .await?
        .ok_or_else(|| Problem::not_found("account"))?;
    let entries = addresses::list(app.database.read(), owner).await?;
    let items = entries.into_iter().map(|entry| {
        let first = account.default_address == Some(entry.id);
        view(entry, first)
    });
    Ok(Page {
        items: items.collect(),
        next: None,
    })
}

/// 200 with the address as it is now.
pub(super) async fn change(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<AddressId>,
    Json(request): Json<Request>,
) -> Answer<Json<View>> {
    let change = Change::of(request, identity.user_id()?, id);
    app.database
        .write(change, |unit, change| Box::pin(replace(unit, change)))
        .await
        .map(Json)
}

async fn replace(unit: &mut UnitOfWork, change: &Change) -> Answer<View> {
    let Change {
        owner,
        entry,
        is_default,
    } = change;
    let account = accounts::lock(unit.sql(), *owner)
        .await?
        .ok_or_else(|| Problem::not_found("account"))?;
    if !addresses::replace(unit.sql(), *owner, entry).await? {
        return Err(Problem::not_found("address"));
    }
    let first = is_default.unwrap_or(account.default_address == Some(entry.id));
    point_to(unit, account, entry.id, first).await?;
    Ok(view(entry.clone(), first))
}

/// 204.
pub(super) async fn remove(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<AddressId>,
) -> Answer<StatusCode> {
    let which = (identity.user_id()?, id);
    app.database
        .write(which, |unit, (owner, id)| {
            Box::pin(delete(unit, *owner, *id))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete(unit: &mut UnitOfWork, owner: UserId, id: AddressId) -> Answer<()> {
    let account = accounts::lock(unit.sql(), owner)
        .await?
        .ok_or_else(|| Problem::not_found("account"))?;
    if !addresses::delete(unit.sql(), owner, id).await? {
        return Err(Problem::not_found("address"));
    }
    if account.default_address == Some(id) {
        let default_address = addresses::youngest(unit.sql(), owner).await?;
        accounts::update(
            unit.sql(),
            &Account {
                default_address,
                ..account
            },
            unit.now(),
        )
        .await?;
    }
    Ok(())
}

/// Makes the address the default one, or no longer.
async fn point_to(
    unit: &mut UnitOfWork,
    account: Account,
    id: AddressId,
    first: bool,
) -> Answer<()> {
    let default_address = match account.default_address {
        current if current == Some(id) && !first => None,
        current if !first => current,
        _ => Some(id),
    };
    if default_address != account.default_address {
        accounts::update(
            unit.sql(),
            &Account {
                default_address,
                ..account
            },
            unit.now(),
        )
        .await?;
    }
    Ok(())
}

fn view(entry: Entry, is_default: bool) -> View {
    View {
        address_id: entry.id,
        label: entry.label,
        address: entry.address,
        is_default,
    }
}
