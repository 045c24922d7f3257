//! Rules for fields that several requests have.

use shared_events::{Money, PaymentToken};

/// The longest token that a gateway gives out.
const LONGEST_TOKEN: usize = 255;

/// Text that says something.
pub(super) fn not_blank(text: &str, (): &()) -> garde::Result {
    if text.trim().is_empty() {
        return Err(garde::Error::new("must not be blank"));
    }
    storable(text)
}

/// PostgreSQL keeps every text but those with a NUL in them.
fn storable(text: &str) -> garde::Result {
    if text.contains('\0') {
        return Err(garde::Error::new("must not contain the character NUL"));
    }
    Ok(())
}

/// More than nothing.
pub(super) fn positive(amount: &Option<Money>, (): &()) -> garde::Result {
    match amount {
        Some(amount) if amount.minor() <= 0 => Err(garde::Error::new("must be more than zero")),
        Some(_) | None => Ok(()),
    }
}

/// Something that a gateway can have given out.
pub(super) fn token(token: &Option<PaymentToken>, (): &()) -> garde::Result {
    let Some(token) = token else {
        return Ok(());
    };
    if !(1..=LONGEST_TOKEN).contains(&token.expose().len()) {
        return Err(garde::Error::new("must be 1 to 255 bytes long"));
    }
    storable(token.expose())
}

/// A word of the gateway's that its page has brought.
pub(super) fn word(word: &Option<String>, (): &()) -> garde::Result {
    match word {
        Some(word) if !(1..=LONGEST_TOKEN).contains(&word.len()) => {
            Err(garde::Error::new("must be 1 to 255 bytes long"))
        }
        Some(_) | None => Ok(()),
    }
}
