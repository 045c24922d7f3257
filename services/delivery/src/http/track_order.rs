//! `GET /api/delivery/tracking/{orderId}`: where a parcel is, and where the agent is who has it; as `text/event-stream`, live
//! until nothing more will come of it. The same over WebSocket: [`super::watch_tracking`].
//!
//! Events are called `status`, numbered by their place in the history, so that a client which reconnects with
//! `Last-Event-ID` misses none; and `location`, which have no number: the latest is what counts, and there is one every so often
//! at the most.

pub(super) mod live;
mod stream;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use revcart_http_edge::live::EventStream;
use revcart_http_edge::{Answer, Json, Path, Visitor};
use serde::Serialize;
use shared_events::{DeliveryId, DeliveryStatus, OrderId, Timestamp};
use utoipa::ToSchema;

use super::answers::{self, Bringer, Location, Moment};
use super::{access, track_order::live::Live};
use crate::app::App;
use crate::domain::delivery::{self, Phase};
use crate::store::deliveries::Record;
use crate::store::{agents, locations};

/// The most places on the way that are shown.
const PLACES: u64 = 50;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tracking {
    delivery_id: DeliveryId,
    order_id: OrderId,
    status: Option<DeliveryStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Bringer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_arrival: Option<Timestamp>,
    /// What the shopper tells the agent at the door; for the shopper and admins, until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    handover_code: Option<String>,
    /// Where the agent was last seen, while they have the parcel in hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    /// Where they have been since the pick-up, the latest place first.
    trail: Vec<Location>,
    status_history: Vec<Moment>,
}

/// Where a parcel is
///
/// As `text/event-stream` (by `Accept`) it is told as it happens: events `status` and `location`. For the same people as the
/// delivery itself.
#[utoipa::path(get, path = "/api/delivery/tracking/{orderId}",
    params(("orderId" = OrderId, Path), ("last-event-id" = Option<String>, Header, description = "Where a stream goes on")),
    responses((status = 200, description = "Where it is", content(
        (Tracking = "application/json"), (String = "text/event-stream")))),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    visitor: Visitor,
    Path(order): Path<OrderId>,
    stream: EventStream,
) -> Answer<Response> {
    if stream.wanted {
        let live = Live::begin(&app, &visitor, order, stream.last_event).await?;
        return Ok(stream::answer(live));
    }
    let record = access::visible(&app, &visitor, order).await?;
    let code = answers::code(&record).filter(|_| access::knows_code(&visitor));
    let mut tracking = tracking(&app, order, record).await?;
    tracking.handover_code = code;
    Ok(Json(tracking).into_response())
}

async fn tracking(app: &App, order: OrderId, record: Record) -> Answer<Tracking> {
    let courier = record.state.courier();
    let trail = match (record.state.phase(), record.since()) {
        (Phase::PickedUp(courier), Some(since)) => {
            locations::since(&app.database, courier.agent_id, since, PLACES).await?
        }
        _ => vec![],
    };
    let agent = match record.state.in_hand_of() {
        Some(agent) => agents::find(&app.database, agent).await?,
        None => None,
    };
    let location = agent
        .and_then(|agent| agent.location)
        .filter(|location| live::concerns(location, &record));
    Ok(Tracking {
        delivery_id: delivery::of_order(order),
        order_id: order,
        status: record.state.status(),
        agent: courier.map(Bringer::from),
        estimated_arrival: courier.map(|courier| courier.estimated_arrival),
        handover_code: None,
        location: location.map(Location::from),
        trail: trail.into_iter().map(Location::from).collect(),
        status_history: record.history.into_iter().map(Moment::from).collect(),
    })
}
