//! Publishes who has looked at which product, a second's worth in one transaction.

use std::time::Duration;

use revcart_http_edge::host::{Job, JobError, Progress};
use revcart_persistence::{Error, UnitOfWork};
use shared_events::ProductViewed;

use crate::app::{App, View};

const EVERY: Duration = Duration::from_secs(1);

pub(super) fn job(app: &App) -> Job {
    let app = app.clone();
    Job::every("publish-views", EVERY, move || Box::pin(round(app.clone())))
}

async fn round(app: App) -> Result<Progress, JobError> {
    let views = app.views.take();
    if !views.is_empty() {
        app.database
            .write(views, |unit, views| Box::pin(publish(unit, views)))
            .await?;
    }
    Ok(Progress::Idle)
}

async fn publish(unit: &mut UnitOfWork, views: &[View]) -> Result<(), Error> {
    for view in views {
        let event = ProductViewed {
            product_id: view.product,
            user_id: view.user,
            session_id: None,
        };
        unit.publish(event, &view.cause);
    }
    Ok(())
}
