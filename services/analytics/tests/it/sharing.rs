//! Two processes on one database server that hear of the same events at the same time. A file has one owner, and these say
//! nothing about it.

use std::collections::BTreeSet;
use std::time::Duration;

use analytics_service::{Config, Migrator, events};
use http::{Method, StatusCode};
use revcart_http_edge::EdgeOptions;
use revcart_http_edge::host::{self, Adapters, Progress};
use revcart_persistence::testing::Place;
use revcart_runtime::Shutdown;
use revcart_testkit::{Call, Reply, TestService};
use serde_json::json;
use shared_events::{AnyMessage, MessageId, ProductId, Service, UserId};

use crate::shop::{self, Order, rupees, viewed};

const ROUNDS: usize = 6;

/// Two replicas with a connection and a queue each, so that both can be told the same. Everything else is the shop's of the
/// first queue; the services of both shops do nothing themselves.
struct Two {
    shops: [TestService; 2],
    replicas: [host::Service; 2],
    _place: Place,
}

impl Two {
    async fn start() -> Option<Self> {
        let shops = [shop::open().await, shop::open().await];
        let place = Place::make(Service::Analytics).await;
        let mut replicas = Vec::new();
        for shop in &shops {
            let database = place
                .open(Service::Analytics, shops[0].clock().clone())
                .await;
            if database.is_sole_owner() {
                return None;
            }
            database.migrate::<Migrator>().await.unwrap();
            let adapters = Adapters {
                database,
                bus: shop.bus().clone(),
                ..shops[0].parts().adapters.clone()
            };
            let service = analytics_service::build(Config::for_testing(), adapters).await;
            replicas.push(service.unwrap());
        }
        Some(Self {
            shops,
            replicas: replicas.try_into().ok().expect("two were pushed"),
            _place: place,
        })
    }

    /// Tells one of them, or both the same message.
    async fn tell(&self, whom: &[usize], event: impl Into<AnyMessage>) {
        let envelope = shop::sent_at(self.shops[0].now(), event);
        for &shop in whom {
            self.shops[shop].deliver_envelope(&envelope).await;
        }
    }

    /// Has both take what they have been told, at once.
    async fn take(&self) {
        let [first, second] = &self.replicas;
        let (first, second) = tokio::join!(first.consumers[0].step(), second.consumers[0].step());
        first.unwrap();
        second.unwrap();
    }

    async fn forget(&self) {
        let forget = async |service: &host::Service| {
            let job = service.jobs.iter().find(|job| job.name() == "forget");
            while job.expect("it is in the table").step().await.unwrap() == Progress::More {}
        };
        let [first, second] = &self.replicas;
        tokio::join!(forget(first), forget(second));
    }

    /// What the second one answers an admin.
    async fn ask(&self, path: &str) -> Reply {
        let service = &self.replicas[1];
        let (adapters, routes) = (&service.adapters, service.routes.clone());
        let options = EdgeOptions::new(
            adapters.verifier.clone(),
            adapters.clock.clone(),
            Shutdown::new(),
        );
        let router = revcart_http_edge::edge(Service::Analytics, routes, &adapters.health, options);
        let call = Call::new(router, Method::GET, path).token(&self.shops[0].admin);
        call.await.expect(StatusCode::OK)
    }
}

#[tokio::test]
async fn figures_are_exact_when_two_processes_hear_the_same_at_once() {
    let Some(two) = Two::start().await else {
        return;
    };
    let product = ProductId::new();
    let users: Vec<UserId> = (0..3).map(|_| UserId::new()).collect();
    for _ in 0..ROUNDS {
        for user in &users {
            two.tell(&[0, 1], viewed(product, Some(*user))).await;
            two.tell(&[0], viewed(product, Some(*user))).await;
            two.tell(&[1], viewed(product, Some(*user))).await;
        }
        let order = Order::of(product, 2, rupees(500));
        two.tell(&[0, 1], order.placed()).await;
        two.tell(&[1, 0], order.confirmed()).await;
        two.tell(&[0, 1], order.paid()).await;
        two.take().await;
    }
    // What was put off because it met the other too often comes again.
    for _ in 0..5 {
        for shop in &two.shops {
            shop.clock().advance(Duration::from_secs(3));
        }
        two.take().await;
    }

    let dashboard = two.ask("/api/analytics/dashboard").await;
    let (rounds, views) = (ROUNDS as i64, 9 * ROUNDS as i64);
    assert_eq!(dashboard.at("/today/productViews"), views);
    assert_eq!(dashboard.at("/ever/productViews"), views);
    assert_eq!(dashboard.at("/today/ordersPlaced"), rounds);
    assert_eq!(dashboard.at("/ever/ordersConfirmed"), rounds);
    // Three who looked, and who ordered in each round.
    assert_eq!(dashboard.at("/funnel/viewed"), 3 + rounds);
    let best = dashboard.at("/topProducts/0");
    let sold = json!([best["views"], best["unitsSold"], best["revenue"]["amount"]]);
    let revenue = format!("{}.00", 5 * ROUNDS);
    assert_eq!(sold, json!([views, 2 * rounds, revenue]));

    let database = &two.replicas[0].adapters.database;
    let log = events::tail(database, None, None, 1_000).await.unwrap();
    let ids: BTreeSet<MessageId> = log.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), 12 * ROUNDS);
    let numbers: Vec<i64> = log.iter().map(|event| event.sequence).collect();
    let expected: Vec<i64> = (1..=12 * rounds).collect();
    assert_eq!(numbers, expected, "no gaps, and nothing twice");
}

#[tokio::test]
async fn two_processes_forget_the_same_events_once_and_none_that_are_young() {
    let Some(two) = Two::start().await else {
        return;
    };
    for _ in 0..20 {
        two.tell(&[0], viewed(ProductId::new(), None)).await;
        two.tell(&[1], viewed(ProductId::new(), None)).await;
    }
    two.take().await;
    two.shops[0]
        .clock()
        .advance(Duration::from_secs(50 * 86_400));
    two.tell(&[0], viewed(ProductId::new(), None)).await;
    two.take().await;
    two.shops[0]
        .clock()
        .advance(Duration::from_secs(50 * 86_400));
    two.forget().await;
    let database = &two.replicas[1].adapters.database;
    let log = events::tail(database, None, None, 1_000).await.unwrap();
    let numbers: Vec<i64> = log.iter().map(|event| event.sequence).collect();
    assert_eq!(numbers, [41]);
    assert_eq!(events::latest(database).await.unwrap(), 41);
    let dashboard = two.ask("/api/analytics/dashboard").await;
    assert_eq!(dashboard.at("/ever/productViews"), 41);
}
