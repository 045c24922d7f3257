//! Something that somebody is told.

use serde::{Deserialize, Serialize};
use shared_events::{NotificationId, OrderId, Timestamp, UserId};

use super::{Template, Wording};

/// Where the mail of a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailStatus {
    /// There is none.
    None,
    /// It is to be sent.
    Pending,
    /// It has been handed on.
    Sent,
    /// The address does not exist.
    Bounced,
    /// Given up.
    Failed,
}

impl MailStatus {
    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Pending => "PENDING",
            Self::Sent => "SENT",
            Self::Bounced => "BOUNCED",
            Self::Failed => "FAILED",
        }
    }
}

/// Something to tell a user who looks on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// Whom.
    pub user: UserId,
    /// Where it stands in their list; `None` if it does not.
    pub notice: Option<NotificationId>,
    /// As it goes over the WebSocket.
    pub text: String,
}

/// A notice as it goes over the WebSocket; the same fields as in the list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line<'a> {
    pub(crate) notification_id: NotificationId,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) template: &'a str,
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
    pub(crate) at: Timestamp,
}

impl News {
    pub(crate) fn of(user: UserId, line: &Line<'_>) -> Self {
        Self {
            user,
            notice: Some(line.notification_id),
            text: serde_json::to_string(line).expect("a line is plain data"),
        }
    }
}

/// One piece of news for one person: it stands in their list if they have a login, and goes out by mail if it has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id; also the mail's `Message-ID`.
    pub id: NotificationId,
    /// Whose list it stands in.
    pub user_id: Option<UserId>,
    /// The order it is about.
    pub order_id: Option<OrderId>,
    /// What worded it.
    pub template: Template,
    /// One line.
    pub title: String,
    /// All of it.
    pub text: String,
    /// Where it is mailed to.
    pub mail_to: Option<String>,
    /// When it came up.
    pub at: Timestamp,
}

/// A mail to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The notice's id.
    pub id: NotificationId,
    /// Whose news it is.
    pub user_id: Option<UserId>,
    /// The name of the template that worded it.
    pub template: String,
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// When it was written.
    pub at: Timestamp,
    /// How often sending has failed.
    pub attempts: u32,
}

impl Notice {
    /// A notice worded by `template`.
    #[must_use]
    pub fn new(template: Template, wording: Wording, at: Timestamp) -> Self {
        Self {
            id: NotificationId::new(),
            user_id: None,
            order_id: None,
            template,
            title: wording.title,
            text: wording.text,
            mail_to: None,
            at,
        }
    }

    /// As its user is told it live; `None` for who has no login.
    #[must_use]
    pub fn news(&self) -> Option<News> {
        let line = Line {
            notification_id: self.id,
            order_id: self.order_id,
            template: self.template.name(),
            title: &self.title,
            text: &self.text,
            at: self.at,
        };
        Some(News::of(self.user_id?, &line))
    }

    /// The mail it goes out as, if it does.
    #[must_use]
    pub fn mail(&self) -> Option<Mail> {
        Some(Mail {
            id: self.id,
            user_id: self.user_id,
            template: self.template.name().to_owned(),
            to: self.mail_to.clone()?,
            subject: self.title.clone(),
            text: self.text.clone(),
            at: self.at,
            attempts: 0,
        })
    }
}
