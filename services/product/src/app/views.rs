//! Who has looked at which product, gathered in memory until the next round of the job that publishes it: looking at a
//! product costs no transaction. Views are a statistic: what is above the limit, or not yet published when the process
//! ends, is not counted.

use std::sync::{Mutex, PoisonError};

use revcart_persistence::Cause;
use shared_events::{ProductId, UserId};

/// Somebody has looked at a product.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// The product.
    pub(crate) product: ProductId,
    /// Who, if they were logged in.
    pub(crate) user: Option<UserId>,
    /// The request.
    pub(crate) cause: Cause,
}

/// Views that have not been published yet.
pub(crate) struct Views {
    most: usize,
    waiting: Mutex<Vec<View>>,
}

impl Views {
    /// None yet, and never more than `most`.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            waiting: Mutex::default(),
        }
    }

    /// Counts a view, unless there are too many already.
    pub(crate) fn count(&self, view: View) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < self.most {
            waiting.push(view);
        }
    }

    /// Takes what has been counted.
    pub(crate) fn take(&self) -> Vec<View> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut waiting)
    }
}
