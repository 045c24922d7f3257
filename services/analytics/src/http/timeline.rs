//! `GET /api/ops/orders/{orderId}/timeline` (admin): all that is known of an order, from the log and from every service that
//! has something on record, in one order. A service that does not answer is named in `missing`; the rest is shown.
//! The number that a shopper tells does as well as the id.

use std::time::Duration;

use axum::extract::State;
use futures::future::join_all;
use revcart_http_edge::trace::{Record, Trace};
use revcart_http_edge::{Admin, Answer, CallError, Json, Path, Problem};
use serde::Serialize;
use shared_events::{MessageId, OrderId, Service, Timestamp};
use utoipa::ToSchema;

use crate::app::App;
use crate::trace;

/// Who may have something on record of an order.
const ASKED: [Service; 6] = [
    Service::Order,
    Service::Product,
    Service::Payment,
    Service::Delivery,
    Service::Cart,
    Service::Notification,
];
/// How long each of them is waited for; all at once.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Serialize, ToSchema)]
#[schema(as = OrderTimeline)]
#[serde(rename_all = "camelCase")]
pub(super) struct Timeline {
    order_id: OrderId,
    order_number: Option<String>,
    #[schema(value_type = Vec<TimelineRecord>)]
    records: Vec<Record>,
    missing: Vec<Missing>,
}

/// A record as it stands in a timeline.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "says what a record looks like, which is made elsewhere"
)]
struct TimelineRecord {
    at: Timestamp,
    /// `order-service`
    service: String,
    /// `event`, or what the service calls it.
    kind: String,
    /// `OrderPlaced v2`
    title: String,
    detail: String,
    message_id: Option<MessageId>,
    caused_by: Option<MessageId>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MissingRecords)]
struct Missing {
    service: &'static str,
    reason: String,
}

/// All that is known of an order
///
/// From the event log and from every service that has something on record, causes before effects. A service that does not
/// answer is named in `missing`.
#[utoipa::path(
    get,
    path = "/api/ops/orders/{orderId}/timeline",
    params(("orderId" = String, Path, description = "The id of the order, or the number that people use")),
    responses((status = 200, body = Timeline, description = "What happened, in order")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(order): Path<String>,
) -> Answer<Json<Timeline>> {
    let order_id = find(&app, &order).await?;
    let traces = join_all(ASKED.map(|service| ask(&app, service, order_id)));
    let (traces, log) = tokio::join!(traces, trace::of_order(&app.database, order_id));
    let log = log?;
    let order_number = trace::number(&log);
    let (mut records, mut missing) = (Vec::new(), Vec::new());
    for trace in traces {
        match trace {
            Ok(more) => records.extend(more),
            Err(one) => missing.push(one),
        }
    }
    // What a service has on record comes before the events that it published about it at the same time.
    records.extend(log);
    if records.is_empty() && missing.is_empty() {
        return Err(Problem::not_found("order"));
    }
    Ok(Json(Timeline {
        order_id,
        order_number,
        records: trace::merge(records),
        missing,
    }))
}

/// The order with this id or number.
async fn find(app: &App, order: &str) -> Answer<OrderId> {
    if let Ok(id) = order.parse() {
        return Ok(id);
    }
    let found = trace::order_by_number(&app.database, order).await?;
    found.ok_or_else(|| Problem::not_found("order"))
}

async fn ask(app: &App, service: Service, order: OrderId) -> Result<Vec<Record>, Missing> {
    let peer = app.peers.peer(service).within(PATIENCE);
    match peer.get::<Trace>(&format!("/internal/trace/{order}")).await {
        Ok(trace) => Ok(trace.records),
        // It knows nothing of this order, or keeps no records at all.
        Err(error) if error.status() == Some(http::StatusCode::NOT_FOUND) => Ok(vec![]),
        Err(error) => Err(missing(service, &error)),
    }
}

fn missing(service: Service, error: &CallError) -> Missing {
    tracing::warn!(service = service.name(), %error, "a service does not tell its part of a timeline");
    Missing {
        service: service.name(),
        reason: error.to_string(),
    }
}
