//! Pictures of products: made small and harmless, and kept where they are served from.
//!
//! [`render`] (bytes of strangers to pictures of our own), [`files`] (a folder, or a bucket of S3).

pub(crate) mod files;
pub(crate) mod render;

use std::sync::Arc;

use tokio::sync::Semaphore;

use files::Files;
use render::Rendered;

/// Pictures decoded at the same time: each takes up to a hundred megabytes for a moment.
const AT_ONCE: usize = 2;

/// The workshop and the shelf.
pub(crate) struct Images {
    pub(crate) files: Files,
    free: Arc<Semaphore>,
}

impl Images {
    /// Keeps pictures in `files`.
    pub(crate) fn new(files: Files) -> Self {
        Self {
            files,
            free: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Makes pictures of what somebody has sent, off the threads that answer requests.
    pub(crate) async fn render(&self, sent: axum::body::Bytes) -> Result<Rendered, render::Error> {
        let permit = Arc::clone(&self.free).acquire_owned().await;
        let work = move || {
            // Held until the work is done, even if nobody waits for it any more.
            let _permit = permit;
            render::render(&sent)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or(Err(render::Error::Broken))
    }
}
