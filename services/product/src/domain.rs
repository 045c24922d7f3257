//! What the product service knows and decides: pure, without I/O, clock or database.
//!
//! Reading order: [`product`], [`category`] and [`tree`] (the catalogue), [`words`] and [`prices`] (searching it), [`sheet`] (as a table), [`stock`] (the units of one product), [`shelf`] (the stock
//! of several products at once), [`reservation`] (what an order has of them, and how it answers commands), [`reorder`] (what to
//! order when stock is low), [`supplier`] and [`purchase`] (ordering it).

pub mod category;
pub mod prices;
pub mod product;
pub mod purchase;
pub mod reorder;
pub mod reservation;
pub mod sheet;
pub mod shelf;
pub mod stock;
pub mod supplier;
pub mod tree;
pub mod words;
