//! The writers of a database: they take writes from one queue, and each runs them in transactions of its own.
//!
//! Reading order: [`Writer`] (the queue), `grouping` (a file: many writes in one commit), `single` (a server: one write a
//! transaction, several writers at a time, again when the server gives one up).

mod grouping;
mod single;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use revcart_runtime::Clock;
use sea_orm::DatabaseConnection;
use shared_events::Service;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::Error;
use crate::documents::Documents;
use crate::outbox::Feeder;
use crate::unit_of_work::UnitOfWork;
use single::Target;

/// Writes that may wait; more wait in their callers.
const QUEUE: usize = 1024;

pub(crate) struct Writer {
    queue: mpsc::Sender<Request>,
    ended: Mutex<Vec<tokio::task::JoinHandle<()>>>,
}

/// How writes are put into transactions.
pub(crate) enum Lanes {
    /// Many in one, one transaction at a time.
    Grouping(DatabaseConnection),
    /// One in each, so many at a time.
    Single(DatabaseConnection, u32),
    /// The same on MongoDB.
    Documents(Documents, u32),
}

/// What every writer of a database works with.
#[derive(Clone)]
struct Shared {
    clock: Clock,
    source: Service,
    feeder: Feeder,
}

enum Request {
    Write(Box<dyn Job>),
    Stop,
}

/// A write with its result type forgotten.
trait Job: Send {
    /// Runs the work; `false` when it failed and must be undone.
    fn run<'a>(&'a mut self, unit: &'a mut UnitOfWork) -> BoxFuture<'a, bool>;
    /// Answers the caller, after the commit or the failure of it.
    fn answer(self: Box<Self>, commit: Result<(), Error>);
}

struct Work<A, T, E, F> {
    args: A,
    work: F,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<A, T, E, F> Job for Work<A, T, E, F>
where
    A: Send + Sync + 'static,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: for<'a> Fn(&'a mut UnitOfWork, &'a A) -> BoxFuture<'a, Result<T, E>> + Send + Sync + 'static,
{
    fn run<'a>(&'a mut self, unit: &'a mut UnitOfWork) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let attempt = AssertUnwindSafe((self.work)(unit, &self.args))
                .catch_unwind()
                .await;
            let outcome = attempt
                .unwrap_or_else(|panic| Err(Error::Panicked(panic_text(panic.as_ref())).into()));
            let kept = outcome.is_ok();
            self.outcome = Some(outcome);
            kept
        })
    }

    fn answer(self: Box<Self>, commit: Result<(), Error>) {
        let result = match (commit, self.outcome) {
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(Error::Closed.into()),
        };
        // The caller may have gone away; the write stands all the same.
        let _ = self.reply.send(result);
    }
}

impl Writer {
    #[expect(
        clippy::disallowed_methods,
        reason = "the writers belong to the database and end with its last handle, after every task that writes"
    )]
    pub(crate) fn start(lanes: Lanes, clock: Clock, source: Service, feeder: Feeder) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let shared = Shared {
            clock,
            source,
            feeder,
        };
        let ended = match lanes {
            Lanes::Grouping(connection) => {
                let run = grouping::Run::new(connection, shared);
                vec![tokio::spawn(run.until_stopped(waiting))]
            }
            Lanes::Single(connection, most) => {
                spawn(&Target::Sql(connection), most, waiting, &shared)
            }
            Lanes::Documents(documents, most) => {
                spawn(&Target::Documents(documents), most, waiting, &shared)
            }
        };
        Self {
            queue,
            ended: Mutex::new(ended),
        }
    }

    pub(crate) async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> Fn(&'a mut UnitOfWork, &'a A) -> BoxFuture<'a, Result<T, E>>
            + Send
            + Sync
            + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Work {
            args,
            work,
            outcome: None,
            reply,
        };
        self.queue
            .send(Request::Write(Box::new(job)))
            .await
            .map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    /// Lets the writes already queued finish, then ends.
    pub(crate) async fn stop(&self) {
        let ended = std::mem::take(&mut *self.ended.lock().await);
        if ended.is_empty() {
            return;
        }
        // The writers may already be gone.
        let _ = self.queue.send(Request::Stop).await;
        for outcome in join_all(ended).await {
            if let Err(error) = outcome {
                tracing::error!(%error, "a database writer ended with a panic");
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "as in `Writer::start`, which waits for them"
)]
fn spawn(
    target: &Target,
    most: u32,
    waiting: mpsc::Receiver<Request>,
    shared: &Shared,
) -> Vec<tokio::task::JoinHandle<()>> {
    let waiting = Arc::new(Mutex::new(waiting));
    let lane = |_| {
        let lane = single::Lane::new(target.clone(), shared.clone());
        tokio::spawn(lane.until_stopped(Arc::clone(&waiting)))
    };
    (0..most).map(lane).collect()
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
