//! Where goods go, as far as tax and delivery depend on it: a country, or one of its states.

use std::{fmt, str::FromStr};

/// A country or a state of one. Upper and lower case are the same, and so are spaces around a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    country: String,
    state: Option<String>,
}

/// The text names no region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a region is a country code of two letters, or one with a state: IN or IN/Karnataka")]
pub struct NoRegion;

impl Region {
    /// The region of an address; an empty state is none.
    #[must_use]
    pub fn of(country: &str, state: &str) -> Self {
        let state = plain(state);
        Self {
            country: plain(country),
            state: (!state.is_empty()).then_some(state),
        }
    }

    /// Whether `place` is this region or lies in it.
    #[must_use]
    pub fn covers(&self, place: &Self) -> bool {
        self.country == place.country && (self.state.is_none() || self.state == place.state)
    }

    /// How closely the region is named: a state more than a country.
    pub(super) fn closeness(&self) -> u8 {
        1 + u8::from(self.state.is_some())
    }
}

fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

impl FromStr for Region {
    type Err = NoRegion;

    fn from_str(text: &str) -> Result<Self, NoRegion> {
        let (country, state) = match text.split_once('/') {
            Some((_, state)) if state.trim().is_empty() => return Err(NoRegion),
            Some(parts) => parts,
            None => (text, ""),
        };
        let code = country.trim();
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(NoRegion);
        }
        Ok(Self::of(country, state))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.country.to_uppercase())?;
        match &self.state {
            Some(state) => write!(f, "/{state}"),
            None => Ok(()),
        }
    }
}
