//! Orders to suppliers: from a proposal to what has come of it.
//!
//! | | send | receive | cancel |
//! | --- | --- | --- | --- |
//! | DRAFT | SENT | – | CANCELLED |
//! | SENT | – | PARTLY_RECEIVED or RECEIVED | CANCELLED |
//! | PARTLY_RECEIVED | – | PARTLY_RECEIVED or RECEIVED | CANCELLED |
//! | RECEIVED | – | – | – |
//! | CANCELLED | – | – | – |

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use shared_events::{ProductId, PurchaseOrderId, SupplierId, Timestamp};

/// Where an order to a supplier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Proposed; the supplier knows nothing of it.
    Draft,
    /// The supplier has been asked.
    Sent,
    /// Some of it has come.
    PartlyReceived,
    /// All of it has come.
    Received,
    /// Nothing (more) of it will come.
    Cancelled,
}

impl Status {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Sent,
        Self::PartlyReceived,
        Self::Received,
        Self::Cancelled,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Sent => "SENT",
            Self::PartlyReceived => "PARTLY_RECEIVED",
            Self::Received => "RECEIVED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether this may be done now: the table above.
    ///
    /// # Errors
    /// [`Error::NotNow`].
    pub const fn admits(self, action: Action) -> Result<(), Error> {
        use Action::{Cancel, Receive, Send};
        match (self, action) {
            (Self::Draft, Send | Cancel)
            | (Self::Sent | Self::PartlyReceived, Receive | Cancel) => Ok(()),
            (Self::Draft, Receive)
            | (Self::Sent | Self::PartlyReceived, Send)
            | (Self::Received | Self::Cancelled, Send | Receive | Cancel) => Err(Error::NotNow {
                status: self,
                action,
            }),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is done with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The supplier is asked.
    Send,
    /// Goods have come.
    Receive,
    /// It is called off.
    Cancel,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Send => "sent",
            Self::Receive => "received",
            Self::Cancel => "cancelled",
        })
    }
}

/// Why something cannot be done with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not as it stands.
    #[error("an order that is {status} cannot be {action}")]
    NotNow {
        /// Where it stands.
        status: Status,
        /// What was to be done.
        action: Action,
    },
    /// Nothing is on it.
    #[error("nothing is on this order")]
    Empty,
    /// A product that is not on it.
    #[error("product {0} is not on this order")]
    NotOrdered(ProductId),
    /// More has come than was ordered, and nobody said that this is fine.
    #[error("{open} units of product {product} are outstanding, not {units}")]
    MoreThanOrdered {
        /// The product.
        product: ProductId,
        /// How many are outstanding.
        open: u32,
        /// How many were to be received.
        units: u32,
    },
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The product.
    pub product_id: ProductId,
    /// Its stock keeping unit, as it was ordered.
    pub sku: String,
    /// Its name, as it was ordered.
    pub name: String,
    /// Units ordered.
    pub ordered: u32,
    /// Units that have come.
    pub received: u32,
}

impl Line {
    /// Units that are still to come.
    #[must_use]
    pub const fn open(&self) -> u32 {
        self.ordered.saturating_sub(self.received)
    }
}

/// Units of products that have come.
pub type Receipt = BTreeMap<ProductId, u32>;

/// An order to a supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseOrder {
    /// Its identity.
    pub id: PurchaseOrderId,
    /// What it is called by people.
    pub number: String,
    /// Who is to send the goods.
    pub supplier: SupplierId,
    /// Where it stands.
    pub status: Status,
    /// What is ordered, each product once.
    pub lines: Vec<Line>,
    /// Made by itself because stock was low; extended while it is a draft.
    pub automatic: bool,
    /// What there is to say; may be empty.
    pub note: String,
    /// The day on which it is expected, `2026-01-31`.
    pub expected_on: Option<String>,
    /// When it was proposed.
    pub created_at: Timestamp,
    /// When the supplier was asked.
    pub sent_at: Option<Timestamp>,
    /// When all had come or it was cancelled.
    pub closed_at: Option<Timestamp>,
    /// Raised by every change, from 1.
    pub version: i64,
}

impl PurchaseOrder {
    /// The most lines.
    pub const MOST_LINES: usize = 200;

    /// A draft with nothing on it.
    #[must_use]
    pub fn draft(supplier: SupplierId, now: Timestamp) -> Self {
        let id = PurchaseOrderId::new();
        Self {
            id,
            number: number(id),
            supplier,
            status: Status::Draft,
            lines: Vec::new(),
            automatic: false,
            note: String::new(),
            expected_on: None,
            created_at: now,
            sent_at: None,
            closed_at: None,
            version: 1,
        }
    }

    /// Puts a product on it, or raises what is on it already. Tells whether it is on it now: a full order takes no more.
    pub fn propose(&mut self, line: Line) -> bool {
        let is_full = self.lines.len() >= Self::MOST_LINES;
        let mut known = self.lines.iter_mut();
        match known.find(|known| known.product_id == line.product_id) {
            Some(known) => known.ordered = known.ordered.max(line.ordered),
            None if is_full => return false,
            None => self.lines.push(line),
        }
        true
    }

    /// Asks the supplier.
    ///
    /// # Errors
    /// [`Error::NotNow`], [`Error::Empty`].
    pub fn send(&mut self, now: Timestamp) -> Result<(), Error> {
        self.status.admits(Action::Send)?;
        if self.lines.is_empty() {
            return Err(Error::Empty);
        }
        self.status = Status::Sent;
        self.sent_at = Some(now);
        self.version += 1;
        Ok(())
    }

    /// Everything that is still to come.
    #[must_use]
    pub fn outstanding(&self) -> Receipt {
        let lines = self.lines.iter().filter(|line| line.open() > 0);
        lines.map(|line| (line.product_id, line.open())).collect()
    }

    /// Takes note of what has come; more than was ordered only if `allow_more`.
    ///
    /// # Errors
    /// [`Error::NotNow`], [`Error::Empty`], [`Error::NotOrdered`], [`Error::MoreThanOrdered`]; nothing has changed then.
    pub fn receive(
        &mut self,
        receipt: &Receipt,
        allow_more: bool,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.status.admits(Action::Receive)?;
        if receipt.is_empty() {
            return Err(Error::Empty);
        }
        let mut lines = self.lines.clone();
        for (product, units) in receipt {
            let line = lines.iter_mut().find(|line| line.product_id == *product);
            let line = line.ok_or(Error::NotOrdered(*product))?;
            if *units > line.open() && !allow_more {
                return Err(Error::MoreThanOrdered {
                    product: *product,
                    open: line.open(),
                    units: *units,
                });
            }
            line.received = line.received.saturating_add(*units);
        }
        self.lines = lines;
        self.version += 1;
        self.status = Status::PartlyReceived;
        if self.lines.iter().all(|line| line.open() == 0) {
            self.status = Status::Received;
            self.closed_at = Some(now);
        }
        Ok(())
    }

    /// Calls it off; what has come stays.
    ///
    /// # Errors
    /// [`Error::NotNow`].
    pub fn cancel(&mut self, now: Timestamp) -> Result<(), Error> {
        self.status.admits(Action::Cancel)?;
        self.status = Status::Cancelled;
        self.closed_at = Some(now);
        self.version += 1;
        Ok(())
    }
}

/// Digits and capitals without those that are mistaken for one another, as in the numbers of customers' orders.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The readable number of an order, `PO-7K3M-9QXF`: from the random part of its id, kept apart by a unique constraint.
fn number(id: PurchaseOrderId) -> String {
    let (_, mut random) = id.as_uuid().as_u64_pair();
    let mut number = "PO".to_owned();
    for at in 0..8 {
        if at % 4 == 0 {
            number.push('-');
        }
        let letter = usize::try_from(random % 30).unwrap_or_default();
        number.push(char::from(ALPHABET[letter]));
        random /= 30;
    }
    number
}

#[cfg(test)]
mod tests;
