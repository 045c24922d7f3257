//! `PUT /api/products/stock/reserve` (internal): sets stock aside for a while, for an order that no saga has touched or for
//! nobody in particular. A saga that comes later takes the order's reservation over.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Answer, Internal, Json, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::{Deserialize, Serialize};
use shared_events::{OrderId, ReservationId, StockLine, Timestamp};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::reservation;
use crate::store::warehouse::{Holder, Warehouse};

/// What to set aside.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ReservationWish, example = json!({ "lines": [{ "productId": "01890a5d-ac96-774b-bcce-b302099a8057", "quantity": 1 }], "expiresInSeconds": 60 }))]
pub(super) struct Wish {
    #[garde(skip)]
    order_id: Option<OrderId>,
    #[garde(length(min = 1, max = 100))]
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<Line>,
    /// How long to hold them; never longer than the service allows.
    #[garde(range(min = 1))]
    #[schema(minimum = 1)]
    expires_in_seconds: Option<u32>,
}

/// Like [`StockLine`], but strict about what it is sent.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ReservationLine)]
struct Line {
    product_id: shared_events::ProductId,
    quantity: shared_events::Quantity,
}

/// What is set aside, and until when.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reservation {
    reservation_id: ReservationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    lines: Vec<StockLine>,
    expires_at: Timestamp,
}

struct Work {
    app: App,
    holder: Holder,
    lines: Vec<StockLine>,
    lasts: Duration,
    cause: Cause,
}

/// Sets stock aside for a while (for services).
#[utoipa::path(put, path = "/api/products/stock/reserve", security(("bearer" = [])),
    request_body = Wish,
    responses((status = 200, body = Reservation, description = "What is set aside"),
        (status = 409, body = ProblemBody, description = "OUT_OF_STOCK, OWNED_BY_SAGA")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    RequestCause(cause): RequestCause,
    Json(wish): Json<Wish>,
) -> Answer<Json<Reservation>> {
    let longest = app.config.reservation_ttl;
    let asked = wish.expires_in_seconds.map(u64::from);
    let database = app.database.clone();
    let work = Work {
        app,
        holder: match wish.order_id {
            Some(order) => Holder::Order(order),
            None => Holder::Caller(ReservationId::new()),
        },
        lines: wish.lines.into_iter().map(StockLine::from).collect(),
        lasts: asked.map_or(longest, |seconds| Duration::from_secs(seconds).min(longest)),
        cause,
    };
    let write = database.write(work, |unit, work| Box::pin(reserve(unit, work)));
    write.await.map(Json)
}

async fn reserve(unit: &mut UnitOfWork, work: &Work) -> Answer<Reservation> {
    let id = work.holder.id();
    let products = work.lines.iter().map(|line| line.product_id).collect();
    let mut warehouse = Warehouse::load(unit, &BTreeSet::from([id]), products).await?;
    let expires_at = unit.now() + work.lasts;
    let state = warehouse.state(id);
    let next = reservation::hold(state, &work.lines, expires_at, warehouse.shelf())?;
    warehouse.change(work.holder, next, &work.cause);
    work.app.save(unit, warehouse).await?;
    Ok(Reservation {
        reservation_id: id,
        order_id: work.holder.order(),
        lines: work.lines.clone(),
        expires_at,
    })
}

impl From<Line> for StockLine {
    fn from(line: Line) -> Self {
        Self {
            product_id: line.product_id,
            quantity: line.quantity,
        }
    }
}
