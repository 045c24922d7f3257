//! Links by which somebody ends mails of a kind, without signing in: they carry who and what, signed. They last as long as the
//! key does, for a letter may lie about for years.

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use revcart_persistence::Database;
use revcart_runtime::config::Secret;
use shared_events::UserId;
use uuid::Uuid;

use crate::domain::Kind;
use crate::store::{Error, keys};

/// What the key is called in the database.
const KEY: &str = "unsubscribe";
/// What else is ever signed with the key is not taken for such a link.
const PURPOSE: &[u8] = b"revcart unsubscribe v1";
const ID: usize = 16;
const TAG: usize = 32;

/// Makes links and reads them.
pub(crate) struct Links {
    key: hmac::Key,
    base: String,
}

impl Links {
    /// With the key that was given, or the one that the replicas share.
    pub(crate) async fn open(
        database: &Database,
        given: Option<&Secret>,
        base: &str,
    ) -> Result<Self, Error> {
        let key = match given {
            Some(key) => key.expose().to_owned(),
            None => keys::find_or_keep(database, KEY, random_key()).await?,
        };
        Ok(Self::with_key(key.as_bytes(), base))
    }

    pub(crate) fn with_key(key: &[u8], base: &str) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            base: format!("{base}/api/notifications/unsubscribe?token="),
        }
    }

    /// The link that ends mails of this kind to this user; none where they cannot be ended.
    pub(crate) fn unsubscribe(&self, user: Option<UserId>, kind: Kind) -> Option<String> {
        let user = user.filter(|_| !kind.is_transactional())?;
        Some(format!("{}{}", self.base, self.token(user, kind)))
    }

    fn token(&self, user: UserId, kind: Kind) -> String {
        let mut token = user.as_uuid().as_bytes().to_vec();
        token.extend(kind.as_str().as_bytes());
        let tag = hmac::sign(&self.key, &signed(&token));
        token.extend(tag.as_ref());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whose mails of which kind a link ends; `None` if it is none of ours.
    pub(crate) fn read(&self, token: &str) -> Option<(UserId, Kind)> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, tag) = token.split_at_checked(token.len().checked_sub(TAG)?)?;
        hmac::verify(&self.key, &signed(said), tag).ok()?;
        let (id, kind) = said.split_at_checked(ID)?;
        let user = UserId::from_uuid(Uuid::from_slice(id).ok()?);
        let kind = Kind::CHOICES
            .into_iter()
            .find(|known| known.as_str().as_bytes() == kind)?;
        Some((user, kind))
    }
}

fn signed(said: &[u8]) -> Vec<u8> {
    [PURPOSE, &[0], said].concat()
}

fn random_key() -> String {
    let mut key = [0; 32];
    rand::fill(&mut key).expect("the system has randomness");
    URL_SAFE_NO_PAD.encode(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(key: &str) -> Links {
        Links::with_key(key.as_bytes(), "https://shop.example.com")
    }

    #[test]
    fn a_link_says_who_and_what_and_nobody_else_can_make_one() {
        let ours = links("a key of thirty-two characters !");
        let ann = UserId::new();
        let link = ours.unsubscribe(Some(ann), Kind::Reminders).unwrap();
        let token = link
            .strip_prefix("https://shop.example.com/api/notifications/unsubscribe?token=")
            .unwrap();
        assert_eq!(ours.read(token), Some((ann, Kind::Reminders)));
        assert_eq!(links("another key of thirty-two chars!").read(token), None);
        for (place, _) in token.char_indices() {
            let other = if token.as_bytes()[place] == b'A' {
                "B"
            } else {
                "A"
            };
            let mut forged = token.to_owned();
            forged.replace_range(place..=place, other);
            assert!(
                !matches!(ours.read(&forged), Some((user, _)) if user != ann),
                "{forged}"
            );
        }
        for nonsense in ["", "A", "no token", &token[1..], &format!("{token}AAAA")] {
            assert_eq!(ours.read(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn there_is_no_link_where_mails_cannot_be_ended() {
        let ours = links("a key of thirty-two characters !");
        assert_eq!(ours.unsubscribe(Some(UserId::new()), Kind::Orders), None);
        assert_eq!(ours.unsubscribe(None, Kind::Reminders), None);
    }
}
