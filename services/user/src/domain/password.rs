//! Passwords as people choose them: only their length is ruled (NIST SP 800-63B section 3.1.1.2), never their ingredients.

use std::ops::RangeInclusive;

use secrecy::{ExposeSecret, SecretString};

/// The fewest and the most characters. The upper bound keeps hashing cheap to ask for.
pub const LENGTH: RangeInclusive<usize> = 8..=128;

/// A password, chosen or presented; never shown, never logged, wiped when dropped.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

impl Password {
    /// Checks `text`, which is taken as it stands: blanks at its ends belong to it.
    ///
    /// # Errors
    /// One sentence for the person who typed it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if LENGTH.contains(&text.chars().count()) {
            Ok(Self(SecretString::from(text)))
        } else {
            Err(format!(
                "must have {} to {} characters",
                LENGTH.start(),
                LENGTH.end()
            ))
        }
    }

    /// A password that somebody presents. It may be any text; whether it is right is for its hash to say.
    #[must_use]
    pub fn presented(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The octets that are hashed.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_length_is_ruled() {
        assert!(Password::parse("short").is_err());
        assert!(Password::parse(&"x".repeat(129)).is_err());
        for fine in [
            "revcart-demo",
            "        ",
            "пароль-по-русски",
            &"x".repeat(128),
        ] {
            assert!(Password::parse(fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn a_password_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", Password::parse("correct horse").unwrap()).contains("horse"));
    }
}
