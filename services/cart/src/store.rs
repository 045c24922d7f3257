//! Everything that cart-service keeps: carts, what is in them, and coupons. The only place with SQL.
//!
//! Functions take the connection; those that change something take a transaction, which their caller owns. In front of
//! the database stands the [`cache`].

pub(crate) mod age;
pub(crate) mod cache;
pub(crate) mod carts;
pub(crate) mod coupons;
pub(crate) mod holds;
pub(crate) mod idleness;
pub(crate) mod items;
mod migrations;
#[cfg(test)]
mod tests;

pub use migrations::Migrator;
pub(crate) use revcart_persistence::Error;
