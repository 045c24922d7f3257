//! Two processes on one server. A file has one owner, and these say nothing about it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use revcart_persistence::testing::Place;
use revcart_persistence::{Cause, Database, UnitOfWork};
use revcart_runtime::Clock;
use revcart_testkit::START;
use shared_events::{
    AgentId, AssignDelivery, CancelDelivery, DeliveryStatus, OrderId, Service, UserId,
};

use super::{add, agent, load};
use crate::config::Config;
use crate::demo;
use crate::domain::agent::Location;
use crate::domain::delivery::{self, samples};
use crate::domain::map::Area;
use crate::domain::place::Degrees;
use crate::store::deliveries::Parcel;
use crate::store::dispatch::Dispatch;
use crate::store::locations::{self, Memory};
use crate::store::{Error, Migrator, agents, deliveries, zones};

/// What is remembered of an agent's way.
const MEMORY: Memory = Memory {
    places: 4,
    age: Duration::from_secs(100 * 365 * 24 * 3600),
};

/// Two handles on one database, as of two processes.
struct Pair {
    databases: [Database; 2],
    /// How often anything was tried.
    attempts: Arc<AtomicUsize>,
    _place: Place,
}

impl Pair {
    /// `None` where there can be only one process.
    async fn open() -> Option<Self> {
        let (service, clock) = (Service::Delivery, Clock::manual(START));
        let place = Place::make(service).await;
        let first = place.open(service, clock.clone()).await;
        if first.is_sole_owner() {
            return None;
        }
        first.migrate::<Migrator>().await.unwrap();
        let second = place.open(service, clock).await;
        Some(Self {
            databases: [first, second],
            attempts: Arc::default(),
            _place: place,
        })
    }

    fn turn(&self, number: usize) -> &Database {
        &self.databases[number % 2]
    }

    async fn close(self) {
        for database in &self.databases {
            database.close().await;
        }
    }
}

/// What happens to an order.
#[derive(Clone, Copy)]
enum Act {
    Assign,
    Cancel,
    PickUp,
    Deliver,
}

/// What came of it, until it is no conflict any more: as the queue would bring a message again.
async fn act(pair: &Pair, number: usize, act: Act, order: OrderId) -> Option<DeliveryStatus> {
    loop {
        let args = (act, order, Arc::clone(&pair.attempts));
        let write = pair
            .turn(number)
            .write(args, |unit, (act, order, attempts)| {
                attempts.fetch_add(1, Ordering::Relaxed);
                Box::pin(happen(unit, *act, *order))
            });
        match write.await {
            Ok(status) => return status,
            Err(Error::Database(error)) if error.is_unavailable() => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn happen(
    unit: &mut UnitOfWork,
    act: Act,
    order: OrderId,
) -> Result<Option<DeliveryStatus>, Error> {
    let zone = "default".parse().expect("a zone");
    let (orders, zones) = (BTreeSet::from([order]), BTreeSet::from([&zone]));
    let mut dispatch = Dispatch::load(unit, &orders, &zones, Config::for_testing().terms()).await?;
    let assignment = || AssignDelivery {
        order_id: order,
        expires_at: START + Duration::from_secs(600),
        ..samples::assignment(1)
    };
    let state = dispatch.state(order);
    let unchanged = (state.clone(), vec![]);
    let (next, _) = match act {
        Act::Assign => delivery::assign(
            state,
            &assignment(),
            dispatch.free_courier(&zone, None).as_ref(),
        ),
        Act::Cancel => delivery::cancel(
            state,
            &CancelDelivery {
                order_id: order,
                ..samples::cancellation(2)
            },
        ),
        Act::PickUp => delivery::pick_up(state, order).unwrap_or(unchanged),
        Act::Deliver => delivery::deliver(state, order, START).unwrap_or(unchanged),
    };
    if matches!(act, Act::Assign) {
        dispatch.describe(order, Parcel::of(&assignment(), zone.clone()));
    }
    dispatch.change(order, next, &Cause::new(order.to_string()));
    let status = dispatch.state(order).status();
    dispatch.save(unit).await?;
    Ok(status)
}

/// All at once, by turns on each replica; what came of each.
async fn all(
    pair: &Pair,
    acts: impl IntoIterator<Item = (Act, OrderId)>,
) -> Vec<Option<DeliveryStatus>> {
    let acts = acts.into_iter().enumerate();
    join_all(acts.map(|(number, (what, order))| act(pair, number, what, order))).await
}

async fn hired(pair: &Pair, capacities: &[Option<u32>]) -> Vec<AgentId> {
    let agents: Vec<_> = capacities.iter().map(|capacity| agent(*capacity)).collect();
    let ids = agents.iter().map(|agent| agent.id).collect();
    add(pair.turn(0), agents).await;
    ids
}

/// The loads, which are what is in hand.
async fn loads(pair: &Pair) -> Vec<i64> {
    let loads = agents::loads(pair.turn(1)).await.unwrap();
    let figure = |(_, load, in_hand)| {
        assert_eq!(load, in_hand, "the figure is what is in hand");
        load
    };
    loads.into_iter().map(figure).collect()
}

fn orders(number: usize) -> Vec<OrderId> {
    (0..number).map(|_| OrderId::new()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_give_out_parcels_at_once_never_overbook_an_agent() {
    let Some(pair) = Pair::open().await else {
        return;
    };
    hired(&pair, &[Some(1), Some(3), Some(5)]).await;
    let statuses = all(
        &pair,
        orders(30).into_iter().map(|order| (Act::Assign, order)),
    )
    .await;
    let given = |status: &&Option<DeliveryStatus>| **status == Some(DeliveryStatus::Assigned);
    assert_eq!(statuses.iter().filter(given).count(), 9);
    assert_eq!(loads(&pair).await, [1, 3, 5]);
    let attempts = pair.attempts.load(Ordering::Relaxed);
    assert!(attempts > 30, "they were to meet");
    pair.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn loads_add_up_when_replicas_give_and_take_at_once() {
    let Some(pair) = Pair::open().await else {
        return;
    };
    hired(&pair, &[Some(4), Some(6)]).await;
    let first = orders(10);
    all(&pair, first.iter().map(|order| (Act::Assign, *order))).await;
    all(&pair, first.iter().map(|order| (Act::PickUp, *order))).await;
    let second = orders(10);
    let pairs = first.iter().zip(&second);
    let acts = pairs.flat_map(|(ends, begins)| [(Act::Deliver, *ends), (Act::Assign, *begins)]);
    let statuses = all(&pair, acts).await;
    let given = statuses.iter().flatten();
    let given = given.filter(|status| **status == DeliveryStatus::Assigned);
    let loads = loads(&pair).await;
    assert_eq!(loads.iter().sum::<i64>(), given.count() as i64);
    assert!(loads[0] <= 4 && loads[1] <= 6, "{loads:?}");
    pair.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_that_both_replicas_hear_of_at_once_has_one_delivery() {
    let Some(pair) = Pair::open().await else {
        return;
    };
    let agents = hired(&pair, &[None]).await;
    for order in orders(8) {
        all(&pair, [(Act::Assign, order), (Act::Assign, order)]).await;
    }
    assert_eq!(load(pair.turn(0), agents[0]).await, 8);
    assert_eq!(loads(&pair).await, [8]);
    assert_eq!(
        deliveries::page(pair.turn(1), None, 100)
            .await
            .unwrap()
            .len(),
        8
    );
    pair.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_cancellation_and_a_pick_up_in_two_replicas_one_wins() {
    let Some(pair) = Pair::open().await else {
        return;
    };
    hired(&pair, &[None]).await;
    let orders = orders(12);
    all(&pair, orders.iter().map(|order| (Act::Assign, *order))).await;
    let race = orders
        .iter()
        .flat_map(|order| [(Act::Cancel, *order), (Act::PickUp, *order)]);
    let statuses = all(&pair, race).await;
    for (order, said) in orders.iter().zip(statuses.chunks(2)) {
        let stands = deliveries::find(pair.turn(0), *order)
            .await
            .unwrap()
            .unwrap();
        let stands = stands.state.status();
        assert_eq!(said, [stands, stands]);
    }
    let on_the_road = statuses.iter().flatten();
    let on_the_road = on_the_road.filter(|status| **status == DeliveryStatus::PickedUp);
    assert_eq!(loads(&pair).await, [on_the_road.count() as i64 / 2]);
    pair.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_capacity_that_is_lowered_while_parcels_are_given_out_holds_from_then_on() {
    let Some(pair) = Pair::open().await else {
        return;
    };
    let agents = hired(&pair, &[None]).await;
    let giving = all(
        &pair,
        orders(10).into_iter().map(|order| (Act::Assign, order)),
    );
    let lowering = pair.turn(0).write(agents[0], |unit, id| {
        Box::pin(async move {
            let mut agent = agents::lock(unit, *id).await?.expect("they were hired");
            agent.capacity = Some(u32::try_from(agent.load).expect("a load is not negative"));
            agent.version += 1;
            agents::update(unit, &agent).await?;
            Ok::<_, Error>(agent.load)
        })
    });
    let (statuses, lowered) = futures::join!(giving, lowering);
    let lowered = lowered.unwrap();
    let given = statuses.iter().flatten();
    let given = given.filter(|status| **status == DeliveryStatus::Assigned);
    assert_eq!(given.count() as i64, lowered);
    assert_eq!(loads(&pair).await, [lowered]);
    assert!(
        agents::zones_with_room(pair.turn(1))
            .await
            .unwrap()
            .is_empty()
    );
    pair.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn places_that_both_replicas_are_told_are_counted_one_by_one() {
    let Some(pair) = Pair::open().await else {
        return;
    };
    let agent = agent(None);
    let (id, login) = (agent.id, agent.user_id);
    add(pair.turn(0), vec![agent]).await;
    let location = Location {
        latitude: Degrees::from_degrees(18.5),
        longitude: Degrees::from_degrees(73.8),
        at: START,
    };
    let reports = (0..10).map(|number| {
        pair.turn(number)
            .write((login, location), |unit, (login, location)| {
                Box::pin(async move {
                    let agent = agents::lock_by_login(unit, *login)
                        .await?
                        .expect("they were hired");
                    let sequence = agent.locations + 1;
                    agents::locate(unit, agent.id, *location, sequence).await?;
                    locations::append(unit, agent.id, (sequence, *location), MEMORY).await
                })
            })
    });
    for reported in join_all(reports).await {
        reported.unwrap();
    }
    let agent = agents::find(pair.turn(1), id).await.unwrap().unwrap();
    assert_eq!(agent.locations, 10);
    let places = locations::since(pair.turn(1), id, START, 100)
        .await
        .unwrap();
    assert_eq!(places.len(), 4, "the others are forgotten");
    pair.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_seed_at_once_seed_once() {
    let Some(pair) = Pair::open().await else {
        return;
    };
    let login = UserId::new();
    let seeds = (0..4).map(|number| demo::seed(pair.turn(number), login));
    let seeded = join_all(seeds).await;
    let seeded = seeded
        .into_iter()
        .filter(|seeded| *seeded.as_ref().unwrap());
    assert_eq!(seeded.count(), 1);
    assert_eq!(agents::page(pair.turn(0), None, 10).await.unwrap().len(), 3);
    pair.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn zones_that_both_replicas_draw_at_once_are_all_drawn() {
    let Some(pair) = Pair::open().await else {
        return;
    };
    let draws = (0..6).map(|number| {
        pair.turn(number).write(number, |unit, number| {
            Box::pin(async move {
                let mut drawing = zones::load(unit).await?;
                drawing.areas.push(Area {
                    zone: format!("zone-{number}").parse().expect("a zone"),
                    prefixes: vec![number.to_string()],
                    depot: None,
                    version: 1,
                });
                drawing.version += 1;
                zones::save(unit, &drawing).await
            })
        })
    });
    for drawn in join_all(draws).await {
        drawn.unwrap();
    }
    let drawing = zones::read(pair.turn(1)).await.unwrap();
    assert_eq!((drawing.areas.len(), drawing.version), (6, 6));
    pair.close().await;
}
