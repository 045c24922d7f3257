//! The domain's rules in the form that request structs name them in.

use garde::{Error, Result};
use revcart_http_edge::{Answer, Problem};
use shared_events::Role;

use crate::domain::{self, Email, Password};
use crate::one_time_code::OneTimeCode;

const SIX_DIGITS: &str = "must be six digits";

/// An e-mail address.
pub(super) fn email(value: &str, _: &()) -> Result {
    Email::parse(value).map(drop).map_err(Error::new)
}

/// A one-time code.
pub(super) fn code(value: &str, _: &()) -> Result {
    OneTimeCode::parse(value)
        .map(drop)
        .ok_or_else(|| Error::new(SIX_DIGITS))
}

/// The one-time code in a field.
pub(super) fn parsed_code(name: &str, value: &str) -> Answer<OneTimeCode> {
    field(name, OneTimeCode::parse(value).ok_or(SIX_DIGITS))
}

/// A password that somebody chooses.
pub(super) fn password(value: &str, _: &()) -> Result {
    Password::parse(value).map(drop).map_err(Error::new)
}

/// A person's name.
pub(super) fn name(value: &str, _: &()) -> Result {
    domain::check_name(value).map_err(Error::new)
}

/// A telephone number.
pub(super) fn phone(value: &str, _: &()) -> Result {
    domain::check_phone(value).map_err(Error::new)
}

/// The two letters of a country, by which its taxes and fees are found.
pub(super) fn country(value: &str, _: &()) -> Result {
    if value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(());
    }
    Err(Error::new("must be two letters (ISO 3166)"))
}

/// Text of `1..=most` characters.
pub(super) fn text(most: usize) -> impl FnOnce(&str, &()) -> Result {
    move |value, ()| domain::check_text(value, 1..=most).map_err(Error::new)
}

/// Text of `most` characters at the most, or nothing.
pub(super) fn optional_text(most: usize) -> impl FnOnce(&str, &()) -> Result {
    move |value, ()| domain::check_text(value, 0..=most).map_err(Error::new)
}

/// A role that a person can have.
pub(super) fn persons_role(value: &Role, _: &()) -> Result {
    match value {
        Role::Customer | Role::Agent | Role::Admin => Ok(()),
        Role::Service => Err(Error::new("must be customer, agent or admin")),
    }
}

/// What was parsed from a field, or the problem that names the field.
pub(super) fn field<T, E: ToString>(name: &str, parsed: std::result::Result<T, E>) -> Answer<T> {
    parsed.map_err(|error| Problem::invalid(name, error.to_string()))
}

/// What people type, without the blanks around it; nothing but blanks counts as nothing.
pub(super) fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}
