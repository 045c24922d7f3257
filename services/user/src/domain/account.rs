//! Accounts: who somebody is, what they may do, whether they may come in.

use shared_events::{
    AddressId, Contact, Role, Timestamp, UserId, UserProfileUpdated, UserRegistered,
};

use super::Email;

/// Whether an account may be used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It may.
    Active,
    /// An admin has closed it.
    Suspended,
    /// Its owner has closed it; an admin may open it again.
    Deactivated,
}

/// One person's account, without its password.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Identity.
    pub id: UserId,
    /// The address they sign in with; unique.
    pub email: Email,
    /// What they want to be called.
    pub name: String,
    /// Where they can be called.
    pub phone: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether they may come in.
    pub status: Status,
    /// Whether they have shown that the address is theirs.
    pub verified: bool,
    /// The address that is offered first at checkout.
    pub default_address: Option<AddressId>,
    /// Since when mail to them comes back.
    pub email_bounced_at: Option<Timestamp>,
    /// Grows with every change that others are told of, from 1 on.
    pub version: u32,
    /// When they registered.
    pub created_at: Timestamp,
}

/// Why somebody with the right password may not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// An admin has closed the account.
    #[error("this account is suspended")]
    Suspended,
    /// Its owner has closed it: to the outside it does not exist.
    #[error("this account is closed")]
    Deactivated,
    /// The address has not been verified.
    #[error("the e-mail address of this account is not verified yet")]
    Unverified,
}

/// What a person may change about themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The new name.
    pub name: String,
    /// The new telephone number; `None` takes it away.
    pub phone: Option<String>,
}

impl Account {
    /// Whether this account may be signed in to.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(&self, verification_required: bool) -> Result<(), Barred> {
        match self.status {
            Status::Suspended => Err(Barred::Suspended),
            Status::Deactivated => Err(Barred::Deactivated),
            Status::Active if verification_required && !self.verified => Err(Barred::Unverified),
            Status::Active => Ok(()),
        }
    }

    /// Takes a new profile over and names the fields that it changed, as they are called in messages.
    pub fn change_profile(&mut self, profile: Profile) -> Vec<String> {
        let mut changed = Vec::new();
        if self.name != profile.name {
            changed.push("name".to_owned());
            self.name = profile.name;
        }
        if self.phone != profile.phone {
            changed.push("phone".to_owned());
            self.phone = profile.phone;
        }
        if !changed.is_empty() {
            self.version += 1;
        }
        changed
    }

    /// Takes over the address that its owner has shown to be theirs, and says what others are told.
    pub fn change_email(&mut self, email: Email) -> UserProfileUpdated {
        self.email = email;
        self.verified = true;
        self.email_bounced_at = None;
        self.version += 1;
        self.profile_updated(vec!["email".to_owned()])
    }

    /// How to reach this person about an order.
    #[must_use]
    pub fn contact(&self) -> Contact {
        Contact {
            name: self.name.clone(),
            email: self.email.to_string(),
            phone: self.phone.clone(),
        }
    }

    /// What others are told when there is a new account.
    #[must_use]
    pub fn registered(&self) -> UserRegistered {
        UserRegistered {
            user_id: self.id,
            email: self.email.to_string(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            role: self.role,
            aggregate_version: self.version,
        }
    }

    /// What others are told when a profile has changed.
    #[must_use]
    pub fn profile_updated(&self, changed_fields: Vec<String>) -> UserProfileUpdated {
        UserProfileUpdated {
            user_id: self.id,
            email: self.email.to_string(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            changed_fields,
            aggregate_version: self.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account {
            id: UserId::new(),
            email: Email::parse("asha@example.com").unwrap(),
            name: "Asha".into(),
            phone: None,
            role: Role::Customer,
            status: Status::Active,
            verified: false,
            default_address: None,
            email_bounced_at: None,
            version: 1,
            created_at: Timestamp::from_micros(0),
        }
    }

    #[test]
    fn an_unverified_account_is_barred_only_where_verification_is_required() {
        assert_eq!(account().admit(false), Ok(()));
        assert_eq!(account().admit(true), Err(Barred::Unverified));
        assert_eq!(
            Account {
                verified: true,
                ..account()
            }
            .admit(true),
            Ok(())
        );
    }

    #[test]
    fn a_suspended_account_is_barred() {
        let suspended = Account {
            status: Status::Suspended,
            verified: true,
            ..account()
        };
        assert_eq!(suspended.admit(false), Err(Barred::Suspended));
    }

    #[test]
    fn a_closed_account_is_barred() {
        let closed = Account {
            status: Status::Deactivated,
            verified: true,
            ..account()
        };
        assert_eq!(closed.admit(false), Err(Barred::Deactivated));
    }

    #[test]
    fn a_new_address_is_a_verified_one_that_nothing_came_back_from() {
        let mut account = Account {
            email_bounced_at: Some(Timestamp::from_micros(7)),
            ..account()
        };
        let told = account.change_email(Email::parse("rao@example.com").unwrap());
        assert_eq!(
            (told.email.as_str(), told.aggregate_version),
            ("rao@example.com", 2)
        );
        assert_eq!(told.changed_fields, ["email"]);
        assert!(account.verified && account.email_bounced_at.is_none());
    }

    #[test]
    fn a_profile_names_only_what_it_changes() {
        let mut account = account();
        let same = Profile {
            name: "Asha".into(),
            phone: None,
        };
        assert!(account.change_profile(same).is_empty());
        let new = Profile {
            name: "Asha".into(),
            phone: Some("+91 98765 43210".into()),
        };
        assert_eq!(account.change_profile(new.clone()), ["phone"]);
        assert!(account.change_profile(new).is_empty());
        assert_eq!(account.version, 2);
    }
}
