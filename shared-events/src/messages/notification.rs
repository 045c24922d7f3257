//! What notification-service says about what people were told, and what it is told to tell them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    NotificationId, Parameters, UserId,
    message::{Superseded, command, event, superseded},
    messages::wire_words,
};

wire_words! {
    /// The way in which somebody is told.
    Channel {
        /// By mail.
        Email = "email",
        /// In the list of notifications in the shop, which also goes out over WebSocket.
        InApp = "in_app",
        /// Over WebSocket to those who look on, and kept nowhere.
        Websocket = "websocket",
        /// By text message to a telephone.
        Sms = "sms",
        /// By a push message to the devices of a user.
        Push = "push",
    }
}

wire_words! {
    /// [`Channel`] before there were text and push messages.
    ChannelV1 {
        /// By mail.
        Email = "email",
        /// In the list of notifications in the shop, which also goes out over WebSocket.
        InApp = "in_app",
        /// Over WebSocket to those who look on, and kept nowhere.
        Websocket = "websocket",
    }
}

impl From<ChannelV1> for Channel {
    fn from(old: ChannelV1) -> Self {
        match old {
            ChannelV1::Email => Self::Email,
            ChannelV1::InApp => Self::InApp,
            ChannelV1::Websocket => Self::Websocket,
        }
    }
}

wire_words! {
    /// What became of it.
    NotificationOutcome {
        /// Handed on.
        Sent = "sent",
        /// The address does not exist.
        Bounced = "bounced",
        /// Given up.
        Failed = "failed",
    }
}

/// Somebody was told something, or could not be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSent {
    /// The notification.
    pub notification_id: NotificationId,
    /// Who; absent for somebody without a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// In which way.
    pub channel: Channel,
    /// Which text.
    pub template: String,
    /// What became of it.
    pub outcome: NotificationOutcome,
}

event!(Notification v2 NotificationSent { subject: notification_id });

/// [`NotificationSent`] before there were text and push messages. Nothing writes it any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSentV1 {
    /// The notification.
    pub notification_id: NotificationId,
    /// Who; absent for somebody without a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// In which way.
    pub channel: ChannelV1,
    /// Which text.
    pub template: String,
    /// What became of it.
    pub outcome: NotificationOutcome,
}

superseded!(Notification v1 NotificationSentV1 is NotificationSent { subject: notification_id });

impl Superseded for NotificationSentV1 {
    type Current = NotificationSent;

    fn upcast(self) -> NotificationSent {
        NotificationSent {
            notification_id: self.notification_id,
            user_id: self.user_id,
            channel: self.channel.into(),
            template: self.template,
            outcome: self.outcome,
        }
    }
}

/// Whom to tell. A user is known to notification-service by id; for others the address stands here.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Recipient {
    /// The user, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// How to address them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where mails go, if not where the user's go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where text messages go, if not where the user's go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl fmt::Display for Recipient {
    /// The id of the user, or `guest`: nothing that tells who it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.user_id {
            Some(user) => user.fmt(f),
            None => f.write_str("guest"),
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// Tell somebody something that no event speaks of, a one-time code for example. Answered by [`NotificationSent`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendNotification {
    /// Whom.
    pub to: Recipient,
    /// In which way.
    pub channel: Channel,
    /// Which text.
    pub template: String,
    /// What it is filled with.
    pub parameters: Parameters,
}

command!(Notification v2 SendNotification {
    subject: to,
    secrets: ["parameters"],
    replies: [NotificationSent]
});

/// [`SendNotification`] before there were text and push messages. Nothing writes it any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendNotificationV1 {
    /// Whom.
    pub to: Recipient,
    /// In which way.
    pub channel: ChannelV1,
    /// Which text.
    pub template: String,
    /// What it is filled with.
    pub parameters: Parameters,
}

superseded!(Notification v1 SendNotificationV1 is SendNotification { subject: to, secrets: ["parameters"] });

impl Superseded for SendNotificationV1 {
    type Current = SendNotification;

    fn upcast(self) -> SendNotification {
        SendNotification {
            to: self.to,
            channel: self.channel.into(),
            template: self.template,
            parameters: self.parameters,
        }
    }
}
