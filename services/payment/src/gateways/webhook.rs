//! What gateways tell by themselves, and why they may not be listened to.

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
