//! `DELETE /api/delivery/zones/{zone}` (admin): there is no such zone any more, or it is as the settings say.

use axum::extract::State;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Path, Problem, ProblemBody};
use revcart_persistence::UnitOfWork;

use crate::app::App;
use crate::domain::zone::Zone;
use crate::store::{agents, searches, zones};

struct Work {
    app: App,
    zone: Zone,
}

/// Erases what was drawn of a zone
///
/// A zone of the settings is as they say then. Another has to be without agents and without parcels that wait for one.
#[utoipa::path(delete, path = "/api/delivery/zones/{zone}", params(("zone" = Zone, Path)),
    responses(
        (status = 204, description = "Erased"),
        (status = 409, body = ProblemBody, description = "ZONE_OF_SETTINGS or ZONE_IN_USE")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(zone): Path<Zone>,
) -> Answer<StatusCode> {
    let database = app.database.clone();
    let work = Work { app, zone };
    let write = database.write(work, |unit, work| Box::pin(erase(unit, work)));
    write.await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn erase(unit: &mut UnitOfWork, Work { app, zone }: &Work) -> Answer<()> {
    let mut drawing = zones::load(unit).await?;
    if !app.map_with(&drawing).contains(zone) {
        return Err(Problem::not_found("zone"));
    }
    let before = drawing.areas.len();
    drawing.areas.retain(|area| area.zone != *zone);
    if drawing.areas.len() == before {
        let refusal = "it is one of the settings, and nobody has drawn it otherwise";
        return Err(Problem::conflict("ZONE_OF_SETTINGS", refusal));
    }
    let is_gone = !app.map_with(&drawing).contains(zone);
    if is_gone && (agents::any_in(unit, zone).await? || searches::waits_in(unit, zone).await?) {
        let refusal = "there are agents in it, or parcels that wait for one";
        return Err(Problem::conflict("ZONE_IN_USE", refusal));
    }
    drawing.version += 1;
    Ok(zones::save(unit, &drawing).await?)
}
