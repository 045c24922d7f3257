//! `POST /api/delivery/location` (agent): where the agent is. Saying so too often is refused.

use axum::extract::State;
use revcart_http_edge::{Agent, Answer, Json, Problem, ProblemBody};
use revcart_persistence::UnitOfWork;
use shared_events::UserId;

use super::answers;
use super::rules::Place;
use crate::app::App;
use crate::domain::agent::Location;
use crate::domain::place::Point;
use crate::store::agents;
use crate::store::locations::{self, Memory};

struct Work {
    app: App,
    login: UserId,
    place: Place,
}

/// Says where the agent is
///
/// Those who follow their deliveries are told. Saying so more often than the setting allows is 429.
#[utoipa::path(post, path = "/api/delivery/location", request_body = Place,
    responses(
        (status = 200, body = answers::Location, description = "What was noted"),
        (status = 404, body = ProblemBody, description = "The login is no agent's")),
    security(("bearer" = [])))]
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
    let Point {
        latitude,
        longitude,
    } = work.place.into();
    let location = Location {
        latitude,
        longitude,
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
