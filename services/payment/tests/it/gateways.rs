//! Gateways outside as the tests stand for them: over HTTP, behind a line that remembers what was asked and loses answers when
//! told to.

pub(crate) mod line;
pub(crate) mod local;
pub(crate) mod razorpay;
pub(crate) mod stall;
pub(crate) mod stripe;

use axum::Router;
use hmac::sign;
use tokio::net::TcpListener;

mod hmac {
    use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};

    pub(crate) fn sign(secret: &str, message: &[u8]) -> String {
        let key = Key::new(HMAC_SHA256, secret.as_bytes());
        hex::encode(hmac::sign(&key, message))
    }
}

/// The `Stripe-Signature` of a body at this time, in seconds.
pub(crate) fn stripe_signature(secret: &str, seconds: i64, body: &[u8]) -> String {
    let mut message = format!("{seconds}.").into_bytes();
    message.extend_from_slice(body);
    format!("t={seconds},v1={}", sign(secret, &message))
}

/// The signature that Razorpay makes of a message.
pub(crate) fn razorpay_signature(secret: &str, message: &[u8]) -> String {
    sign(secret, message)
}

/// Serves for as long as the test runs.
#[expect(
    clippy::disallowed_methods,
    reason = "it ends with the runtime of its test, and nobody waits for it"
)]
pub(crate) fn serve(listener: TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await });
}

/// The header of Basic authentication.
fn basic(user: &str, password: &str) -> String {
    use base64::Engine;
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {pair}")
}
