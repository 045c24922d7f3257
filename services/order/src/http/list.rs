//! `GET /api/orders`: the caller's own orders, the latest first; `GET /api/orders/user/{userId}`: those of anybody, for
//! admins and other services; `GET /api/orders/all`: those of everybody, guests among them, for admins.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{
    Admin, Answer, Identity, InternalOrAdmin, Page, PageRequest, Path, Problem, Query,
};
use serde::Deserialize;
use shared_events::{OrderStatus, Timestamp, UserId};
use utoipa::IntoParams;

use super::body::OrderBody;
use crate::app::App;
use crate::domain::{Order, OrderNumber};
use crate::store::orders::{self, Wanted};

/// What a list is narrowed down to.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct OrdersQuery {
    /// Orders that stand there.
    #[garde(skip)]
    #[param(inline)]
    status: Option<OrderStatus>,
    /// The order of this number, such as `RC-7K3M-9QXF`.
    #[garde(skip)]
    #[param(value_type = Option<String>, pattern = "^RC-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}$")]
    number: Option<OrderNumber>,
    /// Placed then or later.
    #[garde(skip)]
    #[param(inline)]
    from: Option<Timestamp>,
    /// Placed before then.
    #[garde(skip)]
    #[param(inline)]
    to: Option<Timestamp>,
}

/// One's own orders
///
/// The latest first.
#[utoipa::path(get, path = "/api/orders", params(OrdersQuery, PageRequest), security(("bearer" = [])),
    responses((status = 200, body = Page<OrderBody>, description = "A page of them")))]
pub(crate) async fn own(
    State(app): State<App>,
    identity: Identity,
    Query(query): Query<OrdersQuery>,
    page: PageRequest,
) -> Answer<Page<OrderBody>> {
    of(&app, query.by(Some(identity.user_id()?))?, &page).await
}

/// The orders of a user
///
/// For admins and other services; the latest first.
#[utoipa::path(get, path = "/api/orders/user/{userId}", params(("userId" = UserId, Path), OrdersQuery, PageRequest),
    security(("bearer" = [])), responses((status = 200, body = Page<OrderBody>, description = "A page of them")))]
pub(crate) async fn of_anybody(
    State(app): State<App>,
    _caller: InternalOrAdmin,
    Path(user): Path<UserId>,
    Query(query): Query<OrdersQuery>,
    page: PageRequest,
) -> Answer<Page<OrderBody>> {
    of(&app, query.by(Some(user))?, &page).await
}

/// All orders
///
/// For admins: those of users and guests, the latest first.
#[utoipa::path(get, path = "/api/orders/all", params(OrdersQuery, PageRequest), security(("bearer" = [])),
    responses((status = 200, body = Page<OrderBody>, description = "A page of them")))]
pub(crate) async fn all(
    State(app): State<App>,
    _admin: Admin,
    Query(query): Query<OrdersQuery>,
    page: PageRequest,
) -> Answer<Page<OrderBody>> {
    of(&app, query.by(None)?, &page).await
}

impl OrdersQuery {
    fn by(self, user: Option<UserId>) -> Answer<Wanted> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from >= to
        {
            return Err(Problem::invalid("to", "must be later than from"));
        }
        Ok(Wanted {
            user,
            status: self.status,
            number: self.number,
            from: self.from,
            to: self.to,
        })
    }
}

async fn of(app: &App, wanted: Wanted, page: &PageRequest) -> Answer<Page<OrderBody>> {
    let orders = orders::list(app.database.read(), &wanted, page.after()?, page.fetch()).await?;
    let orders = Page::of(orders, page, |order: &Order| order.id);
    Ok(orders.map(|order| OrderBody::from(&order)))
}
