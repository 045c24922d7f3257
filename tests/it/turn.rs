//! Tests that load the machine take turns, so that none is slow because of another.

use tokio::sync::{Mutex, MutexGuard};

static TURN: Mutex<()> = Mutex::const_new(());

/// Waits until no other heavy test runs; this one is running until the guard goes.
pub(crate) async fn taken() -> MutexGuard<'static, ()> {
    TURN.lock().await
}
