//! `POST /api/orders/{id}/reorder`: what was ordered is put into the owner's cart again, as far as it is still sold, at today's
//! prices. What could not be taken is told. Nothing is ordered.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json, NoBody, Path, Problem, Visitor};
use serde::{Deserialize, Serialize};
use shared_events::{CartId, Money, OrderId, ProductId, Quantity, Service};
use utoipa::ToSchema;

use super::show;
use crate::app::App;
use crate::clients;
use crate::domain::again::{self, Left, Taken, Why};

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
    code: LeftCode,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ReorderLeftCode)]
enum LeftCode {
    NotSold,
    OutOfStock,
    CartFull,
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

#[derive(Deserialize)]
struct Added {
    /// What there was no room for.
    refused: Vec<ProductId>,
}

/// Order again
///
/// Puts what is still sold into the owner's cart, at today's prices, and tells what could not be taken. Nothing is ordered.
#[utoipa::path(post, path = "/api/orders/{id}/reorder", params(("id" = OrderId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Reordered, description = "What is in the cart now, and what is not")))]
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
    let mut again = again::order_again(lines, &offers);
    let cart_id = CartId::from_uuid(user.as_uuid());
    if !again.taken.is_empty() {
        let refused = put_into(&app, cart_id, &again.taken).await?;
        again.leave(&refused);
    }
    Ok(Json(Reordered {
        cart_id,
        taken: again.taken.into_iter().map(TakenBody::from).collect(),
        left: again.left.into_iter().map(LeftBody::from).collect(),
    }))
}

/// Says what there was no room for.
async fn put_into(app: &App, cart: CartId, taken: &[Taken]) -> Answer<Vec<ProductId>> {
    let line = |taken: &Taken| AddLine {
        product_id: taken.product_id,
        quantity: taken.quantity,
    };
    let request = AddRequest {
        lines: taken.iter().map(line).collect(),
    };
    let path = format!("/internal/carts/{cart}/items");
    let added: Added = app.peers.peer(Service::Cart).post(&path, &request).await?;
    Ok(added.refused)
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
                Why::CartFull => LeftCode::CartFull,
            },
        }
    }
}
