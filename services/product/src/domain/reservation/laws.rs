//! Whatever comes, in whatever order and however often: the figures agree, nothing is promised twice, answers do not change.

use std::collections::HashMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::tests::{line, order_confirmed, saga};
use super::*;
use crate::domain::stock::{Movement, Stock};

const ORDERS: u128 = 3;
const PRODUCTS: u128 = 2;
const UNITS: u32 = 4;

/// What can happen to the stock.
#[derive(Debug, Clone)]
enum Happening {
    Message(Box<AnyMessage>),
    HoldOverRest(OrderId, Vec<StockLine>),
    GiveBackOverRest(OrderId),
    TimePasses,
    Adjust(ProductId, i64),
}

impl Happening {
    fn hearing(message: impl Into<AnyMessage>) -> Self {
        Self::Message(Box::new(message.into()))
    }
}

fn happening() -> impl Strategy<Value = Happening> {
    let order = || (1..=ORDERS).prop_map(|order| OrderId::from_uuid(Uuid::from_u128(order)));
    let product = || (1..=PRODUCTS).prop_map(|id| ProductId::from_uuid(Uuid::from_u128(id)));
    let line = (product(), 1..=UNITS).prop_map(|(product, units)| line(product, units));
    let lines = move || prop::collection::vec(line.clone(), 1..=3);
    let saga = || (1..=2_u32).prop_map(saga);
    prop_oneof![
        4 => (order(), lines(), saga()).prop_map(|(order_id, lines, saga)| {
            Happening::hearing(ReserveStock { order_id, lines, saga })
        }),
        3 => (order(), saga()).prop_map(|(order_id, saga)| {
            Happening::hearing(ReleaseStock { order_id, saga })
        }),
        3 => order().prop_map(|order| Happening::hearing(order_confirmed(order))),
        2 => (order(), lines()).prop_map(|(order, lines)| Happening::HoldOverRest(order, lines)),
        1 => order().prop_map(Happening::GiveBackOverRest),
        1 => Just(Happening::TimePasses),
        1 => (product(), -3..=3_i64).prop_map(|(product, units)| Happening::Adjust(product, units)),
    ]
}

/// A warehouse that remembers all it has said and done.
struct World {
    now: Timestamp,
    shelf: Shelf,
    reservations: HashMap<OrderId, State>,
    ledgers: HashMap<ProductId, Vec<Movement>>,
    replies: HashMap<String, Vec<AnyMessage>>,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            now: Timestamp::from_micros(0),
            shelf: Shelf::default(),
            reservations: HashMap::new(),
            ledgers: HashMap::new(),
            replies: HashMap::new(),
        };
        for product in 1..=PRODUCTS {
            let product = ProductId::from_uuid(Uuid::from_u128(product));
            let (stock, movement) = Stock::opening(UNITS, 1);
            world.shelf.extend([(product, stock)]);
            world.ledgers.insert(product, vec![movement]);
        }
        world
    }

    fn state(&self, order: OrderId) -> State {
        self.reservations.get(&order).cloned().unwrap_or_default()
    }

    fn enter(&mut self, order: OrderId, next: State) {
        let before = self.state(order);
        if before.phase() == Phase::Released {
            assert_eq!(next.phase(), Phase::Released, "what is released stays so");
        }
        for (product, movement) in self.shelf.settle(&before, &next).movements {
            self.ledgers.entry(product).or_default().push(movement);
        }
        self.reservations.insert(order, next);
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Message(message) => self.hear(&message),
            Happening::HoldOverRest(order, lines) => {
                let until = self.now + std::time::Duration::from_micros(2);
                if let Ok(next) = hold(&self.state(order), &lines, until, &self.shelf) {
                    self.enter(order, next);
                }
            }
            Happening::GiveBackOverRest(order) => {
                if let Ok(next) = give_back(&self.state(order)) {
                    self.enter(order, next);
                }
            }
            Happening::TimePasses => {
                self.now = self.now + std::time::Duration::from_micros(1);
                let orders: Vec<OrderId> = self.reservations.keys().copied().collect();
                for order in orders {
                    self.enter(order, expire(&self.state(order), self.now));
                }
            }
            Happening::Adjust(product, units) => {
                if let Ok(movement) = self.shelf.stock_mut(product).unwrap().adjust(units) {
                    self.ledgers.entry(product).or_default().push(movement);
                }
            }
        }
    }

    fn hear(&mut self, message: &AnyMessage) {
        let order = message.order_id().unwrap();
        let (next, replies) = obey(&self.state(order), message, &self.shelf);
        self.enter(order, next);
        let command = match message {
            AnyMessage::ReserveStock(command) => format!("reserve {order} {:?}", command.saga),
            AnyMessage::ReleaseStock(command) => format!("release {order} {:?}", command.saga),
            _ => return,
        };
        assert_eq!(replies.len(), 1, "a command has one answer");
        let kind = |replies: &[AnyMessage]| replies[0].name();
        let first = self
            .replies
            .entry(command)
            .or_insert_with(|| replies.clone());
        assert_eq!(kind(first), kind(&replies), "an answer does not change");
    }

    fn check(&self) {
        for (product, stock) in self.shelf.iter() {
            let figures = stock.figures();
            assert!(figures.agree(), "{figures:?}");
            let units = |wanted: Hold| -> i64 {
                let states = self.reservations.values().filter(|it| it.hold() == wanted);
                let lines = states.flat_map(State::lines);
                let of_product = lines.filter(|line| line.product_id == product);
                of_product.map(|line| i64::from(line.quantity)).sum()
            };
            assert_eq!(figures.reserved, units(Hold::Reserved));
            assert_eq!(figures.sold, units(Hold::Sold));

            let ledger = &self.ledgers[&product];
            let sequence: Vec<i64> = ledger.iter().map(|line| line.sequence).collect();
            let gapless: Vec<i64> = (1..=stock.movements()).collect();
            assert_eq!(sequence, gapless);
            let sum: i64 = ledger.iter().map(|line| line.units).sum();
            assert_eq!(sum, figures.on_hand);
        }
    }
}

proptest! {
    #[test]
    fn stock_adds_up_whatever_happens(happenings in prop::collection::vec(happening(), 1..60)) {
        let mut world = World::new();
        for happening in happenings {
            world.happen(happening);
            world.check();
        }
    }

    #[test]
    fn hearing_a_message_again_changes_nothing(happenings in prop::collection::vec(happening(), 1..40)) {
        let mut world = World::new();
        for happening in happenings {
            world.happen(happening.clone());
            if let Happening::Message(message) = happening {
                let (shelf, reservations) = (world.shelf.clone(), world.reservations.clone());
                world.hear(&message);
                prop_assert_eq!(&world.shelf, &shelf);
                prop_assert_eq!(&world.reservations, &reservations);
            }
        }
    }

    #[test]
    fn confirmation_and_release_may_come_in_either_order(units in 1..=UNITS) {
        let product = ProductId::from_uuid(Uuid::from_u128(1));
        let order = OrderId::from_uuid(Uuid::from_u128(1));
        let lines = vec![line(product, units)];
        let reserve = AnyMessage::from(ReserveStock { order_id: order, lines, saga: saga(1) });
        let release = AnyMessage::from(ReleaseStock { order_id: order, saga: saga(1) });
        let confirm = AnyMessage::from(order_confirmed(order));
        let end = |messages: [&AnyMessage; 3]| {
            let mut world = World::new();
            messages.into_iter().for_each(|message| world.hear(message));
            world.check();
            world.shelf.stock(product).unwrap().figures()
        };
        prop_assert_eq!(end([&reserve, &release, &confirm]), end([&reserve, &confirm, &release]));
        prop_assert_eq!(end([&release, &reserve, &confirm]), World::new().shelf.stock(product).unwrap().figures());
    }
}
