//! What a cart is and what may be done with it. Pure: no database, no clock, no calls.

pub mod cart;
pub mod coupon;
pub mod owner;

pub use cart::{Cart, Item, Offer, Quote};
pub use coupon::{Code, Coupon, Holder};
pub use owner::{GuestId, Owner};
