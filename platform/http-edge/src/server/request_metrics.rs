//! Durations of requests, by service, method, route and status: as many series as the router has routes, whoever asks for what.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http::{Method, StatusCode};
use metrics::Histogram;
use revcart_runtime::telemetry::names;

/// The route of what is no route.
pub(crate) const UNMATCHED: &str = "unmatched";

/// Records for one route. Clones share the handles, which cost a look-up in a global table otherwise.
#[derive(Clone)]
pub(crate) struct Recorder {
    service: &'static str,
    handles: Arc<RwLock<HashMap<(&'static str, StatusCode), Histogram>>>,
}

impl Recorder {
    pub(crate) fn new(service: &'static str) -> Self {
        Self {
            service,
            handles: Arc::default(),
        }
    }

    pub(crate) fn record(
        &self,
        method: &Method,
        route: Option<&str>,
        status: StatusCode,
        took: Duration,
    ) {
        let series = (name_of(method), status);
        if let Some(histogram) = self
            .handles
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&series)
        {
            histogram.record(took);
            return;
        }
        let histogram = metrics::histogram!(
            names::HTTP_SERVER_REQUEST_DURATION,
            "service" => self.service,
            "method" => series.0,
            "route" => route.unwrap_or(UNMATCHED).to_owned(),
            "status" => status.as_str().to_owned(),
        );
        histogram.record(took);
        self.handles
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(series, histogram);
    }
}

/// Anybody may invent methods; a metric must not follow.
fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
