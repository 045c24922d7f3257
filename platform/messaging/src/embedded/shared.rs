//! What handles, storage thread and reading thread have in common.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use revcart_runtime::Clock;
use shared_events::topology::MAX_RECEIVE_COUNT;
use tokio::sync::{Notify, Semaphore, watch};

use super::mailbox::Mailbox;
use super::options::Options;
use super::queue::State;
use super::reader::Request;
use super::routes::{Routes, number};
use crate::bus::{QueueKind, QueueRef};

/// KiB that may wait to be written; publishers wait for room.
pub(super) const ROOM: u32 = 16 * 1024;

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) routes: Routes,
    pub(super) queues: Vec<Queue>,
    pub(super) mailbox: Mailbox,
    pub(super) requests: Sender<Request>,
    pub(super) room: Arc<Semaphore>,
    pub(super) life: watch::Sender<Life>,
}

/// How far the broker is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Life {
    Open,
    /// Nothing new is taken in.
    Closing,
    /// Everything is written, the file is closed and free.
    Closed,
}

#[derive(Debug)]
pub(super) struct Queue {
    pub(super) name: QueueRef,
    state: Mutex<State>,
    /// Wakes one receiver; who takes some and leaves some passes it on.
    pub(super) arrived: Notify,
}

impl Shared {
    pub(super) fn new(options: &Options, clock: Clock, requests: Sender<Request>) -> Self {
        // Receipts of an earlier run must not fit by chance.
        let stamp = u64::from(rand::random::<u32>()) << 31;
        let queues = QueueRef::all()
            .map(|name| {
                let limit = (name.kind == QueueKind::Main).then_some(MAX_RECEIVE_COUNT);
                let dice = options
                    .faults
                    .dice(number(name))
                    .filter(|_| name.kind == QueueKind::Main);
                Queue {
                    name,
                    state: Mutex::new(State::new(limit, options.bodies_per_queue, stamp, dice)),
                    arrived: Notify::new(),
                }
            })
            .collect();
        Self {
            clock,
            routes: Routes::declared(),
            queues,
            mailbox: Mailbox::default(),
            requests,
            room: Arc::new(Semaphore::new(ROOM as usize)),
            life: watch::Sender::new(Life::Open),
        }
    }

    pub(super) fn queue(&self, queue: QueueRef) -> &Queue {
        &self.queues[number(queue)]
    }

    pub(super) fn is_open(&self) -> bool {
        *self.life.borrow() == Life::Open
    }

    /// Takes nothing in any more and wakes who waits.
    pub(super) fn close(&self) {
        self.life.send_if_modified(|life| {
            let was = *life;
            *life = was.max(Life::Closing);
            was != *life
        });
        self.room.close();
        self.mailbox.close();
    }
}

impl Queue {
    /// The state, for a moment: nobody waits or does I/O while holding it.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
