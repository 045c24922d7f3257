//! Reading `text/event-stream` as a client does.

use axum::body::BodyDataStream;
use futures::{FutureExt, StreamExt};
use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE};

use crate::caller::Call;

/// A stream of events.
pub struct Events(BodyDataStream);

impl Call {
    /// Asks for a stream and gets one.
    ///
    /// # Panics
    /// If the answer is none.
    pub async fn events(self) -> Events {
        let response = self.header(ACCEPT, "text/event-stream").response().await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
        Events(response.into_body().into_data_stream())
    }
}

impl Events {
    /// The next event as it is sent; `None` at the end of the stream.
    ///
    /// # Panics
    /// If the stream breaks.
    pub async fn next(&mut self) -> Option<String> {
        let bytes = self.0.next().await?.expect("the stream is whole");
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Checks that the next event has all these parts.
    ///
    /// # Panics
    /// If it has not, or there is none.
    pub async fn expect(&mut self, parts: &[&str]) {
        let event = self.next().await;
        let event = event.unwrap_or_else(|| panic!("the stream has ended, without {parts:?}"));
        for part in parts {
            assert!(event.contains(part), "{part} is not in {event}");
        }
    }

    /// Whether there is no event at the moment. What the stream waits for, it waits for from now on.
    pub fn is_quiet(&mut self) -> bool {
        self.0.next().now_or_never().is_none()
    }
}
