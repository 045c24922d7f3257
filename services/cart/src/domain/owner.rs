//! Whose a cart is: a user's, who shows a token, or a guest's, who is known by nothing but an id that nobody can guess.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use shared_events::{CartId, UserId};
use uuid::{Uuid, Variant};

/// What a guest's id begins with.
const GUEST: &str = "guest-";

/// Whose a cart is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Somebody with an account.
    User(UserId),
    /// Whoever knows this.
    Guest(GuestId),
}

/// What a guest has instead of an account: a random UUID, version 4 or 7. Whoever knows it has the cart, so it is never told to
/// anybody, not even in logs: see [`GuestId::cart_id`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GuestId(Uuid);

/// The text names neither a user nor a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the id of a user, or guest- and a random UUID (version 4 or 7)")]
pub struct NobodysId;

impl Owner {
    /// Which cart is theirs.
    #[must_use]
    pub fn cart_id(self) -> CartId {
        match self {
            Self::User(id) => CartId::from_uuid(id.as_uuid()),
            Self::Guest(id) => id.cart_id(),
        }
    }

    /// The account, if there is one.
    #[must_use]
    pub fn user_id(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Guest(_) => None,
        }
    }
}

impl GuestId {
    /// Under which id the guest's cart is kept and spoken of to others: made of the guest's own, and leading no way back to it. Its
    /// version of UUID (8) is none that ids of users have.
    #[must_use]
    pub fn cart_id(self) -> CartId {
        let digest = Sha256::new()
            .chain_update(b"cart of a guest\n")
            .chain_update(self.0.as_bytes())
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        CartId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl FromStr for GuestId {
    type Err = NobodysId;

    fn from_str(text: &str) -> Result<Self, NobodysId> {
        let id = text
            .strip_prefix(GUEST)
            .filter(|id| id.len() == 36)
            .and_then(|id| Uuid::try_parse(id).ok())
            .ok_or(NobodysId)?;
        if id.get_variant() == Variant::RFC4122 && matches!(id.get_version_num(), 4 | 7) {
            Ok(Self(id))
        } else {
            Err(NobodysId)
        }
    }
}

impl FromStr for Owner {
    type Err = NobodysId;

    fn from_str(text: &str) -> Result<Self, NobodysId> {
        if text.starts_with(GUEST) {
            return text.parse().map(Self::Guest);
        }
        text.parse().map(Self::User).map_err(|_| NobodysId)
    }
}

impl fmt::Debug for GuestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("guest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_have_random_ids() {
        for good in [
            "guest-0b37c1a5-3c8f-4d43-9a6b-2f1de26bb6f1",
            "guest-019a8b7e-52a3-7c1e-8f00-0123456789ab",
        ] {
            assert!(matches!(good.parse(), Ok(Owner::Guest(_))), "{good}");
        }
        for bad in [
            "guest-",
            "guest-1",
            "guest-00000000-0000-0000-0000-000000000000",
            "guest-f47ac10b-58cc-1372-8567-0e02b2c3d479",
            "guest-f47ac10b-58cc-5372-8567-0e02b2c3d479",
            "guest-0b37c1a53c8f4d439a6b2f1de26bb6f1",
            "guest-{0b37c1a5-3c8f-4d43-9a6b-2f1de26bb6f1}",
            "nobody",
            "",
        ] {
            assert_eq!(bad.parse::<Owner>(), Err(NobodysId), "{bad}");
        }
    }

    #[test]
    fn the_cart_of_a_guest_does_not_tell_the_guests_id_and_is_no_users() {
        let user = UserId::new();
        let guest: GuestId = format!("guest-{user}").parse().unwrap();
        let cart = guest.cart_id();
        assert_ne!(cart, Owner::User(user).cart_id());
        assert_eq!(cart.as_uuid().get_version_num(), 8);
        assert_eq!(cart, guest.cart_id());
        assert!(!format!("{:?}", Owner::Guest(guest)).contains(&user.to_string()));
    }
}
