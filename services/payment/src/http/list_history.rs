//! `GET /api/payments/history`: the caller's own payments, the latest first.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Page, PageRequest};

use super::answers::Payment;
use crate::app::App;
use crate::store::payments;

/// My payments
///
/// The latest first.
#[utoipa::path(get, path = "/api/payments/history", params(PageRequest),
    responses((status = 200, body = Page<Payment>, description = "A page of payments")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    request: PageRequest,
) -> Answer<Page<Payment>> {
    let user = identity.user_id()?;
    let before = request.after()?;
    let found = payments::of_user(app.database.read(), user, before, request.fetch()).await?;
    let page = Page::of(found, &request, |(id, _)| *id);
    let items: Answer<Vec<Payment>> = page
        .items
        .iter()
        .map(|(_, record)| Payment::of(record))
        .collect();
    Ok(Page {
        items: items?,
        next: page.next,
    })
}
