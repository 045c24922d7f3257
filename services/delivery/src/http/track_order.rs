//! `GET /api/delivery/tracking/{orderId}`: where a parcel is, and where the agent is who has it; as `text/event-stream`, live
//! until nothing more will come of it.
//!
//! Events are called `status`, numbered by their place in the history, so that a client which reconnects with
//! `Last-Event-ID` misses none; and `location`, which have no number: the latest is what counts.

mod live;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use revcart_http_edge::live::EventStream;
use revcart_http_edge::{Answer, Identity, Json, Path};
use serde::Serialize;
use shared_events::{DeliveryId, DeliveryStatus, OrderId, Timestamp};

use super::access;
use super::answers::{Bringer, Location};
use crate::app::App;
use crate::domain::delivery::{self, Phase};
use crate::store::deliveries::{Moment, Record};
use crate::store::{agents, locations};

/// The most places on the way that are shown.
const PLACES: u64 = 50;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tracking {
    delivery_id: DeliveryId,
    order_id: OrderId,
    status: Option<DeliveryStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Bringer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_arrival: Option<Timestamp>,
    /// Where the agent was last seen, while they have the parcel in hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    /// Where they have been since the pick-up, the latest place first.
    trail: Vec<Location>,
    status_history: Vec<Moment>,
}

pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Path(order): Path<OrderId>,
    stream: EventStream,
) -> Answer<Response> {
    if stream.wanted {
        return live::stream(&app, &identity, order, stream.last_event).await;
    }
    let record = access::visible(&app, &identity, order).await?;
    Ok(Json(tracking(&app, order, record).await?).into_response())
}

async fn tracking(app: &App, order: OrderId, record: Record) -> Answer<Tracking> {
    let courier = record.state.courier();
    let trail = match (record.state.phase(), record.since()) {
        (Phase::PickedUp(courier), Some(since)) => {
            locations::since(&app.database, courier.agent_id, since, PLACES).await?
        }
        _ => vec![],
    };
    let location = match record.state.in_hand_of() {
        Some(agent) => agents::find(&app.database, agent).await?,
        None => None,
    };
    Ok(Tracking {
        delivery_id: delivery::of_order(order),
        order_id: order,
        status: record.state.status(),
        agent: courier.map(Bringer::from),
        estimated_arrival: courier.map(|courier| courier.estimated_arrival),
        location: location
            .and_then(|agent| agent.location)
            .map(Location::from),
        trail: trail.into_iter().map(Location::from).collect(),
        status_history: record.history,
    })
}
