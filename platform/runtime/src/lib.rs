//! What every process of RevCart stands on: time, settings, tasks, shutdown, health and telemetry.
//! It knows no service, no database and no message.
//!
//! Reading order: [`clock`] (the only source of time), [`config`] (the only reader of the environment),
//! [`shutdown`] and [`tasks`] (the only place that spawns), [`health`], [`telemetry`], [`error_chain`](fn@error_chain).

pub mod clock;
pub mod config;
mod error_chain;
pub mod health;
pub mod shutdown;
pub mod tasks;
pub mod telemetry;

pub use clock::Clock;
pub use config::{ConfigError, Environment, Secret, Setting};
pub use error_chain::error_chain;
pub use health::Health;
pub use shutdown::Shutdown;
pub use tasks::Tasks;
