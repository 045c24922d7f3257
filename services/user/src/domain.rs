//! What an account, an address and a session are, and the rules they keep. Pure: no database, no clock, no cryptography.

pub mod account;
pub mod address;
pub mod code;
pub mod email;
pub mod lockout;
pub mod password;
pub mod session;

pub use account::{Account, Status};
pub use address::Entry;
pub use email::Email;
pub use password::Password;

/// The fewest and the most characters of a person's name.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 1..=100;
/// The fewest and the most characters of a telephone number, separators included.
const PHONE_LENGTH: std::ops::RangeInclusive<usize> = 6..=20;

/// Refuses text that is blank, too long or carries control characters; what is said fits behind a field's name.
///
/// # Errors
/// One sentence for the person who typed it.
pub fn check_text(text: &str, length: std::ops::RangeInclusive<usize>) -> Result<(), String> {
    let trimmed = text.trim();
    let characters = trimmed.chars().count();
    if !length.contains(&characters) {
        return Err(format!(
            "must have {} to {} characters",
            length.start(),
            length.end()
        ));
    }
    if trimmed.chars().any(char::is_control) {
        return Err("must not contain control characters".to_owned());
    }
    Ok(())
}

/// Refuses what is no person's name.
///
/// # Errors
/// One sentence for the person who typed it.
pub fn check_name(name: &str) -> Result<(), String> {
    check_text(name, NAME_LENGTH)
}

/// Refuses what is no telephone number: digits, with an optional `+` in front and the usual separators.
///
/// # Errors
/// One sentence for the person who typed it.
pub fn check_phone(phone: &str) -> Result<(), String> {
    check_text(phone, PHONE_LENGTH)?;
    let digits = phone.trim().strip_prefix('+').unwrap_or(phone.trim());
    if digits
        .chars()
        .all(|c| c.is_ascii_digit() || " -()".contains(c))
        && digits.chars().any(|c| c.is_ascii_digit())
    {
        Ok(())
    } else {
        Err("must be a telephone number, such as +91 98765 43210".to_owned())
    }
}
