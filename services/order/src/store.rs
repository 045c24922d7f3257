//! Everything that order-service keeps: orders, their sagas, the sagas' timers and logs. The only place with SQL.
//!
//! Functions take the connection; those that change something take a transaction, which their caller owns. A batch costs
//! one statement per table, however many orders it moves.

mod entity;
mod migrations;
pub(crate) mod orders;
#[cfg(test)]
mod plans;
pub(crate) mod saga_log;
pub(crate) mod sagas;
pub(crate) mod timers;

pub use migrations::Migrator;

use sea_orm::DbErr;

/// A row that holds what this program never writes.
fn corrupt(table: &str, what: impl std::fmt::Display) -> DbErr {
    DbErr::Type(format!("a row of {table} cannot be read: {what}"))
}

/// JSON as it is kept in a column.
fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("what is stored is plain data")
}
