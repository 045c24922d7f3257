use std::time::Duration;

use futures::FutureExt;
use product_service::audit::ProductFacts;
use product_service::domain::stock::Figures;
use revcart_runtime::Clock;
use shared_events::{
    AnyMessage, MessageId, OrderId, ProductId, ReleaseStock, SagaId, SagaRef, Service,
    samples as messages,
};

use super::super::finding::Invariant;
use super::super::report::Report;
use super::super::strays::{Place, Stray, order_of};
use super::super::{examine, samples};
use super::books::Books;

fn audit(books: &Books) -> Report {
    let clock = Clock::manual(samples::THEN);
    let report = examine(books, 10, Duration::ZERO, &clock).now_or_never();
    report.expect("nothing waits").unwrap()
}

fn stray(service: Service, place: Place, order: Option<OrderId>) -> Stray {
    Stray {
        service,
        place,
        id: MessageId::new(),
        kind: "StockReserved".to_owned(),
        order,
        reason: "hopeless".to_owned(),
    }
}

fn with(stray: impl Fn(OrderId) -> Stray) -> Report {
    let case = samples::delivered();
    let id = case.id;
    let mut books = Books::of(vec![case]);
    books.strays.push(stray(id));
    audit(&books)
}

#[test]
fn a_dead_letter_that_a_saga_waits_for_is_a_finding() {
    for place in [Place::DeadLetter, Place::Parked] {
        let report = with(|order| stray(Service::Order, place, Some(order)));
        let [finding] = &report.findings[..] else {
            panic!("{report:?}");
        };
        assert_eq!(finding.invariant, Invariant::Messages);
        assert!(
            finding.what.contains("order-service: hopeless"),
            "{finding:?}"
        );
        assert_eq!(report.notes.len(), 1);
    }
}

#[test]
fn other_dead_letters_are_worth_a_note() {
    let unreadable = with(|_| stray(Service::Order, Place::DeadLetter, None));
    let outside = with(|order| stray(Service::Notification, Place::DeadLetter, Some(order)));
    let of_nobody = with(|_| stray(Service::Order, Place::DeadLetter, Some(OrderId::new())));
    for report in [unreadable, outside, of_nobody] {
        assert!(report.is_clean(), "{report:?}");
        assert!(report.notes[0].starts_with("dead letters in"), "{report:?}");
    }
}

#[test]
fn messages_between_the_parties_of_a_saga_are_known_by_their_order() {
    let order_id = OrderId::new();
    let saga = SagaRef {
        saga_id: SagaId::new(),
        step: "reserve-stock".to_owned(),
        attempt: 1,
    };
    let command = AnyMessage::from(ReleaseStock { order_id, saga });
    let text = messages::envelope(Service::Order, command).encode();
    assert_eq!(order_of(&text), Some(order_id));
    let placed = messages::find("OrderPlaced").unwrap();
    let text = messages::envelope(Service::Order, placed).encode();
    assert_eq!(order_of(&text), None, "nobody in the saga hears of it");
    assert_eq!(order_of("no envelope"), None);
}

#[test]
fn a_product_whose_stock_does_not_add_up_makes_the_audit_fail() {
    let mut books = Books::default();
    books.products.push(ProductFacts {
        product_id: ProductId::new(),
        figures: Figures::default(),
        supplied: 1,
        sold: 0,
        reserved: 0,
    });
    let report = audit(&books);
    assert!(!report.is_clean());
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["checked"]["products"], 1);
    assert_eq!(json["findings"][0]["invariant"], "stock");
    assert!(json["findings"][0]["productId"].is_string());
    assert!(json["findings"][0].get("orderId").is_none());
}

#[test]
fn orders_that_wait_for_an_operator_are_worth_a_note() {
    let report = audit(&Books::of(vec![samples::delivery_failed()]));
    assert!(report.is_clean());
    assert!(report.notes[0].contains("wait for an operator: 1"));
}
