//! Works off what is to be asked of gateways: at once what this process has laid on the desk, by and by what is due again
//! (payments left open are polled, as webhooks get lost) and what a crash has left.

use std::sync::Arc;
use std::time::Duration;

use revcart_http_edge::host::Job;
use tokio::sync::Mutex;

use crate::app::App;
use crate::executor::flights::Flights;

const EVERY: Duration = Duration::from_millis(250);

pub(super) fn job(app: &App) -> Job {
    let flights = Arc::new(Mutex::new(Flights::new(app.clone())));
    let round = move || {
        let flights = Arc::clone(&flights);
        Box::pin(async move { flights.lock().await.round().await }) as _
    };
    Job::every("ask-gateways", EVERY, round).woken_by(app.desk.wake())
}
