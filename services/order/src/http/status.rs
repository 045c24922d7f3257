//! `GET /api/orders/{id}/status`: where an order stands; as `text/event-stream`, live until it is final.
//!
//! Events are called `status` and numbered by their place in the history, so that a client which reconnects with
//! `Last-Event-ID` misses none.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use revcart_http_edge::live::EventStream;
use revcart_http_edge::{Answer, Json, Path, Visitor};
use serde::Serialize;
use shared_events::{OrderId, OrderStatus, Timestamp};
use utoipa::ToSchema;

use super::show;
use crate::app::App;
use crate::domain::{Moment, Order};
use crate::followers::Following;

/// A comment this often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Where an order stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderStanding)]
pub(crate) struct StatusBody {
    order_id: OrderId,
    order_number: String,
    status: OrderStatus,
    since: Timestamp,
    status_history: Vec<Moment>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusEvent<'a> {
    order_id: OrderId,
    order_number: String,
    #[serde(flatten)]
    moment: &'a Moment,
}

/// Where an order stands
///
/// As JSON, or live as `text/event-stream`: events called `status`, numbered by their place in the history, so that a client
/// that comes back with `Last-Event-ID` misses none. The stream ends with the order.
#[utoipa::path(get, path = "/api/orders/{id}/status", params(("id" = OrderId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "Where it stands",
        content((StatusBody = "application/json"), (String = "text/event-stream")))))]
pub(crate) async fn handle(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<OrderId>,
    stream: EventStream,
) -> Answer<Response> {
    if !stream.wanted {
        let order = show::visible(&app, &visitor, id).await?;
        return Ok(Json(StatusBody::from(&order)).into_response());
    }
    // Followed before it is read, so that no change falls in between.
    let following = app.followers.follow(id)?;
    let order = show::visible(&app, &visitor, id).await?;
    let live = Live::new(following, order, stream.last_event);
    Ok(Sse::new(live.events())
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response())
}

/// A stream in the making.
struct Live {
    following: Following,
    order: Order,
    /// How much of the history has been sent.
    sent: usize,
}

impl Live {
    fn new(following: Following, order: Order, last_event: Option<usize>) -> Live {
        let sent = last_event
            .unwrap_or(order.history.len() - 1)
            .min(order.history.len());
        Live {
            following,
            order,
            sent,
        }
    }

    /// What has not been sent of the history, then what comes; ends after a final status.
    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut live| async move {
            loop {
                if let Some(event) = live.next_of_history() {
                    return Some((Ok(event), live));
                }
                if live.order.is_final() {
                    return None;
                }
                let news = live.following.news().await.value;
                if news.version > live.order.version {
                    live.order = Arc::unwrap_or_clone(news);
                }
            }
        })
    }

    fn next_of_history(&mut self) -> Option<Event> {
        let moment = self.order.history.get(self.sent)?;
        self.sent += 1;
        let body = StatusEvent {
            order_id: self.order.id,
            order_number: self.order.number.to_string(),
            moment,
        };
        let data = serde_json::to_string(&body).expect("a status is plain data");
        Some(
            Event::default()
                .event("status")
                .id(self.sent.to_string())
                .data(data),
        )
    }
}

impl From<&Order> for StatusBody {
    fn from(order: &Order) -> StatusBody {
        StatusBody {
            order_id: order.id,
            order_number: order.number.to_string(),
            status: order.status,
            since: order
                .history
                .last()
                .map_or(order.placed_at, |moment| moment.at),
            status_history: order.history.clone(),
        }
    }
}
