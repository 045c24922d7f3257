//! Two replicas over one database: who looks on at one is told what the other has written.

use std::time::Duration;

use axum::Router;
use revcart_http_edge::host::{self, Adapters};
use revcart_http_edge::shared::testing;
use revcart_http_edge::{EdgeOptions, Shared};
use revcart_runtime::{Shutdown, Tasks};
use serde_json::Value;
use shared_events::{OrderId, Service};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

use crate::shop::{Shop, open_with, placed};
use crate::watching::{Socket, introduced, next};

const LIMIT: Duration = Duration::from_secs(20);

/// A second replica of the shop's service.
struct Second {
    service: host::Service,
    router: Router,
}

impl Second {
    async fn of(shop: &Shop, shared: Shared) -> Self {
        let adapters = Adapters {
            shared,
            ..shop.service.parts().adapters.clone()
        };
        let options = EdgeOptions::new(
            adapters.verifier.clone(),
            adapters.clock.clone(),
            Shutdown::new(),
        );
        let config = notification_service::Config::for_testing();
        let service = notification_service::build(config, adapters).await.unwrap();
        let health = service.adapters.health.clone();
        let routes = service.routes.clone();
        Self {
            router: revcart_http_edge::edge(Service::Notification, routes, &health, options),
            service,
        }
    }

    /// Has the shop's customer look on here while `told` goes on.
    async fn watched(&self, shop: &Shop, told: impl AsyncFnOnce(Socket)) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("ws://{}/ws/notifications", listener.local_addr().unwrap());
        let shutdown = Shutdown::new();
        let serving = revcart_http_edge::serve(listener, self.router.clone(), shutdown.clone());
        let watching = async {
            let mut socket = introduced(&address, &shop.service.customer.token).await;
            assert!(matches!(next(&mut socket).await, Message::Ping(_)));
            told(socket).await;
            shutdown.trigger();
        };
        let both = async { tokio::join!(serving, watching).0 };
        tokio::time::timeout(LIMIT, both).await.unwrap().unwrap();
    }
}

/// The first replica is told of a new order.
async fn place(shop: &Shop) -> OrderId {
    let order = OrderId::new();
    let own = placed(order, Some(shop.service.customer.id), "ann@example.com");
    shop.service.deliver(own).await;
    shop.service.settle().await;
    order
}

async fn order_told(socket: &mut Socket) -> Value {
    let message = next(socket).await;
    let told: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
    told["orderId"].clone()
}

#[tokio::test]
async fn who_looks_on_at_one_replica_is_told_what_another_has_written() {
    let prefix = testing::prefix();
    let shared = [
        testing::replica(&prefix).await,
        testing::replica(&prefix).await,
    ];
    let shutdown = Shutdown::new();
    let tasks = Tasks::new(shutdown.clone());
    let shop = open_with(shared[0].clone()).await;
    let second = Second::of(&shop, shared[1].clone()).await;
    shared
        .iter()
        .for_each(|shared| shared.start(&tasks, &shutdown));
    second
        .watched(&shop, async |mut socket| {
            // It takes a moment until the second replica hears the first.
            let mut placed = vec![place(&shop).await];
            let told = loop {
                let told = order_told(&mut socket);
                match tokio::time::timeout(Duration::from_millis(200), told).await {
                    Ok(told) => break told,
                    Err(_) => placed.push(place(&shop).await),
                }
            };
            assert!(
                placed.iter().any(|order| told == order.to_string()),
                "{told}"
            );
        })
        .await;
    tasks.drain(LIMIT).await;
}

#[tokio::test]
async fn what_was_not_heard_is_found_by_the_look_at_the_list_and_told_once() {
    let shop = open_with(Shared::Memory).await;
    let second = Second::of(&shop, Shared::Memory).await;
    let jobs = &second.service.jobs;
    let look = jobs.iter().find(|job| job.name() == "spread-news").unwrap();
    place(&shop).await;
    second
        .watched(&shop, async |mut socket| {
            for _ in 0..2 {
                let order = place(&shop).await;
                look.step().await.unwrap();
                look.step().await.unwrap();
                assert_eq!(order_told(&mut socket).await, order.to_string());
            }
        })
        .await;
}
