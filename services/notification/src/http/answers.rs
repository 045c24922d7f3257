//! A notification as it is shown.

use revcart_http_edge::{Answer, Identity, Page, PageRequest};
use serde::Serialize;
use shared_events::{NotificationId, OrderId, Timestamp};

use crate::app::App;
use crate::store::{notices, notices::entity::Model};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification {
    notification_id: NotificationId,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<OrderId>,
    template: String,
    title: String,
    text: String,
    read: bool,
    at: Timestamp,
}

impl From<Model> for Notification {
    fn from(row: Model) -> Self {
        Self {
            notification_id: NotificationId::from_uuid(row.id),
            order_id: row.order_id.map(OrderId::from_uuid),
            at: row.at(),
            template: row.template,
            title: row.title,
            text: row.text,
            read: row.read_at.is_some(),
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
    let before = request.after::<NotificationId>()?;
    let rows = notices::page(
        app.database.read(),
        identity.user_id()?,
        unread,
        before,
        request.fetch(),
    )
    .await?;
    Ok(Page::of(rows, request, |last| NotificationId::from_uuid(last.id)).map(Notification::from))
}
