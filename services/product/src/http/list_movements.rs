//! `GET /api/inventory/{productId}/movements` (admin): the ledger of a product, the latest line first.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page, PageRequest, Path, Problem};
use serde::Serialize;
use shared_events::{OrderId, ProductId, Timestamp};

use crate::app::App;
use crate::store::movements::{self, entity::Model};
use crate::store::stock;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Movement {
    sequence: i64,
    kind: String,
    quantity: i64,
    on_hand: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    at: Timestamp,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<ProductId>,
    request: PageRequest,
) -> Answer<Page<Movement>> {
    let before = request.after()?;
    let connection = app.database.read();
    let found = movements::page(connection, id, before, request.fetch()).await?;
    if found.is_empty() && stock::find(connection, id).await?.is_none() {
        return Err(Problem::not_found("product"));
    }
    Ok(Page::of(found, &request, |last| last.sequence).map(Movement::from))
}

impl From<Model> for Movement {
    fn from(row: Model) -> Self {
        Self {
            sequence: row.sequence,
            kind: row.kind,
            quantity: row.units,
            on_hand: row.on_hand,
            order_id: row.order_id.map(OrderId::from_uuid),
            reason: row.reason,
            actor: row.actor,
            at: Timestamp::from_micros(row.at),
        }
    }
}
