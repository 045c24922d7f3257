//! `GET /api/users/{id}/checkout-profile?addressId=`: what a checkout needs of a person, in one query. Internal.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::extract::{Internal, Json, Path, Query};
use revcart_http_edge::{Answer, Problem};
use serde::{Deserialize, Serialize};
use shared_events::{Address, AddressId, Contact, UserId};

use super::problems::no_such_account;
use crate::app::App;
use crate::store::{accounts, addresses};

#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Which entry of the address book.
    #[serde(default)]
    #[garde(skip)]
    address_id: Option<AddressId>,
}

/// Whom to tell, and where it goes; without `addressId` the address is null.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = CheckoutProfile)]
pub(super) struct View {
    contact: Contact,
    address: Option<Address>,
}

/// Shows what a checkout needs of a person. For other services.
#[utoipa::path(
    get, path = "/api/users/{id}/checkout-profile", tag = "user",
    params(("id" = UserId, Path, description = "The account"), Wanted),
    responses((status = 200, body = View, description = "Whom to tell, and where it goes")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    Path(id): Path<UserId>,
    Query(wanted): Query<Wanted>,
) -> Answer<Json<View>> {
    let database = app.database.read();
    let Some(address_id) = wanted.address_id else {
        let account = accounts::find(database, id)
            .await?
            .ok_or_else(no_such_account)?;
        return Ok(Json(View {
            contact: account.contact(),
            address: None,
        }));
    };
    let (account, entry) = addresses::find_with_owner(database, id, address_id)
        .await?
        .ok_or_else(no_such_account)?;
    let entry = entry.ok_or_else(|| Problem::not_found("address"))?;
    Ok(Json(View {
        contact: account.contact(),
        address: Some(entry.address),
    }))
}
