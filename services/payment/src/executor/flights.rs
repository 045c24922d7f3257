//! Visits on their way, many at a time, and the writes that record them. Owned and polled by one job; nothing is spawned.
//!
//! While one write is going on, what lands in the meantime gathers for the next. A round ends when nothing is left but
//! visits that only time can bring further; whatever wakes one of them wakes the job.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::task::waker_ref;
use revcart_http_edge::host::{JobError, Progress};
use revcart_persistence::UnitOfWork;
use shared_events::{PaymentId, Timestamp};

use super::record::record;
use super::visit::{self, Landing};
use crate::app::App;
use crate::store::{self, payments, till::Till};

/// How often the database is asked what is due, at the most.
const SWEEP_EVERY: Duration = Duration::from_millis(100);
/// Payments taken over by one sweep.
const SWEPT: u64 = 128;
/// Visits recorded in one write.
const RECORDED: usize = 128;
/// Turns in one round; shutdown is noticed between two.
const TURNS: usize = 32;

/// Something that has come to an end.
enum Landed {
    Visit(Landing),
    Record(Vec<PaymentId>, Result<(), store::Error>),
}

/// What a round finds when it looks up.
enum Sight {
    Landed(Vec<Landed>),
    NewWork,
    Rest,
}

/// See the module.
pub(crate) struct Flights {
    app: App,
    underway: FuturesUnordered<BoxFuture<'static, Landed>>,
    visits: usize,
    landed: Vec<Landing>,
    is_recording: bool,
    swept_at: Option<Timestamp>,
}

impl Flights {
    pub(crate) fn new(app: App) -> Self {
        Self {
            app,
            underway: FuturesUnordered::new(),
            visits: 0,
            landed: Vec::new(),
            is_recording: false,
            swept_at: None,
        }
    }

    /// Asks and records until there is nothing to do but wait.
    pub(crate) async fn round(&mut self) -> Result<Progress, JobError> {
        self.sweep().await?;
        let mut progress = Progress::Idle;
        for _ in 0..TURNS {
            self.take_off();
            match self.look().await {
                Sight::Landed(landed) => {
                    progress = Progress::More;
                    landed.into_iter().for_each(|landed| self.land(landed));
                    self.begin_record();
                }
                Sight::NewWork => {}
                Sight::Rest => return Ok(progress),
            }
        }
        Ok(Progress::More)
    }

    /// Takes over what is due: visits that were put off, and what a crash has left.
    async fn sweep(&mut self) -> Result<(), store::Error> {
        let now = self.app.clock.now();
        match self.swept_at {
            None => release(&self.app).await?,
            Some(swept_at) if now - swept_at < SWEEP_EVERY => return Ok(()),
            Some(_) => {}
        }
        self.swept_at = Some(now);
        let due = payments::due(self.app.database.read(), now, SWEPT).await?;
        let desk = &self.app.desk;
        let due: Vec<_> = due
            .into_iter()
            .filter(|id| !desk.has_in_hand(*id))
            .collect();
        if due.is_empty() {
            return Ok(());
        }
        self.app
            .database
            .write((self.app.clone(), due), |unit, (app, due)| {
                Box::pin(take_over(unit, app, due))
            })
            .await
    }

    /// Lets visits begin, as many as there is room for.
    fn take_off(&mut self) {
        let room = self.room();
        for visit in self.app.desk.take(room) {
            self.visits += 1;
            let app = self.app.clone();
            let flight = async move { Landed::Visit(visit::go(app, visit).await) };
            self.underway.push(Box::pin(flight));
        }
    }

    fn room(&self) -> usize {
        let most = self.app.config.gateway_calls;
        most.saturating_sub(self.visits)
    }

    async fn look(&mut self) -> Sight {
        poll_fn(|round| self.poll_look(round)).await
    }

    fn poll_look(&mut self, round: &mut Context<'_>) -> Poll<Sight> {
        let alarm = self.app.desk.alarm();
        alarm.register(round.waker());
        let waker = waker_ref(alarm);
        let mut context = Context::from_waker(&waker);
        let mut landed = Vec::new();
        while let Poll::Ready(Some(one)) =
            Pin::new(&mut self.underway).poll_next_unpin(&mut context)
        {
            landed.push(one);
        }
        if !landed.is_empty() {
            return Poll::Ready(Sight::Landed(landed));
        }
        if self.room() > 0 && !self.app.desk.is_empty() {
            return Poll::Ready(Sight::NewWork);
        }
        if !self.is_recording && self.visits <= self.app.naps.count() {
            return Poll::Ready(Sight::Rest);
        }
        Poll::Pending
    }

    fn land(&mut self, landed: Landed) {
        match landed {
            Landed::Visit(landing) => {
                self.visits -= 1;
                self.landed.push(landing);
            }
            Landed::Record(ids, outcome) => {
                self.is_recording = false;
                if let Err(error) = outcome {
                    tracing::error!(payments = ids.len(), error = %revcart_runtime::error_chain(&error),
                        "what gateways said could not be recorded; they are asked again");
                    self.app.desk.let_go(&ids);
                }
            }
        }
    }

    fn begin_record(&mut self) {
        if self.is_recording || self.landed.is_empty() {
            return;
        }
        self.is_recording = true;
        let count = self.landed.len().min(RECORDED);
        let landings: Vec<Landing> = self.landed.drain(..count).collect();
        let app = self.app.clone();
        self.underway.push(Box::pin(async move {
            let ids = landings.iter().map(|landing| landing.payment).collect();
            let outcome = record(&app, landings).await;
            Landed::Record(ids, outcome)
        }));
    }
}

/// What a process that is gone had leased is free again, if this is the only one.
async fn release(app: &App) -> Result<(), store::Error> {
    if !app.database.is_sole_owner() {
        return Ok(());
    }
    app.database
        .write((), |unit, ()| {
            Box::pin(async move { payments::release_all(unit.sql(), unit.now()).await })
        })
        .await
}

async fn take_over(
    unit: &mut UnitOfWork,
    app: &App,
    due: &[PaymentId],
) -> Result<(), store::Error> {
    let mut till = Till::load(unit, &due.iter().copied().collect(), app.pace).await?;
    for id in due {
        till.take_over(*id);
    }
    app.save(unit, till).await
}
