//! Mails on their way from a commit to the job that sends them, handed over in memory. What does not fit, or what a crash
//! loses here, is found in the database when its lease ends.

use std::sync::{Mutex, PoisonError};

use revcart_http_edge::host::Wake;

use crate::domain::Mail;

/// Mails that wait here at the most.
const MOST: usize = 4096;

/// The tray of outgoing mail.
#[derive(Default)]
pub(crate) struct Post {
    tray: Mutex<Vec<Mail>>,
    pub(crate) wake: Wake,
}

impl Post {
    /// Puts committed mails into the tray and wakes the job.
    pub(crate) fn put(&self, mails: Vec<Mail>) {
        if mails.is_empty() {
            return;
        }
        let mut tray = self.tray.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST.saturating_sub(tray.len());
        tray.extend(mails.into_iter().take(room));
        drop(tray);
        self.wake.wake();
    }

    /// Takes up to `most` mails out.
    pub(crate) fn take(&self, most: usize) -> Vec<Mail> {
        let mut tray = self.tray.lock().unwrap_or_else(PoisonError::into_inner);
        let count = tray.len().min(most);
        tray.drain(..count).collect()
    }
}
