//! The embedded broker under test: the contract of every bus, and what only this one promises.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backlog;
mod broker;
mod closing;
mod contract;
mod crash;
mod faults;
mod inspect;
mod load;
mod outage;
mod restart;
