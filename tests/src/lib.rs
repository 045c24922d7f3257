//! Tests of the whole system: the real binary, as a process, driven over HTTP the way its users drive it.
//!
//! Reading order: [`system`] (starting, killing and restarting a `revcart`), [`command`] (running its commands),
//! [`audit`] (asking it whether all invariants hold), [`load`] (sending it shoppers), [`backlog`] (what is on its way in
//! it), [`cluster`] and [`stack`] (the services as processes of their own on real backends), [`shop`] and [`customer`] (the calls of its users). What is tested with them stands in `it/`, what is measured in `bench/`.

pub mod audit;
pub mod backlog;
pub mod cluster;
pub mod command;
pub mod customer;
pub mod load;
pub mod shop;
pub mod stack;
pub mod system;

pub use audit::Audit;
pub use backlog::Backlog;
pub use cluster::Cluster;
pub use command::{Ran, revcart};
pub use customer::Customer;
pub use load::Load;
pub use shop::{Reply, Shop};
pub use system::System;
