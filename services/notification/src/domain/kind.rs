//! Kinds of news, and in which ways somebody wants each of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared_events::Channel;
use utoipa::ToSchema;

/// A kind of news that people decide about as a whole.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The account and what protects it: transactional.
    Account,
    /// What becomes of orders and their money: transactional.
    Orders,
    /// Where an order is on its way.
    Deliveries,
    /// What was left in a cart.
    Reminders,
    /// For admins: what runs low.
    Stock,
    /// Letters to suppliers: business with people who have no account, so nobody's choice.
    #[serde(skip)]
    Supply,
}

/// A way of telling that people can choose. The list in the shop is not among them: it is part of the shop.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// By mail.
    Email,
    /// By text message.
    Sms,
    /// By push message.
    Push,
}

impl Kind {
    /// The kinds that people can decide about.
    pub const CHOICES: [Self; 5] = [
        Self::Account,
        Self::Orders,
        Self::Deliveries,
        Self::Reminders,
        Self::Stock,
    ];

    /// As in requests and links.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Orders => "orders",
            Self::Deliveries => "deliveries",
            Self::Reminders => "reminders",
            Self::Stock => "stock",
            Self::Supply => "supply",
        }
    }

    /// What it is about, for people.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Account => "your account and its security",
            Self::Orders => "your orders, payments and refunds",
            Self::Deliveries => "where your orders are",
            Self::Reminders => "what you left in your cart",
            Self::Stock => "products that run low",
            Self::Supply => "orders to suppliers",
        }
    }

    /// Whether its mails belong to something that the person has asked for: they cannot be switched off.
    #[must_use]
    pub fn is_transactional(self) -> bool {
        match self {
            Self::Account | Self::Orders | Self::Supply => true,
            Self::Deliveries | Self::Reminders | Self::Stock => false,
        }
    }
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Email, Self::Sms, Self::Push];

    /// The channel that it is.
    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::Email => Channel::Email,
            Self::Sms => Channel::Sms,
            Self::Push => Channel::Push,
        }
    }
}

/// What somebody has decided; what they have not decided is as by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences(BTreeMap<(Kind, Way), bool>);

/// One decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// About what.
    pub kind: Kind,
    /// In which way.
    pub channel: Way,
    /// Whether it is wanted.
    pub enabled: bool,
}

impl Preferences {
    /// These decisions, later ones before earlier ones about the same; those that are nobody's to make are left out.
    #[must_use]
    pub fn of(choices: impl IntoIterator<Item = Choice>) -> Self {
        let mut preferences = Self::default();
        for choice in choices {
            preferences.choose(choice);
        }
        preferences
    }

    /// Decides one thing.
    pub fn choose(&mut self, choice: Choice) {
        if Self::can_choose(choice.kind, choice.channel) {
            self.0.insert((choice.kind, choice.channel), choice.enabled);
        }
    }

    /// Whether it can be switched off: transactional mails cannot, and letters to suppliers are nobody's choice.
    #[must_use]
    pub fn can_choose(kind: Kind, way: Way) -> bool {
        kind != Kind::Supply && !(kind.is_transactional() && way == Way::Email)
    }

    /// Whether news of this kind is wanted in this way. By default mails are, text and push messages are not.
    #[must_use]
    pub fn wants(&self, kind: Kind, way: Way) -> bool {
        let decided = self.0.get(&(kind, way)).copied();
        decided.unwrap_or(way == Way::Email)
    }

    /// What was decided, in a fixed order.
    pub fn choices(&self) -> impl Iterator<Item = Choice> {
        self.0.iter().map(|(&(kind, channel), &enabled)| Choice {
            kind,
            channel,
            enabled,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(kind: Kind, channel: Way, enabled: bool) -> Choice {
        Choice {
            kind,
            channel,
            enabled,
        }
    }

    #[test]
    fn transactional_mails_cannot_be_switched_off() {
        let preferences = Preferences::of(
            [Kind::Account, Kind::Orders, Kind::Supply].map(|kind| choice(kind, Way::Email, false)),
        );
        assert_eq!(preferences, Preferences::default());
        assert!(preferences.wants(Kind::Orders, Way::Email));
    }

    #[test]
    fn mails_come_unless_refused_and_other_messages_if_asked_for() {
        let mut preferences = Preferences::default();
        for kind in Kind::CHOICES {
            assert!(preferences.wants(kind, Way::Email));
            assert!(!preferences.wants(kind, Way::Sms) && !preferences.wants(kind, Way::Push));
        }
        preferences.choose(choice(Kind::Reminders, Way::Email, false));
        preferences.choose(choice(Kind::Orders, Way::Sms, true));
        assert!(!preferences.wants(Kind::Reminders, Way::Email));
        assert!(preferences.wants(Kind::Orders, Way::Sms));
        assert_eq!(Preferences::of(preferences.choices()), preferences);
    }
}
