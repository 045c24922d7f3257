//! Visits on their way, many at a time, and the writes that record them. Owned and polled by one job; nothing is spawned.
//!
//! While one write is going on, what lands in the meantime gathers for the next. A round ends when nothing is left but
//! visits that only time can bring further; whatever wakes one of them wakes the job.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::task::waker_ref;
use revcart_http_edge::host::{JobError, Progress};
use revcart_runtime::error_chain;
use shared_events::PaymentId;

use super::record::record;
use super::sweep::Sweep;
use super::visit::{self, Landing};
use crate::app::App;

/// Visits recorded in one write.
const RECORDED: usize = 128;
/// Turns in one round; shutdown is noticed between two.
const TURNS: usize = 32;

/// Something that has come to an end.
enum Landed {
    Visit(Landing),
    /// What could not be recorded.
    Record(Vec<PaymentId>),
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
    sweep: Sweep,
}

impl Flights {
    pub(crate) fn new(app: App) -> Self {
        Self {
            app,
            underway: FuturesUnordered::new(),
            visits: 0,
            landed: Vec::new(),
            is_recording: false,
            sweep: Sweep::default(),
        }
    }

    /// Asks and records until there is nothing to do but wait.
    pub(crate) async fn round(&mut self) -> Result<Progress, JobError> {
        // What is underway goes on even if nothing new can be found.
        let swept = self.sweep.run(&self.app).await;
        let progress = self.work().await;
        swept?;
        Ok(progress)
    }

    async fn work(&mut self) -> Progress {
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
                Sight::Rest => return progress,
            }
        }
        Progress::More
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
            Landed::Record(unrecorded) => {
                self.is_recording = false;
                self.app.desk.let_go(&unrecorded);
            }
        }
    }

    fn begin_record(&mut self) {
        if self.is_recording || self.landed.is_empty() {
            return;
        }
        self.is_recording = true;
        let count = self.landed.len().min(RECORDED);
        let landings = self.landed.drain(..count).collect();
        let app = self.app.clone();
        self.underway.push(Box::pin(async move {
            Landed::Record(record_each(&app, landings).await)
        }));
    }
}

/// Records together, or one by one if that fails: a payment that cannot be read must not hold up the others. Returns what
/// could not be recorded.
async fn record_each(app: &App, landings: Vec<Landing>) -> Vec<PaymentId> {
    let ids = |landings: &[Landing]| landings.iter().map(|landing| landing.payment).collect();
    let Err(error) = record(app, landings.clone()).await else {
        return vec![];
    };
    if landings.len() == 1 {
        let error = error_chain(&error);
        tracing::error!(payment = %landings[0].payment, error, "what the gateway said cannot be recorded; it is asked again");
        return ids(&landings);
    }
    let mut unrecorded = Vec::new();
    for landing in landings {
        unrecorded.extend(Box::pin(record_each(app, vec![landing])).await);
    }
    unrecorded
}
