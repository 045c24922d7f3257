//! A notification as it is shown.

use revcart_http_edge::{Answer, Identity, Page, PageRequest};
use serde::Serialize;
use shared_events::{NotificationId, OrderId, Timestamp};
use utoipa::ToSchema;

use crate::app::App;
use crate::store::notices::{self, Kept, Wanted};

/// A notification.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification {
    notification_id: NotificationId,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    /// What worded it.
    template: String,
    /// One line.
    title: String,
    text: String,
    read: bool,
    at: Timestamp,
}

impl From<Kept> for Notification {
    fn from(notice: Kept) -> Self {
        Self {
            notification_id: notice.id,
            order_id: notice.order_id,
            template: notice.template,
            title: notice.title,
            text: notice.text,
            read: notice.is_read,
            at: notice.at,
        }
    }
}

/// A page of the caller's own list.
pub(super) async fn page(
    app: &App,
    identity: &Identity,
    request: &PageRequest,
    unread: bool,
) -> Answer<Page<Notification>> {
    let wanted = Wanted {
        user: identity.user_id()?,
        unread,
        before: request.after()?,
        limit: request.fetch(),
    };
    let notices = notices::page(&app.database, wanted).await?;
    Ok(Page::of(notices, request, |last| last.id).map(Notification::from))
}
