//! The edge and the client as services and their callers meet them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod authentication;
mod bodies;
mod calls;
mod documents;
mod edge;
mod gateway;
mod idempotency;
mod keyring;
mod keys;
mod limits;
mod lists;
mod problems;
mod replicas;
mod serving;
mod world;
