//! What agents say at the door: what shows that a parcel was handed over, and why it was not.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What shows a hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(from = "Stored")]
#[schema(example = json!({"kind": "signature", "value": "A. Rao"}))]
pub struct Proof {
    /// Of what kind it is.
    pub kind: Kind,
    /// The thing itself, or where to find it.
    pub value: String,
}

/// The kinds of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The code that only the shopper sees; it is checked.
    Code,
    /// The address of a picture.
    Photo,
    /// Who has signed.
    Signature,
    /// The agent's word.
    Note,
}

/// Proof as it was stored at any time: once it was plain text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Proof { kind: Kind, value: String },
    Text(String),
}

impl From<Stored> for Proof {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Proof { kind, value } => Self { kind, value },
            Stored::Text(value) => Self {
                kind: Kind::Note,
                value,
            },
        }
    }
}

/// Why a parcel comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// Nobody opened.
    NobodyHome,
    /// There is no such address.
    AddressNotFound,
    /// The shopper does not want it.
    Refused,
    /// The shopper could not pay.
    NoCash,
    /// It is broken.
    Damaged,
    /// It was not safe to go there.
    Unsafe,
    /// See the note.
    Other,
}

impl Reason {
    /// The word for it on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NobodyHome => "NOBODY_HOME",
            Self::AddressNotFound => "ADDRESS_NOT_FOUND",
            Self::Refused => "REFUSED",
            Self::NoCash => "NO_CASH",
            Self::Damaged => "DAMAGED",
            Self::Unsafe => "UNSAFE",
            Self::Other => "OTHER",
        }
    }
}

/// What agents have to show for a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Nothing.
    Optional,
    /// Proof of any kind.
    Required,
    /// The shopper's code.
    Code,
}

/// The text is no [`Rule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is none of optional, required, code")]
pub struct NoRule;

impl FromStr for Rule {
    type Err = NoRule;

    fn from_str(text: &str) -> Result<Self, NoRule> {
        match text {
            "optional" => Ok(Self::Optional),
            "required" => Ok(Self::Required),
            "code" => Ok(Self::Code),
            _ => Err(NoRule),
        }
    }
}

/// The code that the shopper tells the agent at the door, and how often a wrong one was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Six digits.
    pub digits: String,
    /// How many wrong codes were given for it.
    #[serde(default)]
    pub wrong: u32,
}

impl Code {
    /// How often it may be guessed: with a million codes, that is no way to find it.
    pub const MOST_WRONG: u32 = 5;

    /// The code with this number, of which the last six digits count.
    #[must_use]
    pub fn of(number: u32) -> Self {
        Self {
            digits: format!("{:06}", number % 1_000_000),
            wrong: 0,
        }
    }
}

/// Why proof is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is none.
    #[error("a hand-over needs proof")]
    Missing,
    /// It is not the shopper's code.
    #[error("a hand-over needs the code that the shopper has")]
    NoCode,
    /// It is another code.
    #[error("this is not the code of this delivery")]
    WrongCode,
    /// There were too many wrong codes.
    #[error("too many wrong codes were given for this delivery")]
    CodeLocked,
}

/// Whether this will do for proof of a hand-over whose code is `code`.
///
/// # Errors
/// When it will not.
pub fn check(rule: Rule, proof: Option<&Proof>, code: Option<&Code>) -> Result<(), Refusal> {
    let Some(proof) = proof else {
        return match rule {
            Rule::Optional => Ok(()),
            Rule::Required => Err(Refusal::Missing),
            Rule::Code => Err(Refusal::NoCode),
        };
    };
    match (proof.kind, rule) {
        (Kind::Code, _) => match code {
            Some(code) if code.wrong >= Code::MOST_WRONG => Err(Refusal::CodeLocked),
            Some(code) if code.digits == proof.value.trim() => Ok(()),
            Some(_) | None => Err(Refusal::WrongCode),
        },
        (Kind::Photo | Kind::Signature | Kind::Note, Rule::Code) => Err(Refusal::NoCode),
        (Kind::Photo | Kind::Signature | Kind::Note, Rule::Optional | Rule::Required) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(kind: Kind, value: &str) -> Proof {
        let value = value.to_owned();
        Proof { kind, value }
    }

    #[test]
    fn what_will_do_depends_on_the_rule() {
        let code = Code::of(1_004_711);
        let signed = proof(Kind::Signature, "A. Rao");
        let told = proof(Kind::Code, " 004711 ");
        for (rule, proof, expected) in [
            (Rule::Optional, None, Ok(())),
            (Rule::Required, None, Err(Refusal::Missing)),
            (Rule::Code, None, Err(Refusal::NoCode)),
            (Rule::Optional, Some(&signed), Ok(())),
            (Rule::Required, Some(&signed), Ok(())),
            (Rule::Code, Some(&signed), Err(Refusal::NoCode)),
            (Rule::Required, Some(&told), Ok(())),
            (Rule::Code, Some(&told), Ok(())),
        ] {
            assert_eq!(
                check(rule, proof, Some(&code)),
                expected,
                "{rule:?} {proof:?}"
            );
        }
    }

    #[test]
    fn a_code_is_always_checked_and_not_for_ever() {
        let wrong = proof(Kind::Code, "000000");
        let mut code = Code::of(4711);
        let check = |proof, code: Option<&Code>| check(Rule::Optional, Some(proof), code);
        assert_eq!(check(&wrong, Some(&code)), Err(Refusal::WrongCode));
        assert_eq!(check(&wrong, None), Err(Refusal::WrongCode));
        code.wrong = Code::MOST_WRONG;
        let right = proof(Kind::Code, "004711");
        assert_eq!(check(&right, Some(&code)), Err(Refusal::CodeLocked));
    }

    #[test]
    fn proof_that_was_stored_as_text_is_still_read() {
        let old: Proof = serde_json::from_str("\"signature 7\"").unwrap();
        assert_eq!(old, proof(Kind::Note, "signature 7"));
        let new = proof(Kind::Photo, "https://example.com/7.jpg");
        let stored = serde_json::to_string(&new).unwrap();
        assert_eq!(serde_json::from_str::<Proof>(&stored).unwrap(), new);
    }
}
