//! A toy in the place of product-service: it puts things aside for orders and says so.

use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use revcart_http_edge::client::Peer;
use revcart_http_edge::host::{self, Adapters, Job, JobError, Progress};
use revcart_messaging::consumer::{Consumer, ConsumerOptions, HandlingError, Incoming};
use revcart_persistence::{Cause, Database, Error, UnitOfWork, platform_migrations};
use revcart_testkit::{Fixture, TestService};
use sea_orm_migration::prelude::*;
use serde_json::{Value, json};
use shared_events::{
    AnyMessage, OrderId, ProductId, ReservationId, Service, StockLevelLow, StockReserved,
};

pub(crate) struct Migrator;

impl revcart_persistence::Schema for Migrator {}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        platform_migrations()
    }
}

pub(crate) async fn start() -> TestService {
    fixture().start(build).await
}

pub(crate) fn fixture() -> Fixture {
    Fixture::new::<Migrator>(Service::Product)
}

pub(crate) async fn build(adapters: Adapters) -> anyhow::Result<host::Service> {
    let consumer = Consumer::new(
        ConsumerOptions::default(),
        adapters.database.clone(),
        adapters.bus.clone(),
        adapters.clock.clone(),
        |unit, messages| Box::pin(handle(unit, messages)),
    );
    Ok(host::Service {
        name: Service::Product,
        routes: routes(adapters.peers.peer(Service::Cart)),
        consumers: vec![consumer],
        jobs: vec![stock_taking(&adapters)],
        adapters,
    })
}

fn routes(cart: Peer) -> Router {
    let ask_cart = |State(cart): State<Peer>| async move {
        match cart.get::<Value>("/carts/mine").await {
            Ok(answer) => Json(answer),
            Err(error) => Json(json!({ "error": error.to_string() })),
        }
    };
    Router::new()
        .route("/cart", get(ask_cart))
        .with_state(cart)
        .route("/shelf", get(async || Json(json!({ "full": true }))))
}

async fn handle(unit: &mut UnitOfWork, messages: &[Incoming]) -> Result<(), HandlingError> {
    for message in messages {
        match &message.envelope.data {
            AnyMessage::ReserveStock(command) => {
                let reserved = StockReserved {
                    order_id: command.order_id,
                    reservation_id: ReservationId::new(),
                    lines: command.lines.clone(),
                    expires_at: None,
                    saga: Some(command.saga.clone()),
                };
                unit.publish(reserved, &message.cause());
            }
            AnyMessage::ReleaseStock(_) => {
                return Err(HandlingError::Permanent("the shelf is empty".to_owned()));
            }
            _ => {
                return Err(HandlingError::Later(
                    Duration::from_secs(60),
                    "somebody has to come first".to_owned(),
                ));
            }
        }
    }
    Ok(())
}

/// Counts the stock once an hour and says that it is low.
fn stock_taking(adapters: &Adapters) -> Job {
    let (database, clock) = (adapters.database.clone(), adapters.clock.clone());
    let begin = clock.now();
    let last = std::sync::Arc::new(std::sync::Mutex::new(begin));
    Job::every("stock-taking", Duration::from_secs(3600), move || {
        let (database, now, last) = (database.clone(), clock.now(), last.clone());
        Box::pin(async move {
            let due = {
                let mut last = last.lock().expect("nobody panicked with it");
                let due = now - *last >= Duration::from_secs(3600);
                if due {
                    *last = now;
                }
                due
            };
            if due {
                say_low(&database).await?;
            }
            Ok(Progress::Idle)
        }) as BoxFuture<'static, Result<Progress, JobError>>
    })
}

pub(crate) async fn say_low(database: &Database) -> Result<(), Error> {
    let say = database.write((), |unit, ()| {
        Box::pin(async move {
            let low = StockLevelLow {
                product_id: ProductId::new(),
                sku: "TEA-1".to_owned(),
                available: 1,
                threshold: 5,
            };
            unit.publish(low, &Cause::new("stock-taking"));
            Ok::<(), Error>(())
        })
    });
    say.await
}

pub(crate) mod messages {
    use shared_events::{
        ProductId, Quantity, ReleaseStock, ReserveStock, SagaId, SagaRef, StockLine,
    };

    use super::OrderId;

    pub(crate) fn reserve(order_id: OrderId) -> ReserveStock {
        ReserveStock {
            order_id,
            lines: vec![StockLine {
                product_id: ProductId::new(),
                quantity: Quantity::new(2).expect("two is a quantity"),
            }],
            saga: saga(),
        }
    }

    pub(crate) fn release(order_id: OrderId) -> ReleaseStock {
        ReleaseStock {
            order_id,
            saga: saga(),
        }
    }

    fn saga() -> SagaRef {
        SagaRef {
            saga_id: SagaId::new(),
            step: "reserve".to_owned(),
            attempt: 1,
        }
    }
}
