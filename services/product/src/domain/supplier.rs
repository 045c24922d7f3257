//! Who the shop buys from, and what of theirs each product is.

use shared_events::{ProductId, SupplierId};

/// A supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplier {
    /// Their identity.
    pub id: SupplierId,
    /// What they are called.
    pub name: String,
    /// Where orders are mailed to.
    pub email: String,
    /// Where they are called.
    pub phone: Option<String>,
    /// What there is to know; may be empty.
    pub note: String,
    /// Whether anything is ordered from them.
    pub active: bool,
    /// Raised by every change, from 1.
    pub version: i64,
}

/// Where more of a product comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supply {
    /// The product.
    pub product: ProductId,
    /// Who sends more.
    pub supplier: SupplierId,
    /// How many units are ordered at a time; as many as fill the shelf, if it does not say.
    pub reorder_quantity: Option<u32>,
}
