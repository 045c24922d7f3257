//! Where work for the executor is laid down.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use revcart_http_edge::host::Wake;
use shared_events::PaymentId;

use super::alarm::Alarm;
use crate::store::till::Visit;

/// Visits to be made, and which payments this process is at.
#[derive(Default)]
pub(crate) struct Desk {
    tray: Mutex<Tray>,
    alarm: Arc<Alarm>,
}

#[derive(Default)]
struct Tray {
    waiting: VecDeque<Visit>,
    in_hand: HashSet<PaymentId>,
}

impl Desk {
    /// What the job that works it off is woken by.
    pub(crate) fn wake(&self) -> Wake {
        self.alarm.of_job()
    }

    pub(super) fn alarm(&self) -> &Arc<Alarm> {
        &self.alarm
    }

    /// Lays down visits; a payment that this process is at already is seen to when that visit is over.
    pub(crate) fn hand_over(&self, visits: Vec<Visit>) {
        {
            let mut tray = self.tray();
            for visit in visits {
                if tray.in_hand.insert(visit.payment) {
                    tray.waiting.push_back(visit);
                }
            }
        }
        self.alarm.ring();
    }

    /// Takes up to `most` visits.
    pub(super) fn take(&self, most: usize) -> Vec<Visit> {
        let mut tray = self.tray();
        let count = tray.waiting.len().min(most);
        tray.waiting.drain(..count).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tray().waiting.is_empty()
    }

    /// Whether this process is at the payment.
    pub(super) fn has_in_hand(&self, payment: PaymentId) -> bool {
        self.tray().in_hand.contains(&payment)
    }

    /// These visits are over.
    pub(super) fn let_go(&self, payments: &[PaymentId]) {
        let mut tray = self.tray();
        for payment in payments {
            tray.in_hand.remove(payment);
        }
    }

    fn tray(&self) -> MutexGuard<'_, Tray> {
        self.tray.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
