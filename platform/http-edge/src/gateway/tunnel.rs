//! A WebSocket: once both sides have agreed to it, bytes in both directions, until one side ends or the process shall.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use revcart_runtime::Tasks;
use shared_events::Service;
use tokio::io::copy_bidirectional;
use tokio::sync::OwnedSemaphorePermit;

/// Joins the client's connection to the service's, in the background.
pub(super) fn open(
    tasks: &Tasks,
    service: Service,
    client: OnUpgrade,
    response: reqwest::Response,
    permit: OwnedSemaphorePermit,
) {
    let shutdown = tasks.shutdown().clone();
    let joined = async move {
        let _in_hand = permit;
        let (ours, theirs) = tokio::join!(client, response.upgrade());
        let (Ok(ours), Ok(mut theirs)) = (ours, theirs) else {
            tracing::debug!(callee = service.name(), "a WebSocket did not come about");
            return;
        };
        let mut ours = TokioIo::new(ours);
        tokio::select! {
            ended = copy_bidirectional(&mut ours, &mut theirs) => {
                if let Err(error) = ended {
                    tracing::trace!(%error, callee = service.name(), "a WebSocket ended early");
                }
            }
            () = shutdown.requested() => {}
        }
    };
    tasks.spawn("web socket", joined);
}
