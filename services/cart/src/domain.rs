//! What a cart is and what may be done with it. Pure: no database, no clock, no calls.

pub mod cart;

pub use cart::{Cart, Item, Offer, Quote};
