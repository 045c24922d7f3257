//! Why somebody wants an order undone: a code of a fixed list, so that reasons can be counted, and words of their own.

use serde::{Deserialize, Serialize};

/// Why a shopper or an admin cancels. Which of the two it was is kept beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CancelCode {
    /// Not wanted any more.
    ChangedMind,
    /// Never wanted.
    OrderedByMistake,
    /// Cheaper elsewhere.
    FoundCheaper,
    /// It takes too long.
    TakesTooLong,
    /// It would go to the wrong place.
    WrongAddress,
    /// It should be paid in another way.
    WrongPayment,
    /// Something else; the words tell.
    Other,
}

impl CancelCode {
    /// The code as histories and events carry it.
    pub fn as_str(self) -> &'static str {
        match self {
            CancelCode::ChangedMind => "CHANGED_MIND",
            CancelCode::OrderedByMistake => "ORDERED_BY_MISTAKE",
            CancelCode::FoundCheaper => "FOUND_CHEAPER",
            CancelCode::TakesTooLong => "TAKES_TOO_LONG",
            CancelCode::WrongAddress => "WRONG_ADDRESS",
            CancelCode::WrongPayment => "WRONG_PAYMENT",
            CancelCode::Other => "OTHER",
        }
    }
}

/// Why an order stands where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Because {
    /// A code, or the words of a participant.
    pub reason: Option<String>,
    /// The words of whoever wanted it.
    pub note: Option<String>,
}

impl Because {
    /// For this reason.
    pub fn of(reason: impl Into<String>) -> Because {
        Because {
            reason: Some(reason.into()),
            note: None,
        }
    }

    /// What somebody has said: neither, one or both.
    pub fn said(code: Option<CancelCode>, words: Option<String>) -> Because {
        Because {
            reason: code.map(|code| code.as_str().to_owned()),
            note: words
                .map(|words| words.trim().to_owned())
                .filter(|words| !words.is_empty()),
        }
    }

    /// The same, and for that reason if none has been given.
    #[must_use]
    pub fn or(self, reason: Option<String>) -> Because {
        Because {
            reason: self.reason.or(reason),
            note: self.note,
        }
    }

    /// Both in one line, for the saga's log.
    pub fn line(&self) -> Option<String> {
        match (&self.reason, &self.note) {
            (Some(reason), Some(note)) => Some(format!("{reason}: {note}")),
            (reason, note) => reason.clone().or_else(|| note.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_code_is_the_same_in_requests_and_in_histories() {
        for code in [
            CancelCode::ChangedMind,
            CancelCode::OrderedByMistake,
            CancelCode::FoundCheaper,
            CancelCode::TakesTooLong,
            CancelCode::WrongAddress,
            CancelCode::WrongPayment,
            CancelCode::Other,
        ] {
            assert_eq!(json!(code), json!(code.as_str()));
        }
    }

    #[test]
    fn what_was_said_stands_before_what_the_saga_says() {
        let said = Because::said(Some(CancelCode::Other), Some(" rain ".to_owned()));
        assert_eq!(said.line().as_deref(), Some("OTHER: rain"));
        let kept = said.or(Some("CANCELLED_BY_CUSTOMER".to_owned()));
        assert_eq!(kept.reason.as_deref(), Some("OTHER"));
        let silent = Because::said(None, Some(" ".to_owned()));
        assert_eq!((silent.line(), silent.note.clone()), (None, None));
        let kept = silent.or(Some("CANCELLED_BY_CUSTOMER".to_owned()));
        assert_eq!(kept, Because::of("CANCELLED_BY_CUSTOMER"));
    }
}
