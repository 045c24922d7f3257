//! Password hashing: argon2id, always on threads of its own, never more at once than are allowed.
//!
//! A hash takes 19 MiB and some ten milliseconds of a core, so both how many run and how many wait are bounded: what
//! comes on top is turned away at once instead of timing out later.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

use crate::domain::Password;

/// Hashes that may wait for a thread.
const MOST_WAITING: usize = 256;
/// What stands in for the salt of an account that does not exist.
const NOBODYS_SALT: &[u8] = b"nobody's account";

/// How much work a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// argon2id with 19 MiB, two passes, one lane: OWASP Password Storage Cheat Sheet.
    pub const OWASP: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
    /// As little as the algorithm allows: for tests only.
    pub const LEAST: Self = Self {
        memory_kib: 8,
        passes: 1,
    };
}

/// How many passwords have been hashed, to choose one or to check one. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct HashCount(Arc<AtomicU64>);

impl HashCount {
    /// So many.
    #[must_use]
    pub fn so_far(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Why a password could not be worked on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Too many wait already.
    #[error("too many passwords wait to be hashed")]
    Busy,
    /// The algorithm refused: a bug, or a stored hash that is none.
    #[error("password hashing failed: {0}")]
    Algorithm(String),
}

/// What a check of a password found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is right. A hash that was made with another cost comes with its replacement.
    Right {
        /// The hash to store from now on, if another.
        rehashed: Option<String>,
    },
    /// It is wrong, or there is no such account.
    Wrong,
}

/// Hashes and checks passwords. Clones share the same bounds.
#[derive(Clone)]
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    count: HashCount,
}

impl Passwords {
    /// At most `at_once` hashes run at the same time.
    ///
    /// # Errors
    /// [`Error::Algorithm`] if the algorithm does not work at this cost.
    pub(crate) fn new(cost: Cost, at_once: usize) -> Result<Self, Error> {
        let params = Params::new(
            cost.memory_kib,
            cost.passes,
            1,
            Some(Params::DEFAULT_OUTPUT_LEN),
        )
        .map_err(refused)?;
        Ok(Self {
            argon2: Argon2::from(params),
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once + MOST_WAITING)),
            count: HashCount::default(),
        })
    }

    /// The same, counted by `count`.
    pub(crate) fn counted_by(self, count: HashCount) -> Self {
        Self { count, ..self }
    }

    /// A PHC string with a salt of its own.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, Error> {
        self.work(move |argon2| hash(argon2, &password)).await
    }

    /// Checks a password against the stored PHC string; without one it takes just as long and finds it wrong.
    pub(crate) async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
    ) -> Result<Verdict, Error> {
        self.work(move |argon2| match stored {
            Some(stored) => verify(argon2, &password, &stored),
            None => argon2
                .hash_password_with_salt(password.expose(), NOBODYS_SALT)
                .map(|_: PasswordHash| Verdict::Wrong)
                .map_err(refused),
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Argon2<'static>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| Error::Busy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(refused)?;
        let argon2 = self.argon2.clone();
        self.count.add_one();
        tokio::task::spawn_blocking(move || {
            // Held until the work is done, even if the caller has gone away.
            let _places = (admitted, running);
            job(&argon2)
        })
        .await
        .map_err(refused)?
    }
}

/// What stands in the place of a hash where no password is to be right: like `hash` to look at, with octets that come of none.
/// Costs nothing, so that nothing is seen of it in the time that an answer takes.
pub(crate) fn fits_nothing(hash: &str) -> String {
    let mut octets = [0_u8; Params::DEFAULT_OUTPUT_LEN];
    rand::fill(&mut octets)
        .expect("the system's random source works, or nothing cryptographic does");
    let (made_with, _) = hash.rsplit_once('$').unwrap_or_default();
    format!("{made_with}${}", STANDARD_NO_PAD.encode(octets))
}

fn hash(argon2: &Argon2<'static>, password: &Password) -> Result<String, Error> {
    argon2
        .hash_password(password.expose())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(refused)
}

fn verify(argon2: &Argon2<'static>, password: &Password, stored: &str) -> Result<Verdict, Error> {
    let stored = PasswordHash::new(stored).map_err(refused)?;
    match argon2.verify_password(password.expose(), &stored) {
        Ok(()) => {
            let same_cost =
                Params::try_from(&stored).is_ok_and(|params| params == *argon2.params());
            let rehashed = if same_cost {
                None
            } else {
                Some(hash(argon2, password)?)
            };
            Ok(Verdict::Right { rehashed })
        }
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(error) => Err(refused(error)),
    }
}

fn refused(error: impl std::fmt::Display) -> Error {
    Error::Algorithm(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_and_no_other() {
        let passwords = Passwords::new(Cost::LEAST, 1).unwrap();
        let stored = passwords.hash(password("correct horse")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$"));
        let right = passwords
            .verify(password("correct horse"), Some(stored.clone()))
            .await
            .unwrap();
        assert_eq!(right, Verdict::Right { rehashed: None });
        assert_eq!(
            passwords
                .verify(password("battery staple"), Some(stored))
                .await
                .unwrap(),
            Verdict::Wrong
        );
        assert_eq!(
            passwords
                .verify(password("correct horse"), None)
                .await
                .unwrap(),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn what_fits_nothing_looks_like_a_hash_and_fits_nothing() {
        let passwords = Passwords::new(Cost::LEAST, 1).unwrap();
        let hash = passwords.hash(password("correct horse")).await.unwrap();
        let nobodys = fits_nothing(&hash);
        assert_eq!(nobodys.len(), hash.len());
        let verdict = passwords.verify(password("correct horse"), Some(nobodys));
        assert_eq!(verdict.await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn the_same_password_never_hashes_alike() {
        let passwords = Passwords::new(Cost::LEAST, 1).unwrap();
        assert_ne!(
            passwords.hash(password("correct horse")).await.unwrap(),
            passwords.hash(password("correct horse")).await.unwrap()
        );
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_replaced_at_the_next_check() {
        let before = Passwords::new(Cost::LEAST, 1).unwrap();
        let after = Passwords::new(
            Cost {
                memory_kib: 16,
                passes: 1,
            },
            1,
        )
        .unwrap();
        let stored = before.hash(password("correct horse")).await.unwrap();
        let Verdict::Right {
            rehashed: Some(fresh),
        } = after
            .verify(password("correct horse"), Some(stored))
            .await
            .unwrap()
        else {
            panic!("not replaced");
        };
        assert!(fresh.contains("m=16,t=1,p=1"), "{fresh}");
        assert_eq!(
            after
                .verify(password("correct horse"), Some(fresh))
                .await
                .unwrap(),
            Verdict::Right { rehashed: None }
        );
    }

    #[tokio::test]
    async fn who_would_wait_too_long_is_turned_away() {
        let passwords = Passwords::new(Cost::LEAST, 1).unwrap();
        let _all = passwords
            .admitted
            .clone()
            .try_acquire_many_owned(257)
            .unwrap();
        assert!(matches!(
            passwords.hash(password("correct horse")).await,
            Err(Error::Busy)
        ));
    }

    #[test]
    fn the_owasp_cost_is_what_the_hashes_carry() {
        let argon2 =
            Argon2::from(Params::new(Cost::OWASP.memory_kib, Cost::OWASP.passes, 1, None).unwrap());
        let stored = hash(&argon2, &password("correct horse")).unwrap();
        assert!(stored.contains("m=19456,t=2,p=1"), "{stored}");
    }
}
