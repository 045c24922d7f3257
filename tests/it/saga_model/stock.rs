//! Product-service: the reservation of the order, and the shelf that it moves.

use product_service::domain::reservation::{self, State};
use product_service::domain::shelf::Shelf;
use product_service::domain::stock::Stock as Units;
use saga::testing::{Holdings, Outcome, Participant, stage};
use shared_events::{AnyMessage, PaymentMethod, ProductId, Service};

/// Units that there are of the order's product: enough for it, and some to spare.
const SUPPLIED: u32 = 5;

/// The participant. Whether there is enough when a command comes is decided by what other shoppers do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stock;

/// What product-service keeps that concerns the order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Warehouse {
    pub(super) reservation: State,
    shelf: Shelf,
}

impl Participant for Stock {
    type State = Warehouse;

    fn service(&self) -> Service {
        Service::Product
    }

    fn initial(&self) -> Warehouse {
        let (units, _) = Units::opening(SUPPLIED, 0);
        Warehouse {
            reservation: State::default(),
            shelf: [(product(), units)].into_iter().collect(),
        }
    }

    fn obey(&self, state: &Warehouse, message: &AnyMessage) -> Vec<Outcome<Warehouse>> {
        let moods = [
            (what_becomes_of(message), state.shelf.clone()),
            ("has too little left", state.with_nothing_left()),
            ("sells it no more", state.without_the_product()),
        ];
        let outcomes = moods.map(|(what, seen)| state.after(what, message, &seen));
        super::distinct(outcomes)
    }

    fn stirs(&self, _: &Warehouse) -> Vec<Outcome<Warehouse>> {
        // A reservation that a saga holds never expires.
        Vec::new()
    }

    fn holdings(&self, state: &Warehouse) -> Holdings {
        let units = state.units();
        let figures = units.figures();
        let count = |units: i64| u32::try_from(units).unwrap_or(u32::MAX);
        if !figures.agree() {
            // No cast may hold that much.
            return Holdings {
                reserved: u32::MAX,
                ..Holdings::default()
            };
        }
        Holdings {
            reserved: count(figures.reserved),
            sold: count(figures.sold),
            ..Holdings::default()
        }
    }
}

impl Warehouse {
    /// What the service does about a message when it sees this on the shelf.
    fn after(&self, what: &'static str, message: &AnyMessage, seen: &Shelf) -> Outcome<Self> {
        let (reservation, says) = reservation::obey(&self.reservation, message, seen);
        let mut shelf = self.shelf.clone();
        shelf.settle(&self.reservation, &reservation);
        Outcome::new(what, Self { reservation, shelf }, says)
    }

    fn units(&self) -> &Units {
        self.shelf
            .stock(product())
            .expect("it was put there, and nothing takes it away")
    }

    fn with_nothing_left(&self) -> Shelf {
        let left = self.units().figures().available();
        self.but(|units| {
            units.adjust(-left).expect("what is available may go");
        })
    }

    fn without_the_product(&self) -> Shelf {
        self.but(Units::discontinue)
    }

    fn but(&self, change: impl FnOnce(&mut Units)) -> Shelf {
        let mut shelf = self.shelf.clone();
        shelf.stock_mut(product()).map(change);
        shelf
    }
}

fn product() -> ProductId {
    stage::facts(PaymentMethod::Dummy).lines[0].product_id
}

fn what_becomes_of(message: &AnyMessage) -> &'static str {
    match message {
        AnyMessage::ReserveStock(_) => "sets the units aside",
        AnyMessage::ReleaseStock(_) => "puts back what it holds",
        AnyMessage::OrderConfirmed(_) => "makes a sale of it",
        other => panic!("{} is not for product-service", other.name()),
    }
}
