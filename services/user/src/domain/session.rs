//! Sessions: a family of refresh tokens, of which only the youngest is good.
//!
//! A refresh token is `<session>.<secret>`. The session keeps the digest of its current secret alone; every use replaces it.
//! A secret that is not the current one was used before, so somebody holds a copy: the whole family ends.

use shared_events::{Timestamp, UserId};

/// SHA-256 of a refresh token's secret, in hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct Digest(pub String);

/// A session as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub user_id: UserId,
    /// Digest of the one secret that is good now.
    pub digest: Digest,
    /// When it ends unless it is refreshed.
    pub expires_at: Timestamp,
    /// When it was ended early.
    pub revoked_at: Option<Timestamp>,
}

/// What a refresh token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// It is the current one: give out the next.
    Good,
    /// It was replaced before: end the session.
    Reused,
    /// The session has ended.
    Ended,
}

impl Session {
    /// Judges a token of this session by the digest of its secret.
    #[must_use]
    pub fn judge(&self, presented: &Digest, now: Timestamp) -> Worth {
        if self.revoked_at.is_some() || self.expires_at <= now {
            Worth::Ended
        } else if self.digest == *presented {
            Worth::Good
        } else {
            Worth::Reused
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session {
            user_id: UserId::new(),
            digest: Digest("now".into()),
            expires_at: Timestamp::from_micros(100),
            revoked_at: None,
        }
    }

    #[test]
    fn the_current_secret_is_good_until_the_session_ends() {
        assert_eq!(
            session().judge(&Digest("now".into()), Timestamp::from_micros(99)),
            Worth::Good
        );
        assert_eq!(
            session().judge(&Digest("now".into()), Timestamp::from_micros(100)),
            Worth::Ended
        );
    }

    #[test]
    fn another_secret_is_a_reused_one() {
        assert_eq!(
            session().judge(&Digest("before".into()), Timestamp::from_micros(1)),
            Worth::Reused
        );
    }

    #[test]
    fn a_revoked_session_stays_ended() {
        let revoked = Session {
            revoked_at: Some(Timestamp::from_micros(5)),
            ..session()
        };
        assert_eq!(
            revoked.judge(&Digest("now".into()), Timestamp::from_micros(6)),
            Worth::Ended
        );
        assert_eq!(
            revoked.judge(&Digest("before".into()), Timestamp::from_micros(6)),
            Worth::Ended
        );
    }
}
