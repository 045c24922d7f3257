//! The address book of one account.

use shared_events::{Address, AddressId};

/// The most addresses that one account keeps.
pub const MOST_ADDRESSES: u64 = 50;

/// An address with its name in the book.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Identity.
    pub id: AddressId,
    /// What the owner calls it: "home", "office".
    pub label: String,
    /// The address itself.
    pub address: Address,
}
