use std::time::Duration;

use futures::FutureExt;
use proptest::prelude::*;
use revcart_runtime::Clock;

use super::super::case::Case;
use super::super::report::{Checked, Report};
use super::super::{examine, samples};
use super::books::Books;

/// A sound case, or one that lacks some of its parts.
fn any_case() -> impl Strategy<Value = Case> {
    let sound = samples::sound();
    let which = 0..sound.len();
    (which, any::<[bool; 4]>()).prop_map(move |(which, kept)| {
        let case = samples::sound().swap_remove(which);
        Case {
            id: case.id,
            order: case.order.filter(|_| kept[0]),
            reservation: case.reservation.filter(|_| kept[1]),
            payment: case.payment.filter(|_| kept[2]),
            delivery: case.delivery.filter(|_| kept[3]),
        }
    })
}

/// Audits a stopped system without timers or messages, so that everything is judged at once.
fn audit(cases: &[Case], page: u64) -> Report {
    let books = Books::of(cases.to_vec());
    books.is_stopped.set(true);
    let clock = Clock::manual(samples::THEN);
    let report = examine(&books, page, Duration::ZERO, &clock).now_or_never();
    report.expect("nothing waits").unwrap()
}

/// What an audit should come to, without pages.
fn expected(cases: &[Case]) -> (Checked, usize, usize) {
    let mut checked = Checked::default();
    let (mut findings, mut moving) = (0, 0);
    for case in cases {
        checked.count(case);
        match case.judge() {
            found if found.is_empty() => {}
            _ if case.stirs() => moving += 1,
            found => findings += found.len(),
        }
    }
    (checked, findings, moving)
}

proptest! {
    #[test]
    fn an_audit_finds_the_same_whatever_the_size_of_its_pages(
        cases in prop::collection::vec(any_case(), 0..40),
        page in 1_u64..50,
    ) {
        let report = audit(&cases, page);
        let whole = audit(&cases, 1_000);
        prop_assert_eq!(&report.findings, &whole.findings);
        prop_assert_eq!(&report.notes, &whole.notes);
        let (checked, findings, moving) = expected(&cases);
        prop_assert_eq!(report.checked, checked);
        prop_assert_eq!(report.findings.len(), findings);
        prop_assert_eq!(report.notes.iter().any(|note| note.contains("cannot be judged")), moving > 0);
    }
}

#[test]
fn everything_is_read_in_pages_and_once() {
    let cases: Vec<_> = std::iter::repeat_with(samples::delivered)
        .take(100)
        .collect();
    let books = Books::of(cases);
    let clock = Clock::manual(samples::THEN);
    let report = examine(&books, 10, Duration::ZERO, &clock).now_or_never();
    let report = report.unwrap().unwrap();
    assert!(report.is_clean());
    assert_eq!(report.checked.orders, 100);
    // Four services with ten pages each, and an empty one at the end.
    assert_eq!(books.reads.get(), 4 * 11);
}
