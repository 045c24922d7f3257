//! Zones: parts of the country, told apart by the first characters of postal codes. Agents work in one zone each.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is no zone, or no map of zones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is no name of a zone.
    #[error("a zone is 1 to {} lower-case letters, digits and hyphens", Zone::MOST)]
    Name,
    /// A rule is not of the form `zone=prefix,prefix`.
    #[error("{0:?} is no rule: write zone=prefix,prefix")]
    Rule(String),
    /// Two rules give the same prefix away.
    #[error("{0:?} stands for two zones")]
    Twice(String),
    /// No rule has the prefix `*`, so that some addresses would lie nowhere.
    #[error("one zone has to be for all other addresses: zone=*")]
    NoDefault,
}

/// The name of a zone: `default`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9-]{1,40}$", example = "default")]
pub struct Zone(String);

impl Zone {
    /// The longest name, in characters.
    pub const MOST: usize = 40;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Zone {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=Self::MOST).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::Name)
        }
    }
}

impl TryFrom<String> for Zone {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which postal codes lie in which zone. Written `islands=744;default=*`; the longest prefix that fits decides, and `*` is
/// for what no prefix fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zones {
    /// Longest prefix first.
    prefixes: Vec<(String, Zone)>,
    elsewhere: Zone,
}

impl Zones {
    /// The zone of an address with this postal code. Spaces, hyphens and case make no difference.
    #[must_use]
    pub fn of(&self, postal_code: &str) -> &Zone {
        let code = plain(postal_code);
        let fits = |(prefix, _): &&(String, Zone)| code.starts_with(prefix.as_str());
        self.prefixes
            .iter()
            .find(fits)
            .map_or(&self.elsewhere, |(_, zone)| zone)
    }

    /// Whether any address can lie in this zone.
    #[must_use]
    pub fn contains(&self, zone: &Zone) -> bool {
        *zone == self.elsewhere || self.prefixes.iter().any(|(_, known)| known == zone)
    }

    /// The zone for what no prefix fits.
    #[must_use]
    pub fn elsewhere(&self) -> &Zone {
        &self.elsewhere
    }

    /// All zones.
    #[must_use]
    pub fn names(&self) -> BTreeSet<Zone> {
        let with_prefixes = self.prefixes.iter().map(|(_, zone)| zone);
        with_prefixes.chain([&self.elsewhere]).cloned().collect()
    }

    /// What the postal codes of this zone begin with, in alphabetical order.
    #[must_use]
    pub fn prefixes(&self, zone: &Zone) -> Vec<String> {
        let of_zone = self.prefixes.iter().filter(|(_, known)| known == zone);
        let prefixes: BTreeSet<String> = of_zone.map(|(prefix, _)| prefix.clone()).collect();
        prefixes.into_iter().collect()
    }

    /// The same, but these zones have these prefixes, and only these.
    #[must_use]
    pub(super) fn overlaid<'a>(
        &self,
        zones: impl Iterator<Item = (&'a Zone, &'a [String])> + Clone,
    ) -> Self {
        let is_replaced = |prefix: &String, known: &Zone| {
            let mut zones = zones.clone();
            zones.any(|(zone, prefixes)| zone == known || prefixes.contains(prefix))
        };
        let kept = self.prefixes.iter().cloned();
        let mut prefixes: Vec<(String, Zone)> = kept
            .filter(|(prefix, zone)| !is_replaced(prefix, zone))
            .collect();
        for (zone, drawn) in zones {
            prefixes.extend(drawn.iter().map(|prefix| (prefix.clone(), zone.clone())));
        }
        prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Self {
            prefixes,
            elsewhere: self.elsewhere.clone(),
        }
    }
}

impl FromStr for Zones {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut prefixes: Vec<(String, Zone)> = Vec::new();
        let mut elsewhere = None;
        for rule in text
            .split(';')
            .map(str::trim)
            .filter(|rule| !rule.is_empty())
        {
            let no_rule = || Error::Rule(rule.to_owned());
            let (zone, codes) = rule.split_once('=').ok_or_else(no_rule)?;
            let zone: Zone = zone.trim().parse()?;
            for code in codes.split(',').map(str::trim) {
                let prefix = plain(code);
                let taken = prefixes.iter().any(|(known, _)| *known == prefix);
                if taken || (code == "*" && elsewhere.is_some()) {
                    return Err(Error::Twice(code.to_owned()));
                }
                match (code, prefix.is_empty()) {
                    ("*", _) => elsewhere = Some(zone.clone()),
                    (_, true) => return Err(no_rule()),
                    (_, false) => prefixes.push((prefix, zone.clone())),
                }
            }
        }
        prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok(Self {
            prefixes,
            elsewhere: elsewhere.ok_or(Error::NoDefault)?,
        })
    }
}

/// A postal code without what people write between its letters and digits.
#[must_use]
pub fn plain(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones(text: &str) -> Zones {
        text.parse().unwrap()
    }

    #[test]
    fn the_longest_prefix_that_fits_decides() {
        let zones = zones("islands=744,682;port-blair=7441;default=*");
        for (code, zone) in [
            ("744101", "port-blair"),
            ("744 201", "islands"),
            ("682-555", "islands"),
            ("411001", "default"),
            ("", "default"),
        ] {
            assert_eq!(zones.of(code).as_str(), zone, "{code}");
        }
    }

    #[test]
    fn letters_of_postal_codes_may_be_written_small() {
        assert_eq!(zones("london=ec1;rest=*").of("EC1A 1BB").as_str(), "london");
    }

    #[test]
    fn only_zones_of_the_map_can_be_worked_in() {
        let zones = zones("islands=744;default=*");
        let contains = |zone: &str| zones.contains(&zone.parse().unwrap());
        assert!(contains("islands") && contains("default"));
        assert!(!contains("moon"));
    }

    #[test]
    fn a_map_with_holes_or_overlaps_is_refused() {
        for (text, error) in [
            ("islands=744", Error::NoDefault),
            ("", Error::NoDefault),
            ("islands", Error::Rule("islands".to_owned())),
            ("islands=;default=*", Error::Rule("islands=".to_owned())),
            ("a=744;b=744;c=*", Error::Twice("744".to_owned())),
            ("a=*;b=*", Error::Twice("*".to_owned())),
            ("A b=*", Error::Name),
        ] {
            assert_eq!(text.parse::<Zones>(), Err(error), "{text}");
        }
    }
}
