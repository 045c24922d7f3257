//! The buses under test: the contract of both, what only the embedded broker promises, and what only SNS and SQS need.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backlog;
mod broker;
mod closing;
mod consumer;
mod contract;
mod crash;
mod faults;
mod inspect;
mod load;
mod localstack;
mod outage;
mod restart;
mod topology;
