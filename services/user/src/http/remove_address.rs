//! `DELETE /api/users/addresses/{id}`: takes an address out. When it was the default one, the youngest of the others is now.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Answer, Identity, Path, Problem};
use revcart_persistence::UnitOfWork;
use shared_events::{AddressId, UserId};

use super::problems::no_such_account;
use crate::app::App;
use crate::store::{accounts, addresses};

/// Takes an address out of one's book.
#[utoipa::path(
    delete, path = "/api/users/addresses/{id}", tag = "user",
    params(("id" = AddressId, Path, description = "The entry")),
    responses((status = 204, description = "It is gone")),
    security(("bearer" = [])),
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<AddressId>,
) -> Answer<StatusCode> {
    let which = (identity.user_id()?, id);
    app.database
        .write(which, |unit, (owner, id)| {
            Box::pin(remove(unit, *owner, *id))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(unit: &mut UnitOfWork, owner: UserId, id: AddressId) -> Answer<()> {
    let mut account = accounts::lock(unit.sql(), owner)
        .await?
        .ok_or_else(no_such_account)?;
    if !addresses::delete(unit.sql(), owner, id).await? {
        return Err(Problem::not_found("address"));
    }
    if account.default_address == Some(id) {
        account.default_address = addresses::youngest(unit.sql(), owner).await?;
        accounts::update(unit.sql(), &account, unit.now()).await?;
    }
    Ok(())
}
