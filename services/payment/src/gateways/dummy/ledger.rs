//! The books of the gateway for tests, in a table of their own. Requests that come together are written together: one
//! query and one statement for however many there are.

use std::collections::BTreeSet;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use revcart_persistence::{Database, UnitOfWork};
use tokio::sync::oneshot;

use super::books::{Books, Reply, Request};
use crate::gateways::Error;
use crate::store::{self, dummy_ledger};

/// How often a batch is entered that another process was faster with.
const MOST_TRIES: usize = 10;

/// The books. Clones share them.
#[derive(Clone)]
pub(crate) struct Ledger(Arc<Desk>);

struct Desk {
    database: Database,
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

struct Waiting {
    request: Request,
    reply: oneshot::Sender<Reply>,
}

impl Ledger {
    pub(super) fn new(database: Database) -> Self {
        Self(Arc::new(Desk {
            database,
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }))
    }

    /// Asks, and returns when the answer is durable.
    pub(super) async fn enter(&self, request: Request) -> Result<Reply, Error> {
        let (reply, answer) = oneshot::channel();
        self.waiting().push(Waiting { request, reply });
        // Whoever comes in the same moment goes along.
        tokio::task::yield_now().await;
        {
            let _turn = self.0.turn.lock().await;
            let batch = mem::take(&mut *self.waiting());
            if !batch.is_empty() {
                self.write(batch).await?;
            }
        }
        answer
            .await
            .map_err(|lost| Error::Unreachable(Box::new(lost)))
    }

    async fn write(&self, batch: Vec<Waiting>) -> Result<(), Error> {
        let (requests, replies): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .map(|waiting| (waiting.request, waiting.reply))
            .unzip();
        let answers = self.enter_all(requests).await;
        let answers = answers.map_err(|error| Error::Unreachable(Box::new(error)))?;
        for (reply, answer) in replies.into_iter().zip(answers) {
            // Whoever asked may have given up waiting.
            let _ = reply.send(answer);
        }
        Ok(())
    }

    /// Again, if another process has just made one of the entries: then it is there.
    async fn enter_all(&self, requests: Vec<Request>) -> Result<Vec<Reply>, store::Error> {
        let mut tries = 1;
        loop {
            let entered = self.0.database.write(requests.clone(), |unit, requests| {
                Box::pin(enter(unit, requests))
            });
            match entered.await {
                Err(error) if tries < MOST_TRIES && dummy_ledger::is_taken(&error) => tries += 1,
                entered => return entered,
            }
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.0
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn enter(unit: &mut UnitOfWork, requests: &[Request]) -> Result<Vec<Reply>, store::Error> {
    let keys: BTreeSet<&str> = requests
        .iter()
        .flat_map(|request| [request.key.as_str(), request.charge.as_str()])
        .collect();
    let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
    let before = dummy_ledger::load(unit.sql(), &keys).await?;
    let mut books = Books(before.clone());
    let now = unit.now();
    let replies = requests
        .iter()
        .map(|request| books.enter(request, now))
        .collect();
    dummy_ledger::save(unit.sql(), &before, &books.0, now).await?;
    Ok(replies)
}
