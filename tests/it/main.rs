//! The whole system, as its users and its operators meet it.

mod api;
mod audit_finds;
mod bad_input;
mod cluster;
mod commands;
mod crash;
mod endings;
mod golden;
mod last_units;
mod load;
mod poison;
mod readme;
mod saga_model;
mod secrets;
mod security;
mod settings;
mod turn;
mod typescript;
mod walk;
