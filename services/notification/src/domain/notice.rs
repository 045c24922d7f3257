//! Something that somebody is told.

use serde::{Deserialize, Serialize};
use shared_events::{Channel, NotificationId, OrderId, Timestamp, UserId};

use super::{Template, Way, Wording};

/// Where that which goes out because of a notice stands: its mail, or the message that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DispatchStatus {
    /// Nothing does.
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

impl DispatchStatus {
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
/// A text or push message is a notice of its own, which stands in no list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id; also the mail's `Message-ID`.
    pub id: NotificationId,
    /// Whose list it stands in.
    pub user_id: Option<UserId>,
    /// Whose news it is, also if it stands in no list.
    pub recipient_id: Option<UserId>,
    /// The order it is about.
    pub order_id: Option<OrderId>,
    /// In which way it goes out.
    pub way: Way,
    /// What worded it.
    pub template: Template,
    /// One line.
    pub title: String,
    /// All of it.
    pub text: String,
    /// The same for a mail in HTML.
    pub html: String,
    /// Where it goes out to.
    pub to: Option<String>,
    /// When it came up.
    pub at: Timestamp,
}

/// Something to send: a mail, a text message, a push message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// The notice's id.
    pub id: NotificationId,
    /// Whose news it is.
    pub user_id: Option<UserId>,
    /// In which way it goes out.
    pub channel: Channel,
    /// The name of the template that worded it.
    pub template: String,
    /// The address, the telephone number or the user.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same in HTML, for a mail.
    pub html: Option<String>,
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
            recipient_id: None,
            order_id: None,
            way: Way::Email,
            template,
            title: wording.title,
            text: wording.text,
            html: wording.html,
            to: None,
            at,
        }
    }

    /// The same news as a message of its own, to `to`. What is no secret is short enough in its title.
    #[must_use]
    pub fn by(&self, way: Way, to: String) -> Self {
        let text = match way {
            Way::Sms if !self.template.is_secret() => self.title.clone(),
            Way::Email | Way::Sms | Way::Push => self.text.clone(),
        };
        Self {
            id: NotificationId::new(),
            user_id: None,
            way,
            text,
            html: String::new(),
            to: Some(to),
            ..self.clone()
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

    /// The HTML to keep, if there is any.
    #[must_use]
    pub fn html(&self) -> Option<String> {
        (self.to.is_some() && !self.html.is_empty()).then(|| self.html.clone())
    }

    /// What goes out because of it, if anything does.
    #[must_use]
    pub fn dispatch(&self) -> Option<Dispatch> {
        Some(Dispatch {
            id: self.id,
            user_id: self.recipient_id,
            channel: self.way.channel(),
            template: self.template.name().to_owned(),
            to: self.to.clone()?,
            subject: self.title.clone(),
            text: self.text.clone(),
            html: self.html(),
            at: self.at,
            attempts: 0,
        })
    }
}
