//! E-mail addresses: one spelling per mailbox, so that uniqueness means something.

use std::fmt;

/// The most octets of an address, RFC 5321 section 4.5.3.1.3 (a path of 256 less its brackets).
const MOST_OCTETS: usize = 254;
/// The most octets of the part before the `@`, RFC 5321 section 4.5.3.1.1.
const MOST_LOCAL_OCTETS: usize = 64;
/// The most octets of one label of the domain, RFC 1035 section 2.3.4.
const MOST_LABEL_OCTETS: usize = 63;

/// What is wrong with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address, such as asha@example.com")]
pub struct Error;

/// A trimmed, lower-case e-mail address of the form that HTML's `<input type=email>` accepts, with at least one dot in the domain.
#[derive(Clone, PartialEq, Eq, Hash, utoipa::ToSchema)]
#[schema(
    value_type = String,
    pattern = "^[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,60}[A-Za-z0-9])?\\.)+[A-Za-z]{2,24}$",
    max_length = 254
)]
pub struct Email(String);

impl Email {
    /// Normalises and checks `text`.
    ///
    /// # Errors
    /// [`Error`] when it is no address.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let normal = text.trim().to_lowercase();
        let (local, domain) = normal.rsplit_once('@').ok_or(Error)?;
        let fits = normal.len() <= MOST_OCTETS && (1..=MOST_LOCAL_OCTETS).contains(&local.len());
        let spelt =
            local.bytes().all(is_local) && domain.contains('.') && domain.split('.').all(is_label);
        if fits && spelt {
            Ok(Self(normal))
        } else {
            Err(Error)
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    /// Personal data stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    (1..=MOST_LABEL_OCTETS).contains(&bytes.len())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_has_one_spelling() {
        assert_eq!(
            Email::parse("  Asha.Rao@Example.COM ").unwrap().as_str(),
            "asha.rao@example.com"
        );
        assert_eq!(Email::parse("a@b.co"), Email::parse("A@B.CO"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long = format!("a@{}.com", "b.".repeat(130));
        for text in [
            "",
            "asha",
            "asha@",
            "@example.com",
            "asha@localhost",
            "a b@example.com",
            "a@@example.com",
            "a@-x.com",
            "a@x..com",
            "ä@example.com",
            &long_local,
            &long,
        ] {
            assert_eq!(Email::parse(text), Err(Error), "{text}");
        }
    }

    #[test]
    fn an_address_does_not_show_in_debug_output() {
        assert!(!format!("{:?}", Email::parse("asha@example.com").unwrap()).contains("asha"));
    }
}
