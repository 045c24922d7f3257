//! Groups of products, and the slugs that stand for them in addresses.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use shared_events::CategoryId;

/// The text is no slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a slug is 1 to {} lower-case letters, digits and single hyphens between them",
    Slug::MOST
)]
pub struct Error;

/// A category's name in an address: `home-and-kitchen`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Slug(String);

impl Slug {
    /// The longest slug, in characters.
    pub const MOST: usize = 80;

    /// The slug that a name suggests: its letters and digits in lower case, everything between them a hyphen.
    ///
    /// # Errors
    /// When the name has no ASCII letter or digit, or too many.
    pub fn suggested_by(name: &str) -> Result<Self, Error> {
        let words: Vec<String> = name
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        words.join("-").parse()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Slug {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl FromStr for Slug {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let is_word = |word: &str| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.len() <= Self::MOST && text.split('-').all(is_word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error)
        }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A group of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its identity.
    pub id: CategoryId,
    /// Its name in addresses, unique.
    pub slug: Slug,
    /// Its name on the page.
    pub name: String,
    /// A sentence about it; may be empty.
    pub description: String,
    /// What it stands below; none at the top.
    pub parent_id: Option<CategoryId>,
    /// Raised by every change, from 1.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_suggests_a_slug() {
        for (name, slug) in [
            ("Home & Kitchen", "home-kitchen"),
            ("  Toys ", "toys"),
            ("3D Printing", "3d-printing"),
        ] {
            assert_eq!(Slug::suggested_by(name).unwrap().as_str(), slug);
        }
        assert_eq!(Slug::suggested_by("——"), Err(Error));
    }

    #[test]
    fn a_slug_is_lower_case_words_with_single_hyphens() {
        assert!("home-and-kitchen".parse::<Slug>().is_ok());
        let long = "a".repeat(81);
        for bad in ["", "-a", "a-", "a--b", "A", "a b", "ä", "a/b", &long] {
            assert_eq!(bad.parse::<Slug>(), Err(Error), "{bad}");
        }
    }
}
