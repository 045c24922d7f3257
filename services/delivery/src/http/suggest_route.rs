//! `GET /api/delivery/agent/{id}/route` (that agent, admin): in which order to go to the doors of what is in hand.
//!
//! It begins where the parcels are fetched, if some still have to be and the zone has a depot, or else where the agent was seen
//! lately, or else at the depot. Distances are as the crow flies. Doors of which nobody knows where they are come last, by
//! postal code.

use axum::extract::State;
use revcart_http_edge::{AgentOrAdmin, Answer, Json, Path};
use serde::Serialize;
use shared_events::{Address, AgentId, Contact, DeliveryId, DeliveryStatus, Money, OrderId};
use utoipa::ToSchema;

use super::{access, answers::Spot};
use crate::app::App;
use crate::domain::agent::Agent;
use crate::domain::delivery::{self, Phase};
use crate::domain::map::Map;
use crate::domain::place::Point;
use crate::domain::route;
use crate::domain::zone::plain;
use crate::store::deliveries::{self, Record};

/// The most stops of a route: the oldest orders, if an agent has more in hand.
const MOST_STOPS: u64 = 100;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Route {
    agent_id: AgentId,
    /// Where it begins; nowhere in particular, if that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Start>,
    /// How long it is as the crow flies, in metres, as far as it is known.
    metres: u64,
    stops: Vec<Stop>,
    /// Whether the agent has more in hand than is shown.
    more: bool,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = RouteStart)]
#[serde(rename_all = "camelCase")]
struct Start {
    at: Where,
    #[serde(flatten)]
    spot: Spot,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RouteStartKind)]
enum Where {
    Depot,
    Agent,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RouteStop)]
#[serde(rename_all = "camelCase")]
struct Stop {
    delivery_id: DeliveryId,
    order_id: OrderId,
    status: Option<DeliveryStatus>,
    shipping_address: Address,
    contact: Contact,
    /// Cash to take at the door.
    #[serde(skip_serializing_if = "Option::is_none")]
    collect: Option<Money>,
    /// Where it is, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Spot>,
    /// Whether that is what somebody has said, and not what the postal code tells.
    exact: bool,
    /// From the stop before, or from where the route begins, as the crow flies.
    #[serde(skip_serializing_if = "Option::is_none")]
    metres: Option<u64>,
}

/// Suggests a route
///
/// Nearest neighbour first, then shortened as long as turning a part of the way round helps.
#[utoipa::path(get, path = "/api/delivery/agent/{id}/route",
    params(("id" = String, Path, description = "The agent's id, or `me`")),
    responses((status = 200, body = Route, description = "The route")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    AgentOrAdmin(identity): AgentOrAdmin,
    Path(name): Path<String>,
) -> Answer<Json<Route>> {
    let agent = access::agent_named(&app, &identity, &name).await?;
    let map = app.map().await?;
    let mut open =
        deliveries::of_agent(&app.database, agent.id, false, None, MOST_STOPS + 1).await?;
    let most = usize::try_from(MOST_STOPS).unwrap_or(usize::MAX);
    let more = open.len() > most;
    open.truncate(most);
    let start = start(&app, &map, &agent, &open);
    let (metres, stops) = arranged(start.map(|(_, point)| point), &map, open);
    Ok(Json(Route {
        agent_id: agent.id,
        from: start.map(|(at, point)| Start {
            at,
            spot: point.into(),
        }),
        metres,
        stops,
        more,
    }))
}

fn start(
    app: &App,
    map: &Map,
    agent: &Agent,
    open: &[(OrderId, Record)],
) -> Option<(Where, Point)> {
    let depot = map.depot(&agent.zone).map(|depot| (Where::Depot, depot));
    let oldest = app.clock.now().before(app.config.location_fresh);
    let seen = agent.location.filter(|seen| seen.at >= oldest);
    let seen = seen.map(|seen| (Where::Agent, seen.point()));
    let to_fetch = |(_, record): &(_, Record)| matches!(record.state.phase(), Phase::Assigned(_));
    if open.iter().any(to_fetch) {
        depot.or(seen)
    } else {
        seen.or(depot)
    }
}

fn arranged(start: Option<Point>, map: &Map, open: Vec<(OrderId, Record)>) -> (u64, Vec<Stop>) {
    let stops = open
        .into_iter()
        .filter_map(|(order, record)| stop(map, order, record));
    let (known, mut unknown): (Vec<_>, Vec<_>) = stops.partition(|(point, _)| point.is_some());
    let points: Vec<Point> = known.iter().filter_map(|(point, _)| *point).collect();
    let order = route::suggest(start, &points);
    let metres = route::length(start, &points, &order);
    let mut known: Vec<Option<Stop>> = known.into_iter().map(|(_, stop)| Some(stop)).collect();
    let mut here = start;
    let mut stops = Vec::with_capacity(known.len() + unknown.len());
    for place in order {
        let there = points[place];
        if let Some(mut stop) = known[place].take() {
            stop.metres = here.map(|here| here.metres_to(there));
            stops.push(stop);
        }
        here = Some(there);
    }
    unknown.sort_by_key(|(_, stop)| (plain(&stop.shipping_address.postal_code), stop.order_id));
    stops.extend(unknown.into_iter().map(|(_, stop)| stop));
    (metres, stops)
}

fn stop(map: &Map, order: OrderId, record: Record) -> Option<(Option<Point>, Stop)> {
    let parcel = record.parcel?;
    let point = parcel.destination(map);
    let stop = Stop {
        delivery_id: delivery::of_order(order),
        order_id: order,
        status: record.state.status(),
        collect: record.state.collect(),
        location: point.map(Spot::from),
        exact: parcel.location.is_some(),
        metres: None,
        shipping_address: parcel.address,
        contact: parcel.contact,
    };
    Some((point, stop))
}
