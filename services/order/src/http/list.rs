//! `GET /api/orders`: the caller's own orders, the latest first; `GET /api/orders/user/{userId}`: those of anybody, for
//! admins and other services.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, InternalOrAdmin, Page, PageRequest, Path};
use shared_events::UserId;

use super::body::OrderBody;
use crate::app::App;
use crate::domain::Order;
use crate::store;

pub(crate) async fn own(
    State(app): State<App>,
    identity: Identity,
    page: PageRequest,
) -> Answer<Page<OrderBody>> {
    of_user(&app, identity.user_id()?, &page).await
}

pub(crate) async fn of_anybody(
    State(app): State<App>,
    InternalOrAdmin(_): InternalOrAdmin,
    Path(user): Path<UserId>,
    page: PageRequest,
) -> Answer<Page<OrderBody>> {
    of_user(&app, user, &page).await
}

async fn of_user(app: &App, user: UserId, page: &PageRequest) -> Answer<Page<OrderBody>> {
    let orders =
        store::orders::of_user(app.database.read(), user, page.after()?, page.fetch()).await?;
    let orders = Page::of(orders, page, |order: &Order| order.id);
    Ok(orders.map(|order| OrderBody::from(&order)))
}
