//! Tracking as it happens.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use revcart_http_edge::live::{Following, News};
use revcart_http_edge::{Answer, Identity};
use serde::Serialize;
use shared_events::{AgentId, OrderId, Timestamp};

use crate::app::App;
use crate::domain::agent::Location;
use crate::domain::delivery::Phase;
use crate::http::{access, answers};
use crate::store::deliveries::{Moment, Record};

/// A comment this often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'a> {
    order_id: OrderId,
    #[serde(flatten)]
    moment: &'a Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_arrival: Option<Timestamp>,
}

/// The stream, from after event number `last_event` on; without one it begins with the present status.
pub(super) async fn stream(
    app: &App,
    identity: &Identity,
    order: OrderId,
    last_event: Option<usize>,
) -> Answer<Response> {
    // Followed before it is read, so that no change falls in between.
    let following = app.followers.deliveries.follow(order)?;
    let record = access::visible(app, identity, order).await?;
    let live = Live::new(app.clone(), following, record, last_event);
    Ok(Sse::new(live.events())
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response())
}

/// A stream in the making.
struct Live {
    app: App,
    following: Following<OrderId, Arc<Record>>,
    agent: Option<Following<AgentId, Location>>,
    record: Arc<Record>,
    /// How much of the history has been sent.
    sent: usize,
}

enum Next {
    Delivery(News<Arc<Record>>),
    Agent(News<Location>),
}

impl Live {
    fn new(
        app: App,
        following: Following<OrderId, Arc<Record>>,
        record: Record,
        last_event: Option<usize>,
    ) -> Self {
        let all = record.history.len();
        Self {
            app,
            following,
            agent: None,
            sent: last_event.unwrap_or(all.saturating_sub(1)).min(all),
            record: Arc::new(record),
        }
    }

    /// What has not been sent of the history, then what comes.
    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut live| async move {
            loop {
                if let Some(event) = live.next_of_history() {
                    return Some((Ok(event), live));
                }
                if live.is_over() {
                    return None;
                }
                live.follow_agent();
                match live.next().await {
                    Next::Agent(news) => {
                        let event = event("location", &answers::Location::from(news.value));
                        return Some((Ok(event), live));
                    }
                    Next::Delivery(news) if news.version > live.record.version => {
                        live.record = news.value;
                    }
                    Next::Delivery(_) => {}
                }
            }
        })
    }

    async fn next(&mut self) -> Next {
        let Some(agent) = &mut self.agent else {
            return Next::Delivery(self.following.news().await);
        };
        tokio::select! {
            news = self.following.news() => Next::Delivery(news),
            news = agent.news() => Next::Agent(news),
        }
    }

    /// Follows whoever has the parcel in hand. If too many are followed, their way is not shown.
    fn follow_agent(&mut self) {
        let has_it = self.record.state.in_hand_of();
        let followed = self.agent.as_ref().map(|agent| *agent.key());
        if has_it != followed {
            self.agent = has_it.and_then(|agent| self.app.followers.agents.follow(agent).ok());
        }
    }

    fn next_of_history(&mut self) -> Option<Event> {
        let moment = self.record.history.get(self.sent)?;
        self.sent += 1;
        let courier = self.record.state.courier();
        let status = Status {
            order_id: *self.following.key(),
            moment,
            estimated_arrival: courier.map(|courier| courier.estimated_arrival),
        };
        Some(event("status", &status).id(self.sent.to_string()))
    }

    fn is_over(&self) -> bool {
        match self.record.state.phase() {
            Phase::Delivered(_) | Phase::GivenUp | Phase::Cancelled => true,
            Phase::Unheard
            | Phase::Seeking(_)
            | Phase::Assigned(_)
            | Phase::PickedUp(_)
            | Phase::CameBack(_) => false,
        }
    }
}

fn event(name: &str, body: &impl Serialize) -> Event {
    let data = serde_json::to_string(body).expect("the body is plain data");
    Event::default().event(name).data(data)
}
