//! `GET /api/delivery/zones` (admin): all zones by name, those of the settings and those drawn.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Page, PageRequest};

use super::answers::DrawnZone;
use crate::app::App;
use crate::domain::zone::Zone;

/// All zones, by name
#[utoipa::path(get, path = "/api/delivery/zones", params(PageRequest),
    responses((status = 200, body = Page<DrawnZone>, description = "A page of them")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    request: PageRequest,
) -> Answer<Page<DrawnZone>> {
    let after: Option<Zone> = request.after()?;
    let map = app.map().await?;
    let areas = map.areas().into_iter();
    let beyond = areas.filter(|area| after.as_ref().is_none_or(|after| area.zone > *after));
    let most = usize::try_from(request.fetch()).unwrap_or(usize::MAX);
    let page = Page::of(beyond.take(most).collect(), &request, |last| {
        last.zone.clone()
    });
    Ok(page.map(|area| {
        let elsewhere = map.is_elsewhere(&area.zone);
        DrawnZone::of(area, elsewhere)
    }))
}
