//! What a service may rely on: writes that share a commit, messages that leave with it, claims that hold.

mod fixture;
mod idempotency;
mod inbox;
mod outbox;
mod replicas;
mod schema;
mod writing;
