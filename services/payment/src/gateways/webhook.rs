//! What gateways tell by themselves, and why they may not be listened to.

use aws_lc_rs::digest::{SHA256, digest};

/// Something has happened at a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// The gateway's name for it: what is told twice has the same.
    pub(crate) id: String,
    /// What, in the gateway's words.
    pub(crate) kind: String,
    /// What the gateway calls the charges that it is about.
    pub(crate) references: Vec<String>,
}

/// The longest name that is kept as it is.
const LONGEST: usize = 120;

impl Event {
    /// What a gateway tells. A name that is too long or odd to be kept stands as its digest; nothing of ours is called so.
    pub(super) fn new(id: &str, kind: &str, references: impl IntoIterator<Item = String>) -> Self {
        let id = match is_plain(id) {
            true => id.to_owned(),
            false => hex::encode(digest(&SHA256, id.as_bytes())),
        };
        let references = references.into_iter().filter(|name| is_plain(name));
        Self {
            id,
            kind: kind.chars().filter(char::is_ascii_graphic).collect(),
            references: references.collect(),
        }
    }
}

fn is_plain(name: &str) -> bool {
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Why what was told is not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unheard {
    /// Nobody who has the secret signed it.
    #[error("the signature is not one of this body")]
    NotSigned,
    /// It was signed at another time than now.
    #[error("it was signed too long ago, or in the future")]
    TooOld,
    /// It is signed, and no event.
    #[error("the body is no event")]
    Malformed,
}
