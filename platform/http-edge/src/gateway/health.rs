//! Whether the gateway is well, and whether those behind it are.
//!
//! Readiness is the gateway's own: without one of eight services seven can still be reached. Its body says how the services
//! are; `/health` says the same, and fails if one of them is down.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::future::join_all;
use http::StatusCode;
use revcart_runtime::Health;
use serde::Serialize;
use shared_events::Service;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Gateway;
use crate::extract::Json;
use crate::problem::Problem;
use crate::server::health::{alive, metrics};

/// How long an answer of the services holds, so that many probes of us are few of theirs.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// How long a replica may take to say how it is: a little longer than it waits for what it depends on.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// How a service is: all its replicas, some or none ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Standing {
    Up,
    Degraded,
    Down,
}

type Standings = BTreeMap<&'static str, Standing>;

/// What was found last. Who asks while somebody else is finding out waits for that.
#[derive(Default)]
struct Found(Mutex<Option<(Instant, Standings)>>);

#[derive(Serialize)]
struct Status {
    status: &'static str,
    components: Standings,
}

pub(super) fn routes(gateway: &Arc<Gateway>, health: &Health) -> Router {
    let found = Arc::new(Found::default());
    let report = |whole: bool| {
        let (gateway, health, found) = (Arc::clone(gateway), health.clone(), Arc::clone(&found));
        get(move || async move { report(&gateway, &health, &found, whole).await })
    };
    Router::new()
        .route("/health", report(true))
        .route("/actuator/health", report(true))
        .route("/actuator/health/readiness", report(false))
        .route("/actuator/health/liveness", get(alive))
        .route("/metrics", get(metrics))
        .route("/actuator/prometheus", get(metrics))
}

async fn report(gateway: &Gateway, health: &Health, found: &Found, whole: bool) -> Response {
    let components = found.standings(gateway).await;
    let all_up = components
        .values()
        .all(|standing| *standing != Standing::Down);
    if health.is_ready() && (all_up || !whole) {
        return Json(Status {
            status: "UP",
            components,
        })
        .into_response();
    }
    let detail = if health.is_ready() {
        "not every service takes requests at the moment"
    } else {
        "this process does not take requests at the moment"
    };
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_READY", detail)
        .with("components", components)
        .into_response()
}

impl Found {
    async fn standings(&self, gateway: &Gateway) -> Standings {
        let mut found = self.0.lock().await;
        if let Some((at, standings)) = &*found
            && at.elapsed() < GOOD_FOR
        {
            return standings.clone();
        }
        let asked = Service::ALL.map(|service| async move {
            let urls = gateway.options.addresses.of(service);
            let urls = urls.into_iter().flat_map(|replicas| replicas.urls());
            let ready = join_all(urls.map(|url| is_ready(gateway, url))).await;
            (service.name(), standing(&ready))
        });
        let standings: Standings = join_all(asked).await.into_iter().collect();
        *found = Some((Instant::now(), standings.clone()));
        standings
    }
}

async fn is_ready(gateway: &Gateway, url: String) -> bool {
    let probe = gateway
        .client
        .get(format!("{url}/actuator/health/readiness"))
        .timeout(PATIENCE);
    probe
        .send()
        .await
        .is_ok_and(|answer| answer.status().is_success())
}

fn standing(ready: &[bool]) -> Standing {
    match (
        ready.iter().any(|ready| *ready),
        ready.iter().all(|ready| *ready),
    ) {
        (true, true) => Standing::Up,
        (true, false) => Standing::Degraded,
        (false, _) => Standing::Down,
    }
}
