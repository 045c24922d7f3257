//! `POST /api/orders/{id}/reorder`: what was ordered is put into the owner's cart again, as far as it is still sold, at today's
//! prices. What could not be taken is told. Nothing is ordered.

use axum::extract::State;
use revcart_http_edge::client::CallError;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Answer, Identity, Json, NoBody, Path, Problem, Visitor};
use serde::Serialize;
use serde::de::IgnoredAny;
use shared_events::{CartId, Money, OrderId, ProductId, Quantity, Service};
use utoipa::ToSchema;

use super::show;
use crate::app::App;
use crate::clients;
use crate::domain::again::{self, Again, Left, Taken, Why};

/// What has come of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reordered {
    cart_id: CartId,
    /// What is in the cart now, beside what was.
    taken: Vec<TakenBody>,
    /// What is not, or not all of it.
    left: Vec<LeftBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReorderTaken)]
struct TakenBody {
    product_id: ProductId,
    name: String,
    quantity: Quantity,
    /// Today's.
    unit_price: Money,
    /// Whether it cost something else then.
    price_changed: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReorderLeft)]
struct LeftBody {
    product_id: ProductId,
    name: String,
    /// How many units are missing.
    quantity: Quantity,
    /// `NOT_SOLD`: not any more; `OUT_OF_STOCK`: too few.
    code: LeftCode,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ReorderLeftCode)]
enum LeftCode {
    NotSold,
    OutOfStock,
}

#[derive(Serialize)]
struct AddRequest {
    lines: Vec<AddLine>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AddLine {
    product_id: ProductId,
    quantity: Quantity,
}

/// Order again
///
/// Puts what is still sold into the owner's cart, at today's prices, and tells what could not be taken. Nothing is ordered.
#[utoipa::path(post, path = "/api/orders/{id}/reorder", params(("id" = OrderId, Path)), security(("bearer" = [])),
    responses(
        (status = 200, body = Reordered, description = "What is in the cart now, and what is not"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody, description = "CART_FULL")))]
pub(crate) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(id): Path<OrderId>,
    NoBody: NoBody,
) -> Answer<Json<Reordered>> {
    let user = identity.user_id()?;
    let order = show::visible(&app, &Visitor::User(identity), id).await?;
    if order.terms.user_id != Some(user) {
        return Err(Problem::forbidden());
    }
    let lines = &order.terms.lines;
    let ids: Vec<_> = lines.iter().map(|line| line.product_id).collect();
    let offers = clients::offers_of(&app.peers, &ids).await?;
    let Again { taken, left } = again::order_again(lines, &offers);
    let cart_id = CartId::from_uuid(user.as_uuid());
    if !taken.is_empty() {
        put_into(&app, cart_id, &taken).await?;
    }
    Ok(Json(Reordered {
        cart_id,
        taken: taken.into_iter().map(TakenBody::from).collect(),
        left: left.into_iter().map(LeftBody::from).collect(),
    }))
}

async fn put_into(app: &App, cart: CartId, taken: &[Taken]) -> Answer<()> {
    let line = |taken: &Taken| AddLine {
        product_id: taken.product_id,
        quantity: taken.quantity,
    };
    let request = AddRequest {
        lines: taken.iter().map(line).collect(),
    };
    let path = format!("/internal/carts/{cart}/items");
    let added: Result<IgnoredAny, CallError> =
        app.peers.peer(Service::Cart).post(&path, &request).await;
    match added {
        Ok(_) => Ok(()),
        // The cart is full, or would hold too much of something: the shopper can do something about that.
        Err(CallError::Status {
            status, problem, ..
        }) if matches!(status.as_u16(), 409 | 422) => Err(Problem::conflict(
            problem.code().to_owned(),
            problem.detail(),
        )),
        Err(error) => Err(error.into()),
    }
}

impl From<Taken> for TakenBody {
    fn from(taken: Taken) -> TakenBody {
        TakenBody {
            product_id: taken.product_id,
            name: taken.name,
            quantity: taken.quantity,
            unit_price: taken.unit_price,
            price_changed: taken.price_changed,
        }
    }
}

impl From<Left> for LeftBody {
    fn from(left: Left) -> LeftBody {
        LeftBody {
            product_id: left.product_id,
            name: left.name,
            quantity: left.quantity,
            code: match left.why {
                Why::NotSold => LeftCode::NotSold,
                Why::OutOfStock => LeftCode::OutOfStock,
            },
        }
    }
}
