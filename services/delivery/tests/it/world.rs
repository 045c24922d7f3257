//! The service on a fixture, its agents, its customers' orders, and the commands of a saga.

use std::time::Duration;

use delivery_service::{Config, Migrator, build, demo};
use http::{Method, StatusCode};
use revcart_http_edge::Role;
use revcart_persistence::documents::values::Document;
use revcart_persistence::{Error, Work};
use revcart_testkit::{Actor, Fixture, Reply, START, Stub, TestService};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use shared_events::{
    Address, AgentId, AssignDelivery, CancelDelivery, Contact, Currency, Money, OrderId, SagaId,
    SagaRef, Service, Timestamp, UserId,
};

/// A postal code where the demo's agents are.
pub(crate) const MAINLAND: &str = "411001";
/// One where they are not.
pub(crate) const ISLANDS: &str = "744101";

/// How long the commands give.
pub(crate) const PATIENCE: Duration = Duration::from_secs(600);

/// The service with the agents of the demo, the first of whom is `agent`.
pub(crate) async fn with_demo_agents() -> TestService {
    let delivery = without_agents().await;
    let seeded = demo::seed(delivery.database(), delivery.agent.id).await;
    assert!(seeded.unwrap());
    delivery
}

/// The service without any agent.
pub(crate) async fn without_agents() -> TestService {
    beside(&Stub::new()).await
}

/// The service beside an order-service that says whose order it is.
pub(crate) async fn beside(orders: &Stub) -> TestService {
    start(orders, Config::for_testing()).await
}

/// The service without any agent, under other settings.
pub(crate) async fn configured(config: Config) -> TestService {
    start(&Stub::new(), config).await
}

async fn start(orders: &Stub, config: Config) -> TestService {
    Fixture::new::<Migrator>(Service::Delivery)
        .peer(Service::Order, orders.router())
        .start(|adapters| build(config, adapters))
        .await
}

/// The same service once more on the same database; none on a file, which has one owner.
pub(crate) async fn replica(delivery: &TestService) -> Option<TestService> {
    let again = async |adapters| build(Config::for_testing(), adapters).await;
    delivery.replica(again).await
}

/// A change of all rows of a table, or of all documents of a collection.
pub(crate) struct Elsewhere {
    pub(crate) statement: &'static str,
    pub(crate) collection: &'static str,
    pub(crate) update: Document,
}

/// Changes the database behind the service's back, as another process would.
pub(crate) async fn change(delivery: &TestService, elsewhere: Elsewhere) {
    let write = delivery.database().write(elsewhere, |unit, elsewhere| {
        Box::pin(async move {
            match unit.work() {
                Work::Sql(tx) => {
                    tx.execute_unprepared(elsewhere.statement).await?;
                }
                Work::Documents(documents) => {
                    let update = elsewhere.update.clone();
                    documents
                        .change_all(elsewhere.collection, Document::new(), update)
                        .await?;
                }
            }
            Ok::<(), Error>(())
        })
    });
    write.await.unwrap();
}

/// Has order-service know whose order it is.
pub(crate) fn belongs_to(orders: &Stub, order: OrderId, owner: UserId) {
    let body = json!({ "orderId": order, "userId": owner, "status": "CONFIRMED" });
    let path = format!("/api/orders/{order}");
    orders.answer(Method::GET, &path, StatusCode::OK, body);
}

/// What an admin sends to have an agent.
pub(crate) fn draft(login: UserId, capacity: Option<u32>) -> Value {
    json!({ "userId": login, "name": "Asha", "phone": "1", "zone": "default", "capacity": capacity })
}

/// A new agent with a login, on shift in the zone where most addresses lie.
pub(crate) async fn hire(delivery: &TestService, capacity: Option<u32>) -> (AgentId, Actor) {
    let login = delivery.keys().actor(Role::Agent);
    let created = delivery
        .post("/api/delivery/agents")
        .token(&delivery.admin)
        .json(&draft(login.id, capacity))
        .await
        .expect(StatusCode::CREATED);
    let id = created.at("/agentId").as_str().unwrap().parse().unwrap();
    (id, login)
}

/// The deliveries that an agent has in hand, by the figure.
pub(crate) async fn load(delivery: &TestService, agent: AgentId) -> i64 {
    let facts = delivery_service::audit::agents(delivery.database()).await;
    let mut facts = facts.unwrap().into_iter();
    let facts = facts.find(|facts| facts.agent_id == agent).unwrap();
    assert_eq!(facts.load, facts.in_hand, "the figure is what is in hand");
    facts.load
}

/// The step that asks; every order has a saga of its own.
pub(crate) fn saga(order: OrderId, attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(order.as_uuid()),
        step: "delivery".to_owned(),
        attempt,
    }
}

/// When the commands of the first minute expire.
pub(crate) fn expiry() -> Timestamp {
    START + PATIENCE
}

/// Find somebody who brings this order, in the first attempt.
pub(crate) fn assign(order: OrderId, postal_code: &str) -> AssignDelivery {
    AssignDelivery {
        order_id: order,
        shipping_address: Address {
            recipient: "A. Shopper".to_owned(),
            line1: "1 High Street".to_owned(),
            line2: None,
            city: "Pune".to_owned(),
            state: "MH".to_owned(),
            postal_code: postal_code.to_owned(),
            country: "IN".to_owned(),
            phone: "1".to_owned(),
        },
        lines: vec![],
        contact: Contact {
            name: "A. Shopper".to_owned(),
            email: "shopper@example.com".to_owned(),
            phone: None,
        },
        collect: None,
        expires_at: expiry(),
        saga: saga(order, 1),
    }
}

/// The same, to be paid at the door.
pub(crate) fn assign_cash(order: OrderId, minor: i64) -> AssignDelivery {
    AssignDelivery {
        collect: Some(Money::from_minor(minor, Currency::INR)),
        ..assign(order, MAINLAND)
    }
}

/// The same once more, under a higher attempt.
pub(crate) fn assign_again(order: OrderId, attempt: u32) -> AssignDelivery {
    AssignDelivery {
        saga: saga(order, attempt),
        ..assign(order, MAINLAND)
    }
}

/// Do not bring it; compensations carry the next attempt.
pub(crate) fn cancel(order: OrderId, attempt: u32) -> CancelDelivery {
    CancelDelivery {
        order_id: order,
        saga: saga(order, attempt),
    }
}

/// An agent, or an admin, says what has happened to a delivery.
pub(crate) async fn report(
    delivery: &TestService,
    by: &Actor,
    order: OrderId,
    status: &str,
) -> Reply {
    delivery
        .put(&format!("/api/delivery/{order}/status"))
        .token(by)
        .json(&json!({ "status": status }))
        .await
}

/// An order that an agent has on the road.
pub(crate) async fn on_the_road(delivery: &TestService, by: &Actor) -> OrderId {
    let order = OrderId::new();
    delivery.deliver(assign(order, MAINLAND)).await;
    delivery.settle().await;
    report(delivery, by, order, "PICKED_UP")
        .await
        .expect(StatusCode::OK);
    delivery.settle().await;
    delivery.forget();
    order
}
