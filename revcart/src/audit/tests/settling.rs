use std::collections::BTreeSet;
use std::time::Duration;

use revcart_runtime::Clock;
use shared_events::{DeliveryStatus, MessageId, OrderId, Timestamp};

use super::super::case::Case;
use super::super::finding::Finding;
use super::super::samples;
use super::super::settling::{self, Settled};
use super::super::system::Sighting;
use super::books::{Books, Happening};

const PATIENCE: Duration = Duration::from_secs(30);

/// Follows up all cases while the clock runs; returns what came of it and how long it took.
async fn follow(books: &Books) -> (Settled, Duration) {
    let clock = Clock::manual(samples::THEN);
    let all: BTreeSet<_> = books.cases.borrow().iter().map(|case| case.id).collect();
    let runs = async {
        loop {
            clock.advance(Duration::from_millis(50));
            tokio::task::yield_now().await;
        }
    };
    let settled = tokio::select! {
        settled = settling::follow(books, all, PATIENCE, &clock) => settled.unwrap(),
        () = runs => unreachable!("time goes on for ever"),
    };
    (settled, clock.now() - samples::THEN)
}

/// An order whose delivery the order does not know to have been picked up.
fn ahead() -> Case {
    let mut case = samples::dispatched();
    case.delivery.as_mut().unwrap().status = DeliveryStatus::PickedUp;
    case
}

fn sighting(received: u32) -> Sighting {
    Sighting {
        place: "order-service-queue".to_owned(),
        id: MessageId::from_uuid(uuid::Uuid::nil()),
        received,
    }
}

fn with(case: Case, happening: Option<Happening>) -> (Books, OrderId) {
    let id = case.id;
    let books = Books::of(vec![case]);
    *books.happening.borrow_mut() = happening;
    (books, id)
}

fn whats(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.what.as_str())
        .collect()
}

#[tokio::test]
async fn what_a_message_on_its_way_explains_is_no_finding() {
    let arrives: Happening = Box::new(|books, reads| {
        let mut cases = books.cases.borrow_mut();
        if reads > 30 {
            let arrived = samples::out_for_delivery().order.unwrap();
            let order = cases[0].order.as_mut().unwrap();
            (order.status, order.saga) = (arrived.status, arrived.saga);
            books.traffic.borrow_mut().clear();
        }
    });
    let (books, id) = with(ahead(), Some(arrives));
    books.traffic.borrow_mut().insert(id, [sighting(1)].into());
    let (settled, took) = follow(&books).await;
    assert_eq!(whats(&settled.findings), [""; 0]);
    assert!(took > Duration::from_secs(3) && took < PATIENCE, "{took:?}");
}

#[tokio::test]
async fn what_nothing_explains_is_found_as_soon_as_nothing_moves() {
    let (books, _) = with(ahead(), None);
    let (settled, took) = follow(&books).await;
    let expected = "it is CONFIRMED and its delivery is PICKED_UP, not ASSIGNED";
    assert_eq!(whats(&settled.findings), [expected]);
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[tokio::test]
async fn a_message_that_nobody_fetches_excuses_nothing_for_longer_than_patience() {
    let (books, id) = with(ahead(), None);
    books.traffic.borrow_mut().insert(id, [sighting(0)].into());
    let (settled, took) = follow(&books).await;
    assert_eq!(settled.findings.len(), 1);
    assert!(took >= PATIENCE && took < PATIENCE * 2, "{took:?}");
}

#[tokio::test]
async fn what_still_moves_when_patience_ends_gets_more_of_it_and_not_for_ever() {
    let moves: Happening = Box::new(|books, reads| {
        let id = books.cases.borrow()[0].id;
        let received = u32::try_from(reads).unwrap();
        let seen = [sighting(received)].into();
        books.traffic.borrow_mut().insert(id, seen);
    });
    let (books, _) = with(ahead(), Some(moves));
    let (settled, took) = follow(&books).await;
    assert_eq!(settled.findings.len(), 1);
    assert!(took >= PATIENCE * 4 && took < PATIENCE * 5, "{took:?}");
}

#[tokio::test]
async fn a_timer_that_runs_is_waited_for() {
    let mut case = samples::confirmed();
    case.reservation = None;
    assert!(case.stirs());
    let (books, _) = with(case, None);
    let (settled, took) = follow(&books).await;
    assert_eq!(settled.findings.len(), 1);
    assert!(took >= PATIENCE, "{took:?}");
}

#[tokio::test]
async fn a_case_that_changes_is_not_calm() {
    let changes: Happening = Box::new(|books, reads| {
        let mut cases = books.cases.borrow_mut();
        let order = cases[0].order.as_mut().unwrap();
        order.updated_at = Timestamp::from_micros(i64::try_from(reads.min(40)).unwrap());
    });
    let (books, _) = with(ahead(), Some(changes));
    let (settled, took) = follow(&books).await;
    assert_eq!(settled.findings.len(), 1);
    let calm_from_the_start = follow(&with(ahead(), None).0).await.1;
    assert!(took > calm_from_the_start, "{took:?}");
}

#[tokio::test]
async fn in_a_stopped_system_only_what_can_never_move_is_found_and_at_once() {
    let (books, id) = with(ahead(), None);
    books.is_stopped.set(true);
    let (settled, took) = follow(&books).await;
    assert_eq!((settled.findings.len(), settled.moving), (1, 0));
    books.traffic.borrow_mut().insert(id, [sighting(0)].into());
    let (settled, again) = follow(&books).await;
    assert_eq!((settled.findings.len(), settled.moving), (0, 1));
    assert!(took.max(again) < Duration::from_secs(1));
}
