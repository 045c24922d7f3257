//! `GET /api/inventory/{productId}/movements` (admin): the ledger of a product, the latest line first.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Page, PageRequest, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use shared_events::{OrderId, ProductId, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::stock::MovementKind;
use crate::store::movements::{self, Filter, entity::Model};
use crate::store::stock;

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Parameters {
    /// Only movements of this kind.
    #[garde(skip)]
    #[param(inline)]
    kind: Option<Kind>,
    /// Only from this time on.
    #[garde(skip)]
    from: Option<Timestamp>,
    /// Only before this time.
    #[garde(skip)]
    to: Option<Timestamp>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Opening,
    Adjustment,
    Receipt,
    Sale,
    Return,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StockMovement)]
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

/// The ledger of a product, the latest line first; of one kind or of some time only, if so asked.
#[utoipa::path(get, path = "/api/inventory/{productId}/movements", security(("bearer" = [])),
    params(("productId" = ProductId, Path), Parameters, PageRequest),
    responses((status = 200, body = Page<Movement>, description = "A page of it")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<ProductId>,
    Query(parameters): Query<Parameters>,
    request: PageRequest,
) -> Answer<Page<Movement>> {
    let before = request.after()?;
    let connection = app.database.read();
    let filter = Filter {
        kind: parameters.kind.map(MovementKind::from),
        from: parameters.from,
        to: parameters.to,
    };
    let found = movements::page(connection, id, filter, before, request.fetch()).await?;
    if found.is_empty() && stock::find(connection, id).await?.is_none() {
        return Err(Problem::not_found("product"));
    }
    Ok(Page::of(found, &request, |last| last.sequence).map(Movement::from))
}

impl From<Kind> for MovementKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Opening => Self::Opening,
            Kind::Adjustment => Self::Adjustment,
            Kind::Receipt => Self::Receipt,
            Kind::Sale => Self::Sale,
            Kind::Return => Self::Return,
        }
    }
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
