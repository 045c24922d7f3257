//! What people are told: notices and what goes out because of them, the templates that word them, and who wants which of them
//! in which way. Pure.

mod kind;
mod known;
mod notice;
mod sample;
mod templates;

pub use kind::{Choice, Kind, Preferences, Way};
pub use known::{KnownOrder, Person};
pub(crate) use notice::Line;
pub use notice::{Dispatch, DispatchStatus, News, Notice};
pub use sample::sample;
pub use templates::{Letterhead, Template, Templates, Wording, one_line};
