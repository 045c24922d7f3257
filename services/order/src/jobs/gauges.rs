//! How many sagas stand where, as gauges.

use std::collections::HashMap;
use std::time::Duration;

use revcart_http_edge::host::{Job, JobError, Progress};
use revcart_runtime::telemetry::names;
use saga::order::{DEFINITIONS, State};

use crate::app::App;
use crate::store::sagas;

const EVERY: Duration = Duration::from_secs(10);

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    Job::every("saga gauges", EVERY, move || {
        let app = app.clone();
        Box::pin(async move { round(&app).await })
    })
}

async fn round(app: &App) -> Result<Progress, JobError> {
    // Steps at which none stands now must not keep the figure of before.
    let steps = DEFINITIONS
        .iter()
        .flat_map(|definition| definition.steps)
        .map(|step| step.name);
    let mut in_flight: HashMap<String, i64> = steps.map(|step| (step.to_owned(), 0)).collect();
    let mut needs_attention = 0;
    for standing in sagas::standing(app.database.read()).await? {
        if standing.state == sagas::word(State::NeedsAttention) {
            needs_attention += standing.sagas;
        }
        *in_flight.entry(standing.step).or_default() += standing.sagas;
    }
    for (step, sagas) in in_flight {
        metrics::gauge!(names::SAGA_IN_FLIGHT, "step" => step).set(sagas as f64);
    }
    metrics::gauge!(names::SAGA_NEEDS_ATTENTION).set(needs_attention as f64);
    Ok(Progress::Idle)
}
