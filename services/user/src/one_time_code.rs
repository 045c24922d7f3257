//! One-time codes and the pepper that they are stored with.
//!
//! Six digits are a million possibilities: whoever has a digest that needs no secret has the code as well, whatever the hash
//! costs (argon2id at the cost of our passwords: six hours of one core, minutes of a rented farm). So what is stored is an HMAC
//! under a key that is not in the row. Without the key nothing can be tried offline; online there are five tries and ten
//! minutes. A slow hash on top would only make the service slow.
//!
//! The key comes from `REVCART_CODE_PEPPER`. Where that is not set it is made at the first start and kept in the table
//! `secrets`: then who reads the whole database has it, but has the keys that sign access tokens too and needs no codes.
//! Addresses are stored under the same key where the address alone is the point (failed sign-ins, codes), so that what
//! strangers typed into a form is nowhere to be read.

use anyhow::Context;
use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use revcart_persistence::{Database, UnitOfWork};
use revcart_runtime::config::Secret;
use secrecy::{ExposeSecret, SecretString};
use shared_events::{Timestamp, UserId};

use crate::domain::Email;
use crate::domain::code::{Purpose, Slot};
use crate::store::{self, secrets};

/// How many codes there are: all of six digits.
const CODES: u32 = 1_000_000;
/// Digits of a code.
const DIGITS: usize = 6;
/// Octets of a pepper that is made here.
const PEPPER_OCTETS: usize = 32;
/// What the pepper is called in the table `secrets`.
const PEPPER: &str = "code-pepper";

/// A code, given out or presented; wiped when dropped, never printed.
#[derive(Clone)]
pub(crate) struct OneTimeCode(SecretString);

impl OneTimeCode {
    /// A fresh one; each is as likely as any other.
    pub(crate) fn generate() -> Self {
        // What lies above the largest multiple would make small codes likelier.
        let fair = u32::MAX - u32::MAX % CODES;
        loop {
            let mut octets = [0_u8; 4];
            rand::fill(&mut octets)
                .expect("the system's random source works, or nothing cryptographic does");
            let number = u32::from_be_bytes(octets);
            if number < fair {
                return Self(SecretString::from(format!("{:06}", number % CODES)));
            }
        }
    }

    /// What somebody typed; `None` if it is no code.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_code = text.len() == DIGITS && text.bytes().all(|it| it.is_ascii_digit());
        is_code.then(|| Self(SecretString::from(text)))
    }

    /// For the letter that carries it, and for nobody else.
    pub(crate) fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The key under which codes and addresses are stored.
pub(crate) struct Pepper(hmac::Key);

impl Pepper {
    /// The one that was configured, or the one in the database, which is made if there is none.
    pub(crate) async fn load_or_make(
        database: &Database,
        configured: Option<&Secret>,
    ) -> anyhow::Result<Self> {
        if let Some(secret) = configured {
            return Ok(Self::of(secret.expose().as_bytes()));
        }
        if let Some(stored) = secrets::find(database.read(), PEPPER).await? {
            return Ok(Self::of(stored.as_bytes()));
        }
        let mut octets = [0_u8; PEPPER_OCTETS];
        rand::fill(&mut octets).context("there is no randomness")?;
        let fresh = URL_SAFE_NO_PAD.encode(octets);
        let keep = database
            .write(fresh, |unit, fresh| Box::pin(keep(unit, fresh)))
            .await;
        keep.context("the key of one-time codes cannot be stored")?;
        // Another replica may have been first.
        let stored = secrets::find(database.read(), PEPPER).await?;
        let stored = stored.context("the key of one-time codes is gone")?;
        Ok(Self::of(stored.as_bytes()))
    }

    fn of(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// Where the failed sign-ins of an address are counted.
    pub(crate) fn sign_ins_of(&self, email: &Email) -> String {
        self.seal(&["sign-in", email.as_str()])
    }

    /// Where the wrong codes of an address are counted.
    pub(crate) fn codes_of(&self, email: &Email) -> String {
        self.seal(&["code", email.as_str()])
    }

    /// The place of the code for an address and a purpose.
    pub(crate) fn slot_of(&self, purpose: Purpose, email: &Email) -> String {
        self.seal(&["slot", purpose.as_str(), email.as_str()])
    }

    /// The place of the code by which an account gets another address.
    pub(crate) fn slot_of_change(&self, user: UserId) -> String {
        self.seal(&["slot", Purpose::Change.as_str(), &user.to_string()])
    }

    /// What is kept of a code. The moment it was sent stands for a salt: the same code is stored differently the next time.
    pub(crate) fn digest(&self, slot: &str, sent_at: Timestamp, code: &OneTimeCode) -> String {
        let micros = sent_at.micros().to_string();
        self.seal(&["digest", slot, &micros, code.reveal()])
    }

    /// Whether this is the code that is awaited in a slot, in the same time wherever they differ. Where none is awaited the
    /// same is computed, and it never fits.
    pub(crate) fn fits(
        &self,
        id: &str,
        slot: Option<&Slot>,
        code: &OneTimeCode,
        now: Timestamp,
    ) -> bool {
        let awaited = slot.and_then(|slot| slot.awaited(now));
        let sent_at = slot.map_or(now, |slot| slot.sent_at).micros().to_string();
        let tag = URL_SAFE_NO_PAD.decode(awaited.unwrap_or_default());
        let message = joined(&["digest", id, &sent_at, code.reveal()]);
        let fits = hmac::verify(&self.0, &message, &tag.unwrap_or_default()).is_ok();
        fits && awaited.is_some()
    }

    fn seal(&self, parts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, &joined(parts)))
    }
}

/// Parts with their lengths, so that no two lists are the same text.
fn joined(parts: &[&str]) -> Vec<u8> {
    let mut joined = Vec::new();
    for part in parts {
        joined.extend_from_slice(&(part.len() as u64).to_be_bytes());
        joined.extend_from_slice(part.as_bytes());
    }
    joined
}

async fn keep(unit: &mut UnitOfWork, fresh: &str) -> Result<(), store::Error> {
    let now = unit.now();
    Ok(secrets::keep_first(unit.sql(), PEPPER, fresh, now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000);

    fn slot(pepper: &Pepper, code: &OneTimeCode) -> Slot {
        let mut slot = Slot::empty(NOW);
        slot.fill(pepper.digest("slot", NOW, code), None, NOW);
        slot
    }

    #[test]
    fn codes_are_six_digits() {
        for _ in 0..1000 {
            let code = OneTimeCode::generate();
            assert!(OneTimeCode::parse(code.reveal()).is_some());
        }
        for text in ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"] {
            assert!(OneTimeCode::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_code_fits_its_slot_and_its_pepper_only() {
        let (pepper, other) = (Pepper::of(b"one"), Pepper::of(b"another"));
        let code = OneTimeCode::parse("493021").unwrap();
        let wrong = OneTimeCode::parse("493022").unwrap();
        let slot = slot(&pepper, &code);
        assert!(pepper.fits("slot", Some(&slot), &code, NOW));
        assert!(!pepper.fits("slot", Some(&slot), &wrong, NOW));
        assert!(!pepper.fits("another", Some(&slot), &code, NOW));
        assert!(!other.fits("slot", Some(&slot), &code, NOW));
        assert!(!pepper.fits("slot", None, &code, NOW));
    }

    #[test]
    fn what_is_stored_shows_neither_code_nor_address() {
        let pepper = Pepper::of(b"one");
        let code = OneTimeCode::parse("493021").unwrap();
        assert!(!slot(&pepper, &code).digest.unwrap().contains("493021"));
        let email = Email::parse("asha@example.com").unwrap();
        let places = [
            pepper.sign_ins_of(&email),
            pepper.codes_of(&email),
            pepper.slot_of(Purpose::Register, &email),
            pepper.slot_of(Purpose::Reset, &email),
        ];
        for (at, place) in places.iter().enumerate() {
            assert!(!place.contains("asha"));
            assert!(!places[at + 1..].contains(place));
        }
    }
}
