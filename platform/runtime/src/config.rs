//! Settings: what they are called, what they mean, and reading them from the environment.
//! The only reader of environment variables. A wrong or missing setting is one line that names it,
//! says what is wrong and what is accepted; secrets appear in no message.
//!
//! ```
//! use revcart_runtime::config::{Environment, Setting};
//!
//! const HOLD: Setting = Setting {
//!     name: "REVCART_STOCK_HOLD",
//!     default: Some("15m"),
//!     meaning: "how long stock stays reserved for an order that is not paid",
//!     secret: false,
//! };
//! let env = Environment::from_pairs([("REVCART_STOCK_HOLD", "20m")]);
//! assert_eq!(env.duration(&HOLD).unwrap().as_secs(), 1200);
//! ```

pub mod duration;
mod environment;
mod error;
mod secret;
pub mod tariff;

pub use environment::{Environment, Origin, Shown};
pub use error::ConfigError;
pub use secret::Secret;

/// One setting: declared as a constant beside the configuration that reads it, listed by `revcart config`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable, `REVCART_…`. A secret may come from the file that `<name>_FILE` names instead.
    pub name: &'static str,
    /// The value that holds when the variable is unset or empty, in the form it would be written in.
    pub default: Option<&'static str>,
    /// What it sets and what is accepted; one line, printed in errors and by `revcart config`.
    pub meaning: &'static str,
    /// Whether its value is kept out of every message and listing.
    pub secret: bool,
}

#[cfg(test)]
mod tests;
