//! `POST /api/delivery/location` (agent): where the agent is. Saying so too often is refused.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Agent, Answer, Json, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::UserId;

use super::answers;
use crate::app::App;
use crate::domain::agent::{Degrees, Location};
use crate::store::agents;
use crate::store::locations::{self, Memory};

#[derive(Clone, Copy, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Place {
    /// Degrees north.
    #[garde(range(min = -90.0, max = 90.0))]
    latitude: f64,
    /// Degrees east.
    #[garde(range(min = -180.0, max = 180.0))]
    longitude: f64,
}

struct Work {
    app: App,
    login: UserId,
    place: Place,
}

pub(super) async fn handle(
    State(app): State<App>,
    Agent(identity): Agent,
    Json(place): Json<Place>,
) -> Answer<Json<answers::Location>> {
    let login = identity.user_id()?;
    let database = app.database.clone();
    let work = Work { app, login, place };
    let location = database
        .write(work, |unit, work| Box::pin(report(unit, work)))
        .await?;
    Ok(Json(location.into()))
}

async fn report(unit: &mut UnitOfWork, work: &Work) -> Answer<Location> {
    let agent = agents::lock_by_login(unit, work.login).await?;
    let agent = agent.ok_or_else(|| Problem::not_found("agent"))?;
    let config = &work.app.config;
    if let Some(last) = agent.location {
        let next = last.at + config.location_interval;
        if unit.now() < next {
            return Err(Problem::too_many_requests(next - unit.now()));
        }
    }
    let location = Location {
        latitude: Degrees::from_degrees(work.place.latitude),
        longitude: Degrees::from_degrees(work.place.longitude),
        at: unit.now(),
    };
    let sequence = agent.locations + 1;
    agents::locate(unit, agent.id, location, sequence).await?;
    let memory = Memory {
        places: config.locations_kept,
        age: config.locations_age,
    };
    locations::append(unit, agent.id, (sequence, location), memory).await?;
    work.app.show_location(unit, agent.id, sequence, location);
    Ok(location)
}
