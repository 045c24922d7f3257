//! `GET /api/users` (admin): all accounts, the youngest first.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page, PageRequest};

use super::answers::Account;
use crate::app::App;
use crate::store::accounts;

pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    page: PageRequest,
) -> Answer<Page<Account>> {
    let found = accounts::list(app.database.read(), page.after()?, page.fetch()).await?;
    Ok(Page::of(found, &page, |account| account.id).map(Account::from))
}
