//! `PUT /api/delivery/zones/{zone}` (admin): its postal codes and its depot, if nobody has changed them since. A zone of the
//! settings, which has version 0, is drawn by its first change.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem, ProblemBody};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answers::DrawnZone;
use super::draw_zone::{expect_free, normal};
use super::{problems, rules};
use crate::app::App;
use crate::domain::zone::Zone;
use crate::store::zones;

/// What is left out stays as it is.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = ZoneChange, example = json!({"postalCodes": ["411"], "depot": null, "version": 1}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Change {
    /// What its postal codes begin with.
    #[garde(inner(
        length(max = 200),
        inner(length(chars, max = 20), custom(rules::postal_code))
    ))]
    #[schema(max_items = 200)]
    postal_codes: Option<Vec<String>>,
    /// Where its parcels are fetched; null for nowhere in particular.
    #[serde(default, deserialize_with = "rules::if_given")]
    #[garde(dive)]
    #[schema(value_type = Option<rules::Place>)]
    depot: Option<Option<rules::Place>>,
    /// The version that the change is based on.
    #[garde(skip)]
    version: i64,
}

struct Work {
    app: App,
    zone: Zone,
    change: Change,
}

/// Changes a zone
///
/// Parcels that an agent has been found for stay with that agent.
#[utoipa::path(put, path = "/api/delivery/zones/{zone}", params(("zone" = Zone, Path)), request_body = Change,
    responses(
        (status = 200, body = DrawnZone, description = "The zone"),
        (status = 409, body = ProblemBody, description = "VERSION_CONFLICT or POSTAL_CODE_TAKEN")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(zone): Path<Zone>,
    Json(change): Json<Change>,
) -> Answer<Json<DrawnZone>> {
    let database = app.database.clone();
    let work = Work { app, zone, change };
    let write = database.write(work, |unit, work| Box::pin(redraw(unit, work)));
    Ok(Json(write.await?))
}

async fn redraw(unit: &mut UnitOfWork, work: &Work) -> Answer<DrawnZone> {
    let Work { app, zone, change } = work;
    let mut drawing = zones::load(unit).await?;
    let map = app.map_with(&drawing);
    let mut area = map.area(zone).ok_or_else(|| Problem::not_found("zone"))?;
    if area.version != change.version {
        return Err(problems::version_conflict());
    }
    if let Some(codes) = &change.postal_codes {
        area.prefixes = normal(codes);
    }
    if let Some(depot) = change.depot {
        area.depot = depot.map(Into::into);
    }
    area.version += 1;
    expect_free(&map, &area)?;
    drawing.areas.retain(|known| known.zone != *zone);
    drawing.areas.push(area.clone());
    drawing.version += 1;
    zones::save(unit, &drawing).await?;
    Ok(DrawnZone::of(area, map.is_elsewhere(zone)))
}
