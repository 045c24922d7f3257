//! `POST /api/delivery/zones` (admin): a zone that there was not.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Json, Problem, ProblemBody};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answers::DrawnZone, rules};
use crate::app::App;
use crate::domain::map::{Area, MOST_AREAS, Map};
use crate::domain::zone::{Zone, plain};
use crate::store::zones;

#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = ZoneDraft, example = json!({
    "zone": "pune", "postalCodes": ["411", "412"], "depot": {"latitude": 18.5204, "longitude": 73.8567}
}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Draft {
    #[garde(skip)]
    zone: Zone,
    /// What its postal codes begin with.
    #[garde(
        length(min = 1, max = 200),
        inner(length(chars, max = 20), custom(rules::postal_code))
    )]
    #[schema(min_items = 1, max_items = 200)]
    postal_codes: Vec<String>,
    /// Where its parcels are fetched.
    #[garde(dive)]
    depot: Option<rules::Place>,
}

struct Work {
    app: App,
    area: Area,
}

/// Draws a zone
///
/// Addresses belong to the zone with the longest beginning of their postal code. What is drawn comes before the zones of the
/// settings.
#[utoipa::path(post, path = "/api/delivery/zones", request_body = Draft,
    responses(
        (status = 201, body = DrawnZone, description = "The zone"),
        (status = 409, body = ProblemBody, description = "ZONE_EXISTS, POSTAL_CODE_TAKEN or TOO_MANY_ZONES")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Json(draft): Json<Draft>,
) -> Answer<(StatusCode, Json<DrawnZone>)> {
    let area = Area {
        zone: draft.zone,
        prefixes: normal(&draft.postal_codes),
        depot: draft.depot.map(Into::into),
        version: 1,
    };
    let database = app.database.clone();
    let work = Work { app, area };
    let write = database.write(work, |unit, work| Box::pin(draw(unit, work)));
    Ok((StatusCode::CREATED, Json(write.await?)))
}

async fn draw(unit: &mut UnitOfWork, work: &Work) -> Answer<DrawnZone> {
    let mut drawing = zones::load(unit).await?;
    let map = work.app.map_with(&drawing);
    if map.contains(&work.area.zone) {
        return Err(Problem::conflict("ZONE_EXISTS", "there is this zone"));
    }
    if drawing.areas.len() >= MOST_AREAS {
        return Err(Problem::conflict("TOO_MANY_ZONES", "there are too many"));
    }
    expect_free(&map, &work.area)?;
    drawing.areas.push(work.area.clone());
    drawing.version += 1;
    zones::save(unit, &drawing).await?;
    Ok(DrawnZone::of(work.area.clone(), false))
}

/// Beginnings of postal codes as they are compared, each once.
pub(super) fn normal(postal_codes: &[String]) -> Vec<String> {
    let mut codes: Vec<String> = postal_codes.iter().map(|code| plain(code)).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Refuses postal codes that another zone was given.
pub(super) fn expect_free(map: &Map, area: &Area) -> Answer<()> {
    match map.taken(&area.zone, &area.prefixes) {
        None => Ok(()),
        Some(other) => {
            let taken = "another zone has one of these postal codes";
            Err(Problem::conflict("POSTAL_CODE_TAKEN", taken).with("zone", other))
        }
    }
}
