use super::*;

const NOW: Timestamp = Timestamp::from_micros(1);

fn line(ordered: u32) -> Line {
    Line {
        product_id: ProductId::new(),
        sku: "KET-1".to_owned(),
        name: "Kettle".to_owned(),
        ordered,
        received: 0,
    }
}

/// An order of ten units each of two products, sent.
fn sent() -> (PurchaseOrder, ProductId, ProductId) {
    let mut order = PurchaseOrder::draft(SupplierId::new(), NOW);
    let lines = [line(10), line(10)];
    let ids = [lines[0].product_id, lines[1].product_id];
    for line in lines {
        assert!(order.propose(line));
    }
    order.send(NOW).unwrap();
    (order, ids[0], ids[1])
}

#[test]
fn the_table_of_transitions_is_as_written() {
    use Action::{Cancel, Receive, Send};
    let allowed = [
        (Status::Draft, Send),
        (Status::Draft, Cancel),
        (Status::Sent, Receive),
        (Status::Sent, Cancel),
        (Status::PartlyReceived, Receive),
        (Status::PartlyReceived, Cancel),
    ];
    for status in Status::ALL {
        assert_eq!(Status::named(status.name()), Some(status));
        for action in [Send, Receive, Cancel] {
            let is_allowed = allowed.contains(&(status, action));
            assert_eq!(
                status.admits(action).is_ok(),
                is_allowed,
                "{status} {action}"
            );
        }
    }
}

#[test]
fn goods_come_in_parts_until_all_are_there() {
    let (mut order, one, other) = sent();
    order
        .receive(&Receipt::from([(one, 4)]), false, NOW)
        .unwrap();
    assert_eq!(order.status, Status::PartlyReceived);
    assert_eq!(order.outstanding(), Receipt::from([(one, 6), (other, 10)]));
    let rest = order.outstanding();
    order.receive(&rest, false, NOW).unwrap();
    assert_eq!(order.status, Status::Received);
    assert_eq!(order.closed_at, Some(NOW));
    let again = order.receive(&rest, false, NOW);
    assert!(matches!(again, Err(Error::NotNow { .. })));
}

#[test]
fn more_than_was_ordered_comes_only_if_somebody_says_so() {
    let (mut order, one, _) = sent();
    let before = order.clone();
    let receipt = Receipt::from([(one, 11)]);
    let refused = order.receive(&receipt, false, NOW);
    let expected = Error::MoreThanOrdered {
        product: one,
        open: 10,
        units: 11,
    };
    assert_eq!(refused, Err(expected));
    assert_eq!(order, before);
    order.receive(&receipt, true, NOW).unwrap();
    assert_eq!(order.lines[0].received, 11);
    assert_eq!(order.lines[0].open(), 0);
}

#[test]
fn what_was_not_ordered_is_not_received() {
    let (mut order, ..) = sent();
    let stranger = ProductId::new();
    let refused = order.receive(&Receipt::from([(stranger, 1)]), true, NOW);
    assert_eq!(refused, Err(Error::NotOrdered(stranger)));
    let refused = order.receive(&Receipt::new(), true, NOW);
    assert_eq!(refused, Err(Error::Empty));
}

#[test]
fn an_empty_order_is_not_sent() {
    let mut order = PurchaseOrder::draft(SupplierId::new(), NOW);
    assert_eq!(order.send(NOW), Err(Error::Empty));
}

#[test]
fn proposing_a_product_again_takes_the_larger_quantity() {
    let mut order = PurchaseOrder::draft(SupplierId::new(), NOW);
    let kettle = line(10);
    for ordered in [10, 40, 20] {
        order.propose(Line {
            ordered,
            ..kettle.clone()
        });
    }
    assert_eq!(order.lines.len(), 1);
    assert_eq!(order.lines[0].ordered, 40);
}

#[test]
fn a_number_is_read_out_easily() {
    let numbers: std::collections::BTreeSet<String> =
        (0..100).map(|_| number(PurchaseOrderId::new())).collect();
    assert_eq!(numbers.len(), 100);
    for number in numbers {
        assert_eq!(number.len(), "PO-XXXX-XXXX".len());
        assert!(number.starts_with("PO-"), "{number}");
    }
}
