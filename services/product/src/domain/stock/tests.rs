use super::*;

fn units(number: u32) -> Quantity {
    Quantity::new(number).unwrap()
}

#[test]
fn opening_stock_is_the_first_line_of_the_ledger() {
    let (stock, movement) = Stock::opening(20, 5);
    assert_eq!(
        stock.figures(),
        Figures {
            on_hand: 20,
            reserved: 0,
            sold: 0,
            supplied: 20
        }
    );
    assert_eq!(
        movement,
        Movement {
            sequence: 1,
            kind: MovementKind::Opening,
            units: 20,
            on_hand: 20
        }
    );
    assert!(stock.figures().agree());
}

#[test]
fn a_reservation_promises_units_without_moving_them() {
    let (mut stock, _) = Stock::opening(20, 5);
    assert_eq!(stock.hand_out(Hold::Reserved, units(3)), None);
    assert_eq!(
        (stock.figures().on_hand, stock.figures().available()),
        (20, 17)
    );
    assert_eq!(stock.take_back(Hold::Reserved, units(3)), None);
    assert_eq!(stock.figures(), Stock::opening(20, 5).0.figures());
}

#[test]
fn a_sale_and_its_return_are_lines_of_the_ledger_and_cancel_out() {
    let (mut stock, _) = Stock::opening(20, 5);
    let sale = stock.hand_out(Hold::Sold, units(4)).unwrap();
    assert_eq!((sale.sequence, sale.units, sale.on_hand), (2, -4, 16));
    assert_eq!(stock.figures().sold, 4);
    let back = stock.take_back(Hold::Sold, units(4)).unwrap();
    assert_eq!((back.sequence, back.units, back.on_hand), (3, 4, 20));
    assert_eq!(stock.figures(), Stock::opening(20, 5).0.figures());
}

#[test]
fn an_adjustment_never_goes_below_what_is_promised() {
    let (mut stock, _) = Stock::opening(20, 5);
    stock.hand_out(Hold::Reserved, units(15));
    let before = stock.clone();
    assert_eq!(
        stock.adjust(-6),
        Err(Error::BelowReserved {
            reserved: 15,
            left: 14
        })
    );
    assert_eq!(stock, before);
    assert_eq!(stock.adjust(-5).map(|movement| movement.on_hand), Ok(15));
    assert_eq!(stock.figures().available(), 0);
    assert!(stock.figures().agree());
}

#[test]
fn an_adjustment_beyond_counting_is_refused() {
    let (mut stock, _) = Stock::opening(1, 0);
    assert_eq!(stock.adjust(i64::MAX), Err(Error::TooMany));
    assert_eq!(stock.adjust(Stock::MOST), Err(Error::TooMany));
    assert!(stock.adjust(i64::MIN).is_err());
    assert_eq!(stock.figures().on_hand, 1);
}

#[test]
fn stock_is_low_at_its_threshold_and_a_discontinued_product_never_is() {
    let (mut stock, _) = Stock::opening(6, 5);
    assert!(!stock.is_low());
    stock.hand_out(Hold::Reserved, units(1));
    assert!(stock.is_low());
    stock.discontinue();
    assert!(!stock.is_low());
    assert_eq!(stock.offered(), 0);
    assert_eq!(stock.figures().available(), 5);
}
