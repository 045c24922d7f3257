//! What people are told: notices and mails, and the templates that word them. Pure.

mod known;
mod notice;
mod templates;

pub use known::{KnownOrder, Person};
pub(crate) use notice::Line;
pub use notice::{Mail, MailStatus, News, Notice};
pub use templates::{Template, Templates, Wording};
