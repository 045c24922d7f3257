//! Tracking as it happens, for whoever tells it on. Nothing queues up: of the places of an agent the latest is kept, and the
//! statuses are those of the history.

use std::sync::Arc;

use revcart_http_edge::live::{Following, News};
use revcart_http_edge::{Answer, Visitor};
use serde::Serialize;
use shared_events::{AgentId, OrderId, Timestamp};

use crate::app::App;
use crate::domain::agent::Location;
use crate::domain::delivery::Phase;
use crate::http::{access, answers};
use crate::store::deliveries::Record;

/// Something that has happened.
#[derive(Debug)]
pub(in crate::http) struct Update {
    /// `status` or `location`.
    pub(in crate::http) name: &'static str,
    /// Its number, by which a client says how much it has heard.
    pub(in crate::http) number: Option<usize>,
    /// What, as JSON.
    pub(in crate::http) data: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    order_id: OrderId,
    #[serde(flatten)]
    moment: answers::Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_arrival: Option<Timestamp>,
}

/// Whether the agent was there with this parcel, as it stands: where they were before is nothing to those who wait for it.
pub(super) fn concerns(location: &Location, record: &Record) -> bool {
    record.since().is_some_and(|since| location.at >= since)
}

/// Somebody who follows an order.
pub(in crate::http) struct Live {
    app: App,
    following: Following<OrderId, Arc<Record>>,
    agent: Option<Following<AgentId, Location>>,
    record: Arc<Record>,
    /// How much of the history has been told.
    sent: usize,
    /// When they may be told the next place of the agent.
    place_due: Option<Timestamp>,
}

enum Next {
    Delivery(News<Arc<Record>>),
    Agent(News<Location>),
}

impl Live {
    /// Follows an order, from after event number `last_event` on; without one from the present status on.
    pub(in crate::http) async fn begin(
        app: &App,
        visitor: &Visitor,
        order: OrderId,
        last_event: Option<usize>,
    ) -> Answer<Self> {
        // Followed before it is read, so that no change falls in between.
        let following = app.followers.deliveries.follow(order)?;
        let record = access::visible(app, visitor, order).await?;
        let all = record.history.len();
        Ok(Self {
            app: app.clone(),
            following,
            agent: None,
            sent: last_event.unwrap_or(all.saturating_sub(1)).min(all),
            record: Arc::new(record),
            place_due: None,
        })
    }

    /// What has not been told of the history, then what comes; none when nothing more will. Who stops waiting misses nothing.
    pub(in crate::http) async fn next(&mut self) -> Option<Update> {
        loop {
            if let Some(update) = self.next_of_history() {
                return Some(update);
            }
            if self.is_over() {
                return None;
            }
            self.follow_agent();
            match self.wait().await {
                Next::Agent(news) if !concerns(&news.value, &self.record) => {}
                Next::Agent(news) => {
                    let interval = self.app.config.tracking_interval;
                    self.place_due = Some(self.app.clock.now() + interval);
                    let data = json(&answers::Location::from(news.value));
                    return Some(Update {
                        name: "location",
                        number: None,
                        data,
                    });
                }
                Next::Delivery(news) if news.version > self.record.version => {
                    self.record = news.value;
                }
                Next::Delivery(_) => {}
            }
        }
    }

    async fn wait(&mut self) -> Next {
        let Some(agent) = &mut self.agent else {
            return Next::Delivery(self.following.news().await);
        };
        let (clock, due) = (&self.app.clock, self.place_due);
        // Places that come in between overtake each other.
        let place = async {
            if let Some(due) = due {
                clock.sleep_until(due).await;
            }
            agent.news().await
        };
        tokio::select! {
            news = self.following.news() => Next::Delivery(news),
            news = place => Next::Agent(news),
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

    fn next_of_history(&mut self) -> Option<Update> {
        let moment = self.record.history.get(self.sent)?.clone();
        self.sent += 1;
        let courier = self.record.state.courier();
        let status = Status {
            order_id: *self.following.key(),
            moment: moment.into(),
            estimated_arrival: courier.map(|courier| courier.estimated_arrival),
        };
        Some(Update {
            name: "status",
            number: Some(self.sent),
            data: json(&status),
        })
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

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("the body is plain data")
}
