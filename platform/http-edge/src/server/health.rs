//! Whether the process is well, and its metrics: for probes and scrapers, outside of limits and authentication.

use std::collections::BTreeMap;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use revcart_runtime::{Health, telemetry};
use serde::Serialize;

use crate::extract::Json;
use crate::problem::Problem;

#[derive(Serialize)]
pub(crate) struct Status {
    status: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    components: BTreeMap<String, &'static str>,
}

pub(super) fn routes(health: &Health) -> Router {
    let report = {
        let health = health.clone();
        move || report(health.clone())
    };
    Router::new()
        .route("/actuator/health", get(report.clone()))
        .route("/actuator/health/readiness", get(report.clone()))
        .route("/health", get(report))
        .route("/actuator/health/liveness", get(alive))
        .route("/metrics", get(metrics))
        .route("/actuator/prometheus", get(metrics))
}

pub(crate) async fn alive() -> Json<Status> {
    Json(Status {
        status: "UP",
        components: BTreeMap::new(),
    })
}

/// 200 with every component `UP`, or 503 with those that are `DOWN`. Why they are stands in the log, not in the answer.
async fn report(health: Health) -> Response {
    let report = health.report().await;
    let name_of = |ok: bool| if ok { "UP" } else { "DOWN" };
    for check in report.checks.iter().filter(|check| !check.ok) {
        tracing::warn!(
            component = check.name,
            problem = check.problem.as_deref(),
            "a health check failed"
        );
    }
    let components: BTreeMap<_, _> = report
        .checks
        .iter()
        .map(|check| (check.name.clone(), name_of(check.ok)))
        .collect();
    if report.ready {
        return Json(Status {
            status: "UP",
            components,
        })
        .into_response();
    }
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "NOT_READY",
        "this process does not take requests at the moment",
    )
    .with("components", components)
    .into_response()
}

pub(crate) async fn metrics() -> Response {
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        telemetry::metrics().render(),
    )
        .into_response()
}
