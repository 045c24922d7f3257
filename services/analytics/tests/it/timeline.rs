use analytics_service::{Config, Migrator, trace};
use http::{Method, StatusCode};
use revcart_testkit::{Fixture, Stub, TestService};
use serde_json::{Value, json};
use shared_events::{OrderId, ProductId, Service};

use crate::shop::{self, Order, ask, january, rupees, sent_at};

const ASKED: [Service; 6] = [
    Service::Order,
    Service::Product,
    Service::Payment,
    Service::Delivery,
    Service::Cart,
    Service::Notification,
];

/// A service that has this on record of every order.
fn witness(records: Value) -> Stub {
    let stub = Stub::new();
    let body = json!({ "records": records });
    stub.answer(Method::GET, "/internal/trace/*", StatusCode::OK, body);
    stub
}

async fn open(witnesses: impl IntoIterator<Item = (Service, Stub)>) -> TestService {
    let mut fixture = Fixture::new::<Migrator>(Service::Analytics);
    for (service, stub) in witnesses {
        fixture = fixture.peer(service, stub.router());
    }
    fixture
        .start(|adapters| analytics_service::build(Config::for_testing(), adapters))
        .await
}

fn column<'a>(timeline: &'a revcart_testkit::Reply, list: &str, field: &str) -> Vec<&'a str> {
    let list = timeline.at(list).as_array().unwrap();
    list.iter().map(|it| it[field].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_timeline_is_merged_from_the_log_and_from_what_every_service_has_on_record() {
    let record = |at: &str, service: &str, title: &str| json!({ "at": january(at), "service": service, "kind": "k", "title": title, "detail": "d" });
    let stock = witness(json!([record(
        "05T11:01",
        "product-service",
        "stock reserved"
    )]));
    let saga = json!([
        record("05T11:00", "order-service", "saga began"),
        record("05T11:03", "order-service", "saga ended"),
    ]);
    let shop = open(ASKED.map(|service| match service {
        Service::Order => (service, witness(saga.clone())),
        Service::Product => (service, stock.clone()),
        // Without such a route: it has nothing on record.
        Service::Cart => (service, Stub::new()),
        _ => (service, witness(json!([]))),
    }))
    .await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    let placed = sent_at(january("05T11:00"), order.placed());
    // Its clock is slow: it says that it came before its cause.
    let mut paid = sent_at(january("05T10:00"), order.paid());
    paid.causation_id = Some(placed.id);
    let confirmed = sent_at(january("05T11:02"), order.confirmed());
    for event in [&confirmed, &paid, &placed] {
        shop.deliver_envelope(event).await;
    }
    shop.settle().await;

    let timeline = ask(&shop, &format!("/api/ops/orders/{}/timeline", order.id)).await;
    let expected = [
        "saga began",
        "OrderPlaced v2",
        "PaymentCompleted v1",
        "stock reserved",
        "OrderConfirmed v1",
        "saga ended",
    ];
    assert_eq!(column(&timeline, "/records", "title"), expected);
    assert_eq!(timeline.at("/orderNumber"), order.number.as_str());
    assert_eq!(timeline.at("/missing"), &json!([]));
    assert_eq!(timeline.at("/records/2/causedBy"), &json!(placed.id));
    assert_eq!(timeline.at("/records/2/service"), "payment-service");
    assert!(
        timeline
            .at("/records/1/detail")
            .as_str()
            .unwrap()
            .contains("orderNumber")
    );
    let asked = &stock.asked()[0];
    assert_eq!(asked.path, format!("/internal/trace/{}", order.id));
    assert!(asked.headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_service_out_of_reach_is_named_and_the_rest_is_shown() {
    let broken = Stub::new();
    let down = StatusCode::INTERNAL_SERVER_ERROR;
    broken.answer(
        Method::GET,
        "/internal/trace/*",
        down,
        json!({ "code": "INTERNAL" }),
    );
    let nothing = || witness(json!([]));
    let shop = open([
        (Service::Order, nothing()),
        (Service::Product, broken),
        (Service::Cart, nothing()),
        (Service::Delivery, nothing()),
        (Service::Notification, nothing()),
    ])
    .await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    shop.deliver(order.placed()).await;
    shop.settle().await;
    let timeline = ask(&shop, &format!("/api/ops/orders/{}/timeline", order.id)).await;
    assert_eq!(column(&timeline, "/records", "title"), ["OrderPlaced v2"]);
    let missing = column(&timeline, "/missing", "service");
    assert_eq!(missing, ["product-service", "payment-service"]);
}

#[tokio::test]
async fn an_order_that_nobody_knows_is_not_found() {
    let shop = open(ASKED.map(|service| (service, Stub::new()))).await;
    let path = format!("/api/ops/orders/{}/timeline", OrderId::new());
    let reply = shop.get(&path).token(&shop.admin).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn an_order_is_found_by_its_number_and_traced_from_the_log_alone() {
    let shop = shop::open().await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    shop.deliver(order.placed()).await;
    shop.deliver(order.confirmed()).await;
    shop.deliver(Order::of(ProductId::new(), 1, rupees(100)).placed())
        .await;
    shop.settle().await;
    let found = trace::order_by_number(shop.database(), &order.number)
        .await
        .unwrap();
    assert_eq!(found, Some(order.id));
    let unknown = trace::order_by_number(shop.database(), "RC-0")
        .await
        .unwrap();
    assert_eq!(unknown, None);
    let records = trace::of_order(shop.database(), order.id).await.unwrap();
    let titles: Vec<_> = records.iter().map(|record| record.title.as_str()).collect();
    assert_eq!(titles, ["OrderPlaced v2", "OrderConfirmed v1"]);

    let by_number = format!("/api/ops/orders/{}/timeline", order.number);
    let timeline = ask(&shop, &by_number).await;
    assert_eq!(timeline.at("/orderId"), &json!(order.id));
    assert_eq!(column(&timeline, "/records", "title"), titles);
}
