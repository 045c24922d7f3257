//! The units of one product: how many lie there, how many of those are promised to orders, how many are sold.
//!
//! It owns the arithmetic and its bounds: `on_hand + sold = supplied`, `0 <= reserved <= on_hand`. The database repeats
//! both as constraints. Who gets units is decided in [`super::reservation`].

use shared_events::Quantity;

/// The figures of one product's stock, in units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Figures {
    /// Lie in the warehouse, promised or not.
    pub on_hand: i64,
    /// Of those on hand, promised to reservations that are alive.
    pub reserved: i64,
    /// Left for good with confirmed orders, less what came back.
    pub sold: i64,
    /// Ever brought in: the opening stock and every adjustment.
    pub supplied: i64,
}

impl Figures {
    /// Units that a new reservation may take.
    #[must_use]
    pub const fn available(self) -> i64 {
        self.on_hand - self.reserved
    }

    /// Whether the figures agree with each other.
    #[must_use]
    pub const fn agree(self) -> bool {
        self.on_hand + self.sold == self.supplied
            && 0 <= self.reserved
            && self.reserved <= self.on_hand
            && 0 <= self.sold
    }
}

/// What an order has of a product's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hold {
    /// Nothing.
    Nothing,
    /// They are on hand and promised to it.
    Reserved,
    /// They are its own.
    Sold,
}

/// Why units change in number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// The stock that a product was created with.
    Opening,
    /// An admin counted or wrote off units.
    Adjustment,
    /// Units came from a supplier.
    Receipt,
    /// Units left with a confirmed order.
    Sale,
    /// Units of a sale came back.
    Return,
}

/// A line of the ledger: units that came or went. A reservation moves nothing and is no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Movement {
    /// Place in the product's ledger, from 1 without gaps.
    pub sequence: i64,
    /// Why.
    pub kind: MovementKind,
    /// Positive if units came, negative if they went.
    pub units: i64,
    /// On hand afterwards.
    pub on_hand: i64,
}

/// Why an adjustment cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Orders have been promised more than would be left.
    #[error("{reserved} units are reserved, {left} would be left")]
    BelowReserved {
        /// Units promised to orders.
        reserved: i64,
        /// Units that the adjustment would leave.
        left: i64,
    },
    /// More than [`Stock::MOST`].
    #[error("a product has at most {} units", Stock::MOST)]
    TooMany,
}

/// The stock of one product.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stock {
    figures: Figures,
    low_at: i64,
    for_sale: bool,
    movements: i64,
}

impl Stock {
    /// The most units of one product, far from what sums could overflow at.
    pub const MOST: i64 = 1_000_000_000;

    /// The stock that a product starts with, and the first line of its ledger.
    #[must_use]
    pub fn opening(units: u32, low_at: u32) -> (Self, Movement) {
        let mut stock = Self::stored(Figures::default(), i64::from(low_at), true, 0);
        let units = i64::from(units);
        stock.figures.on_hand = units;
        stock.figures.supplied = units;
        let movement = stock.record(MovementKind::Opening, units);
        (stock, movement)
    }

    /// The stock as it was stored: its figures, its low-stock threshold, whether the product is sold, the length of its ledger.
    #[must_use]
    pub const fn stored(figures: Figures, low_at: i64, for_sale: bool, movements: i64) -> Self {
        Self {
            figures,
            low_at,
            for_sale,
            movements,
        }
    }

    /// The figures now.
    #[must_use]
    pub const fn figures(&self) -> Figures {
        self.figures
    }

    /// Stock is low when no more than this is available.
    #[must_use]
    pub const fn low_at(&self) -> i64 {
        self.low_at
    }

    /// Whether the product is in the catalogue; a deleted one keeps its stock but takes no new reservation.
    #[must_use]
    pub const fn is_for_sale(&self) -> bool {
        self.for_sale
    }

    /// Lines in the ledger.
    #[must_use]
    pub const fn movements(&self) -> i64 {
        self.movements
    }

    /// Units that a new reservation gets at the most.
    #[must_use]
    pub const fn offered(&self) -> i64 {
        if self.for_sale {
            self.figures.available()
        } else {
            0
        }
    }

    /// Whether somebody should order more.
    #[must_use]
    pub const fn is_low(&self) -> bool {
        self.for_sale && self.figures.available() <= self.low_at
    }

    /// Sets from where on the stock is low.
    pub fn warn_at(&mut self, low_at: u32) {
        self.low_at = i64::from(low_at);
    }

    /// Takes the product out of the catalogue. Units promised or sold stay so.
    pub fn discontinue(&mut self) {
        self.for_sale = false;
    }

    /// Brings units in or writes them off.
    ///
    /// # Errors
    /// When fewer would be left than are promised, or more than [`Stock::MOST`]; nothing has changed then.
    pub fn adjust(&mut self, units: i64) -> Result<Movement, Error> {
        self.supply(MovementKind::Adjustment, units)
    }

    /// Brings in units that a supplier has sent.
    ///
    /// # Errors
    /// When there would be more than [`Stock::MOST`]; nothing has changed then.
    pub fn receive(&mut self, units: i64) -> Result<Movement, Error> {
        self.supply(MovementKind::Receipt, units)
    }

    fn supply(&mut self, kind: MovementKind, units: i64) -> Result<Movement, Error> {
        let left = self.figures.on_hand.saturating_add(units);
        let supplied = self.figures.supplied.saturating_add(units);
        if left < self.figures.reserved {
            let reserved = self.figures.reserved;
            return Err(Error::BelowReserved { reserved, left });
        }
        if left > Self::MOST || supplied > Self::MOST {
            return Err(Error::TooMany);
        }
        self.figures.on_hand = left;
        self.figures.supplied = supplied;
        Ok(self.record(kind, units))
    }

    /// Ends what an order had of these units. What was sold lies on the shelf again, which is a line of the ledger.
    pub(super) fn take_back(&mut self, hold: Hold, units: Quantity) -> Option<Movement> {
        let units = i64::from(units);
        match hold {
            Hold::Nothing => None,
            Hold::Reserved => {
                self.figures.reserved -= units;
                None
            }
            Hold::Sold => {
                self.figures.sold -= units;
                self.figures.on_hand += units;
                Some(self.record(MovementKind::Return, units))
            }
        }
    }

    /// Gives units to an order. What is sold leaves the shelf, which is a line of the ledger.
    pub(super) fn hand_out(&mut self, hold: Hold, units: Quantity) -> Option<Movement> {
        let units = i64::from(units);
        match hold {
            Hold::Nothing => None,
            Hold::Reserved => {
                self.figures.reserved += units;
                None
            }
            Hold::Sold => {
                self.figures.on_hand -= units;
                self.figures.sold += units;
                Some(self.record(MovementKind::Sale, -units))
            }
        }
    }

    fn record(&mut self, kind: MovementKind, units: i64) -> Movement {
        self.movements += 1;
        Movement {
            sequence: self.movements,
            kind,
            units,
            on_hand: self.figures.on_hand,
        }
    }
}

#[cfg(test)]
mod tests;
