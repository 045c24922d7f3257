//! `GET /api/users/addresses`: one's address book, in the order it was written. It is bounded, so it is one page.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Page, ProblemBody};

use super::answers::Address;
use super::problems::no_such_account;
use crate::app::App;
use crate::store::{accounts, addresses};

/// Lists one's address book.
#[utoipa::path(
    get, path = "/api/users/addresses", tag = "user",
    responses(
        (status = 200, body = Page<Address>, description = "All of it"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "The account is gone"),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn handle(State(app): State<App>, identity: Identity) -> Answer<Page<Address>> {
    let owner = identity.user_id()?;
    let account = accounts::find(app.database.read(), owner)
        .await?
        .ok_or_else(no_such_account)?;
    let entries = addresses::list(app.database.read(), owner).await?;
    let items = entries
        .into_iter()
        .map(|entry| Address::of(entry, account.default_address))
        .collect();
    Ok(Page { items, next: None })
}
