//! Coupons: what they take off, when they may be used, and by whom how often.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared_events::pricing::{self, Off};
use shared_events::{Money, Timestamp, UserId};

/// What a shopper types: 3 to 32 letters, digits, dashes and underscores. Case does not matter, it is kept in capitals; spaces around
/// what is typed are forgiven.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// The text cannot be the code of a coupon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has 3 to 32 letters, digits, dashes and underscores")]
pub struct NoCode;

/// A coupon with its terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Coupon {
    /// What the shopper types.
    pub code: Code,
    /// What it takes off.
    pub off: Off,
    /// The value of goods that it asks for.
    pub minimum: Option<Money>,
    /// From when on it may be used.
    pub valid_from: Option<Timestamp>,
    /// Until when; then no longer.
    pub valid_until: Option<Timestamp>,
    /// How many orders of one shopper may use it.
    pub per_user: Option<u32>,
    /// How many orders may use it at all.
    pub total: Option<u32>,
    /// Whether it may be used at the moment.
    pub active: bool,
    /// How many orders use it, those included that have it on hold.
    pub taken: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Why a coupon is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There is none of this code, or it has been switched off.
    #[error("there is no such coupon")]
    Unknown,
    /// Its time has not come.
    #[error("this coupon cannot be used yet")]
    NotYetValid,
    /// Its time is over.
    #[error("this coupon has expired")]
    Expired,
    /// It has been used as often as it may be, by all or by this shopper.
    #[error("this coupon has been used as often as it may be")]
    UsedUp,
    /// The goods cost less than it asks for.
    #[error("the goods cost less than this coupon asks for")]
    BelowMinimum,
}

/// Who uses a coupon, as far as its limit per shopper goes: an account, or the e-mail address of a guest (of which only a hash is
/// kept).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(String);

impl Coupon {
    /// What it takes off, for a shopper who has used it so many times already.
    ///
    /// # Errors
    /// Why it cannot be used. Whether the goods reach its minimum shows when they are priced.
    pub fn usable(&self, now: Timestamp, taken_by_them: usize) -> Result<pricing::Coupon, Problem> {
        let exceeds = |limit: Option<u32>, taken: usize| {
            limit.is_some_and(|limit| taken >= usize::try_from(limit).unwrap_or(usize::MAX))
        };
        let taken = usize::try_from(self.taken).unwrap_or(usize::MAX);
        if !self.active {
            Err(Problem::Unknown)
        } else if self.valid_from.is_some_and(|from| now < from) {
            Err(Problem::NotYetValid)
        } else if self.valid_until.is_some_and(|until| now >= until) {
            Err(Problem::Expired)
        } else if exceeds(self.total, taken) || exceeds(self.per_user, taken_by_them) {
            Err(Problem::UsedUp)
        } else {
            Ok(self.terms())
        }
    }

    /// What it takes off, whoever asks.
    #[must_use]
    pub fn terms(&self) -> pricing::Coupon {
        pricing::Coupon {
            code: self.code.to_string(),
            off: self.off,
            minimum: self.minimum,
        }
    }
}

impl Problem {
    /// The stable code that callers are told.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN_COUPON",
            Self::NotYetValid => "COUPON_NOT_YET_VALID",
            Self::Expired => "COUPON_EXPIRED",
            Self::UsedUp => "COUPON_USED_UP",
            Self::BelowMinimum => "COUPON_BELOW_MINIMUM",
        }
    }
}

impl Holder {
    /// Somebody with an account.
    #[must_use]
    pub fn of_user(id: UserId) -> Self {
        Self(format!("user:{id}"))
    }

    /// A guest, by their e-mail address.
    #[must_use]
    pub fn of_mail(address: &str) -> Self {
        let digest = Sha256::digest(address.trim().to_lowercase());
        Self(format!("mail:{}", hex::encode(digest)))
    }

    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Code {
    /// As it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = NoCode;

    fn from_str(text: &str) -> Result<Self, NoCode> {
        Self::try_from(text.trim().to_owned())
    }
}

impl TryFrom<String> for Code {
    type Error = NoCode;

    fn try_from(text: String) -> Result<Self, NoCode> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (3..=32).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(NoCode)
        }
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
