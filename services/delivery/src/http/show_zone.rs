//! `GET /api/delivery/zones/{zone}` (admin): a zone.

use axum::extract::State;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};

use super::answers::DrawnZone;
use crate::app::App;
use crate::domain::zone::Zone;

/// A zone
#[utoipa::path(get, path = "/api/delivery/zones/{zone}", params(("zone" = Zone, Path)),
    responses((status = 200, body = DrawnZone, description = "The zone")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(zone): Path<Zone>,
) -> Answer<Json<DrawnZone>> {
    let map = app.map().await?;
    let area = map.area(&zone).ok_or_else(|| Problem::not_found("zone"))?;
    let elsewhere = map.is_elsewhere(&zone);
    Ok(Json(DrawnZone::of(area, elsewhere)))
}
