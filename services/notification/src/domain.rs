//! What people are told: notices and mails, and the templates that word them. Pure.

mod known;
mod notice;
mod templates;

pub use known::{KnownOrder, Person};
pub use notice::{Mail, MailStatus, Notice};
pub use templates::{Template, Templates, Wording};
