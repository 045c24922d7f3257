//! The deliveries and the agents that one transaction is about: loaded and locked together, changed in memory, saved
//! together. However many messages a batch has, this costs one query per table to load, and to save one statement each for
//! new deliveries, known deliveries and loads, plus two where agents are looked for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{AgentId, OrderId, Timestamp};

use super::deliveries::{self, Parcel, Record, Remark};
use super::searches::{self, Open};
use super::{Error, agents};
use crate::domain::agent::Agent;
use crate::domain::delivery::{Courier, State};
use crate::domain::doorstep::Code;
use crate::domain::place::Point;
use crate::domain::roster::Roster;
use crate::domain::shift::Offset;
use crate::domain::zone::Zone;

/// On what terms parcels are given out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// How long after its assignment a delivery is said to arrive.
    pub(crate) estimate: Duration,
    /// How old the news may be of where an agent is.
    pub(crate) freshness: Duration,
    /// In which local time plans of agents are written.
    pub(crate) offset: Offset,
}

/// Deliveries and agents in hand.
pub(crate) struct Dispatch {
    now: Timestamp,
    estimate: Duration,
    deliveries: BTreeMap<OrderId, Tracked>,
    nobody: Record,
    roster: Roster,
}

#[derive(Default)]
struct Tracked {
    record: Record,
    is_stored: bool,
    is_changed: bool,
    was_sought: bool,
    /// What asked for the search that begins now.
    begun_by: Option<Cause>,
}

/// What a transaction has done, for those who wait for it.
pub(crate) struct Done {
    /// The deliveries that are different now.
    pub(crate) changed: Vec<(OrderId, Record)>,
    /// Whether somebody has less to carry than before.
    pub(crate) freed: bool,
}

impl Dispatch {
    /// Loads these deliveries and the agents who work in these zones now.
    pub(crate) async fn load(
        unit: &UnitOfWork,
        orders: &BTreeSet<OrderId>,
        zones: &BTreeSet<&Zone>,
        terms: Terms,
    ) -> Result<Self, Error> {
        let now = unit.now();
        let orders: Vec<OrderId> = orders.iter().copied().collect();
        let zones: Vec<&Zone> = zones.iter().copied().collect();
        let tracked = |(order, record): (OrderId, Record)| {
            let was_sought = record.state.search().is_some();
            let tracked = Tracked {
                record,
                is_stored: true,
                was_sought,
                ..Tracked::default()
            };
            (order, tracked)
        };
        let known = deliveries::lock(unit, &orders).await?;
        let local = terms.offset.local(now);
        let working = |agent: Agent| {
            let is_fresh = |at: Timestamp| now - at <= terms.freshness;
            let location = agent.location.filter(|seen| is_fresh(seen.at));
            let is_working = agent.is_working(local);
            is_working.then_some(Agent { location, ..agent })
        };
        let on_duty = agents::lock_on_shift(unit, &zones).await?;
        Ok(Self {
            now,
            estimate: terms.estimate,
            deliveries: known.into_iter().map(tracked).collect(),
            nobody: Record::default(),
            roster: on_duty.into_iter().filter_map(working).collect(),
        })
    }

    /// The one time of this transaction.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The delivery as it stands.
    pub(crate) fn state(&self, order: OrderId) -> &State {
        &self.record(order).state
    }

    /// The delivery with all that is kept of it.
    pub(crate) fn record(&self, order: OrderId) -> &Record {
        self.deliveries
            .get(&order)
            .map_or(&self.nobody, |tracked| &tracked.record)
    }

    /// Who would bring a parcel in this zone if it were given out now; `near` is where they should be.
    pub(crate) fn free_courier(&self, zone: &Zone, near: Option<Point>) -> Option<Courier> {
        let best = self.roster.best(zone, near);
        best.map(|agent| self.courier(agent))
    }

    /// This agent, if they could bring one more parcel in this zone now.
    pub(crate) fn free_agent(&self, agent: AgentId, zone: &Zone) -> Option<Courier> {
        let free = self.roster.free(agent).filter(|free| free.zone == *zone);
        free.map(|agent| self.courier(agent))
    }

    /// Brings a delivery into its next state, and the loads with it. `cause` is what the end of a search will name.
    pub(crate) fn change(&mut self, order: OrderId, next: State, cause: &Cause) {
        self.change_with(order, next, cause, Remark::default());
    }

    /// The same, with what the agent says of it.
    pub(crate) fn change_with(
        &mut self,
        order: OrderId,
        next: State,
        cause: &Cause,
        remark: Remark,
    ) {
        let tracked = self.deliveries.entry(order).or_default();
        if tracked.record.state == next {
            return;
        }
        self.roster.settle(&tracked.record.state, &next);
        if next.search().is_some() && next.search() != tracked.record.state.search() {
            tracked.begun_by = Some(cause.clone());
        }
        tracked.record.enter(next, remark, self.now);
        tracked.is_changed = true;
    }

    /// Keeps what is to be brought, with what was known of it before.
    pub(crate) fn describe(&mut self, order: OrderId, mut parcel: Parcel) {
        let tracked = self.deliveries.entry(order).or_default();
        if let Some(before) = tracked.record.parcel.take() {
            parcel.remember(before);
        }
        parcel
            .code
            .get_or_insert_with(|| Code::of(rand::random_range(0..1_000_000)));
        tracked.record.parcel = Some(parcel);
    }

    /// Changes what is known of a parcel that exists, if it does.
    pub(crate) fn amend(&mut self, order: OrderId, change: impl FnOnce(&mut Parcel)) {
        let Some(tracked) = self.deliveries.get_mut(&order) else {
            return;
        };
        if let Some(parcel) = &mut tracked.record.parcel {
            change(parcel);
            tracked.record.version += 1;
            tracked.is_changed = true;
        }
    }

    /// Writes what has changed.
    pub(crate) async fn save(self, unit: &UnitOfWork) -> Result<Done, Error> {
        let (mut known, mut new) = (Vec::new(), Vec::new());
        for (order, tracked) in &self.deliveries {
            match (tracked.is_changed, tracked.is_stored) {
                (false, _) => {}
                (true, true) => known.push((*order, &tracked.record)),
                (true, false) => new.push((*order, &tracked.record)),
            }
        }
        // Loads first: there transactions meet, and who meets nobody there goes through.
        let shifts: Vec<_> = self.roster.shifts().collect();
        agents::shift_loads(unit, &shifts).await?;
        deliveries::insert(unit, &new).await?;
        deliveries::update(unit, &known).await?;
        searches::put(unit, &self.begun()).await?;
        searches::remove(unit, &self.ended()).await?;
        let changed = self.deliveries.into_iter();
        let changed = changed.filter(|(_, tracked)| tracked.is_changed);
        Ok(Done {
            changed: changed
                .map(|(order, tracked)| (order, tracked.record))
                .collect(),
            freed: shifts.iter().any(|(_, by)| *by < 0),
        })
    }

    fn begun(&self) -> Vec<Open> {
        let open = |(order, tracked): (&OrderId, &Tracked)| {
            Some(Open {
                order: *order,
                zone: tracked.record.parcel.as_ref()?.zone.clone(),
                expires_at: tracked.record.state.search()?.expires_at,
                cause: tracked.begun_by.clone()?,
            })
        };
        self.deliveries.iter().filter_map(open).collect()
    }

    fn ended(&self) -> Vec<OrderId> {
        let ended = |(_, tracked): &(&OrderId, &Tracked)| {
            tracked.was_sought && tracked.record.state.search().is_none()
        };
        let ended = self.deliveries.iter().filter(ended);
        ended.map(|(order, _)| *order).collect()
    }

    fn courier(&self, agent: &Agent) -> Courier {
        Courier {
            agent_id: agent.id,
            name: agent.name.clone(),
            estimated_arrival: self.now + self.estimate,
        }
    }
}
