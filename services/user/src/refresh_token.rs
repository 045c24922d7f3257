//! Refresh tokens on the wire: `<session id>.<secret>`. Only the digest of the secret is ever stored.

use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::domain::session::Digest;

/// Random octets in a secret: 256 bits, so that a fast digest is enough.
const SECRET_OCTETS: usize = 32;

/// A refresh token, given out or presented.
pub(crate) struct RefreshToken {
    /// Which session it belongs to.
    pub(crate) session: Uuid,
    secret: String,
}

impl RefreshToken {
    /// A fresh secret for a session.
    pub(crate) fn generate(session: Uuid) -> Self {
        let mut octets = [0_u8; SECRET_OCTETS];
        rand::fill(&mut octets)
            .expect("the system's random source works, or nothing cryptographic does");
        Self {
            session,
            secret: URL_SAFE_NO_PAD.encode(octets),
        }
    }

    /// What a client presents; `None` if it is no refresh token of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (session, secret) = text.split_once('.')?;
        let session = Uuid::try_parse(session).ok()?;
        let octets = URL_SAFE_NO_PAD.decode(secret).ok()?;
        (octets.len() == SECRET_OCTETS).then(|| Self {
            session,
            secret: secret.to_owned(),
        })
    }

    /// What is stored of it.
    pub(crate) fn digest(&self) -> Digest {
        Digest(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.secret.as_bytes())))
    }

    /// What the client is given.
    pub(crate) fn reveal(&self) -> String {
        format!("{}.{}", self.session.simple(), self.secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_wire() {
        let token = RefreshToken::generate(Uuid::now_v7());
        let back = RefreshToken::parse(&token.reveal()).unwrap();
        assert_eq!(back.session, token.session);
        assert!(back.digest() == token.digest());
        assert!(!token.reveal().contains(&token.digest().0));
    }

    #[test]
    fn two_tokens_of_a_session_differ() {
        let session = Uuid::now_v7();
        assert!(
            RefreshToken::generate(session).digest() != RefreshToken::generate(session).digest()
        );
    }

    #[test]
    fn what_is_no_token_is_not_taken_for_one() {
        let token = RefreshToken::generate(Uuid::now_v7()).reveal();
        for text in [
            "",
            ".",
            "abc",
            &token[..token.len() - 2],
            &token.replace('.', ""),
            &format!("{token}AAAA"),
        ] {
            assert!(RefreshToken::parse(text).is_none(), "{text}");
        }
    }
}
