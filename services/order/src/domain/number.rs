//! Order numbers: what a shopper reads out on the phone, such as `RC-7K3M-9QXF`.
//!
//! There is no check digit, because nothing is done by number alone: a number is looked up among the orders that the caller
//! may see, and of a million orders a mistyped number is another's once in 650,000 times.

use std::fmt;
use std::str::FromStr;

use rand::Rng;
use serde::Deserialize;

/// Digits and capitals without those that are mistaken for one another (0/O, 1/I/L) and without U, so that no words appear.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// The readable name of an order: `RC-` and two groups of four; 30⁸ (656 billion) different ones, kept apart by a unique constraint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct OrderNumber([u8; LENGTH]);

/// What was read is not an order number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an order number: RC-XXXX-XXXX of the characters {}", std::str::from_utf8(ALPHABET).unwrap_or_default())]
pub struct NotANumber;

impl OrderNumber {
    /// Draws a number; whether it is taken already only the database knows.
    pub fn draw(random: &mut impl Rng) -> OrderNumber {
        OrderNumber(std::array::from_fn(|_| {
            ALPHABET[random.random_range(0..ALPHABET.len())]
        }))
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RC")?;
        for (at, &letter) in self.0.iter().enumerate() {
            if at % 4 == 0 {
                out.write_str("-")?;
            }
            write!(out, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

impl fmt::Debug for OrderNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for OrderNumber {
    type Err = NotANumber;

    /// Reads what a person typed: lower case, missing dashes and spaces are forgiven.
    fn from_str(text: &str) -> Result<OrderNumber, NotANumber> {
        let letters: Vec<u8> = text
            .bytes()
            .filter(|letter| !matches!(letter, b'-' | b' '))
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let number = letters.strip_prefix(b"RC").ok_or(NotANumber)?;
        if !number.iter().all(|letter| ALPHABET.contains(letter)) {
            return Err(NotANumber);
        }
        number.try_into().map(OrderNumber).map_err(|_| NotANumber)
    }
}

impl TryFrom<String> for OrderNumber {
    type Error = NotANumber;

    fn try_from(text: String) -> Result<OrderNumber, NotANumber> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawn_number_reads_back() {
        for _ in 0..1_000 {
            let number = OrderNumber::draw(&mut rand::rng());
            assert_eq!(number.to_string().parse(), Ok(number));
            assert_eq!(number.to_string().len(), "RC-XXXX-XXXX".len());
        }
    }

    #[test]
    fn what_a_person_types_is_forgiven() {
        let number: OrderNumber = "RC-7K3M-9QXF".parse().unwrap();
        for text in ["rc7k3m9qxf", "rc 7k3m 9qxf", " RC-7K3M-9QXF "] {
            assert_eq!(text.parse(), Ok(number), "{text}");
        }
        assert_eq!(number.to_string(), "RC-7K3M-9QXF");
    }

    #[test]
    fn characters_that_are_mistaken_for_one_another_are_refused() {
        for text in [
            "RC-7K3M-9QX0",
            "RC-7K3M-9QXO",
            "RC-7K3M-9QXI",
            "RC-7K3M-9QX1",
            "RC-7K3M-9QXU",
        ] {
            assert_eq!(text.parse::<OrderNumber>(), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn other_lengths_and_prefixes_are_refused() {
        for text in [
            "",
            "RC",
            "RC-7K3M",
            "RC-7K3M-9QXF-2",
            "XX-7K3M-9QXF",
            "7K3M-9QXF",
            "RC-é-9QXF",
        ] {
            assert_eq!(text.parse::<OrderNumber>(), Err(NotANumber), "{text}");
        }
    }
}
