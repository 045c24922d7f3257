//! What nobody should send, and what every route and every consumer must answer to it.

use http::StatusCode;
use serde_json::{Value, json};
use shared_events::{Envelope, MessageId};

use crate::caller::{Call, Reply};

const BAD: StatusCode = StatusCode::BAD_REQUEST;
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
/// More than any body may have.
const HUGE: usize = 10 << 20;

/// Checks that a route refuses every body that is wrong in a way which all bodies can be wrong: no JSON, another shape, an
/// unknown field, fields of another type, too large, not called JSON. `call` makes a call with a token that is let through,
/// `good` is a body with all its fields that the route accepts.
///
/// # Panics
/// If one is not refused as it should be.
pub async fn refuses_bad_bodies(call: impl Fn() -> Call, good: &Value) {
    let send = |text: String| call().body("application/json", text);
    for malformed in ["", "{", "{\"a\":}", "nonsense"] {
        let reply = send(malformed.to_owned()).await;
        reply.expect_problem(BAD, "MALFORMED_JSON");
    }
    for shape in ["[]", "7", "null", "\"text\""] {
        let reply = send(shape.to_owned()).await;
        reply.expect_problem(WRONG, "VALIDATION_FAILED");
    }
    refuses_value(&call, good, "surprise", json!(1)).await;
    let fields = good.as_object().expect("a body is an object");
    for field in fields.keys() {
        let other_type = json!({ "of": ["another", "type"] });
        let reply = with_value(&call, good, field, other_type).await;
        reply.expect_problem(WRONG, "VALIDATION_FAILED");
    }
    let huge = format!("{{\"x\":\"{}\"}}", "x".repeat(HUGE));
    let reply = send(huge).await;
    reply.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE");
    let reply = call().body("text/plain", good.to_string()).await;
    reply.expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE");
}

/// Checks that a route refuses this value of this field, and says which field it is.
///
/// # Panics
/// If it does not.
pub async fn refuses_value(call: impl Fn() -> Call, good: &Value, field: &str, value: Value) {
    let shown = value.to_string();
    let reply = with_value(&call, good, field, value).await;
    let reply = reply.expect_problem(WRONG, "VALIDATION_FAILED");
    let named = reply.at("/errors/0/field").as_str().unwrap_or_default();
    assert!(named.starts_with(field), "{named}, not {field}: {shown}");
}

async fn with_value(call: impl Fn() -> Call, good: &Value, field: &str, value: Value) -> Reply {
    let mut body = good.clone();
    body[field] = value;
    call().json(&body).await
}

/// The message with another value at this JSON pointer, and another id: what a broken sender would send.
///
/// # Panics
/// If the message has nothing there.
#[must_use]
pub fn spoilt(message: &Envelope, pointer: &str, value: Value) -> String {
    let mut json: Value = serde_json::from_str(&message.encode()).expect("an envelope is JSON");
    let place = json.pointer_mut(pointer);
    *place.unwrap_or_else(|| panic!("{} has no {pointer}", message.data.name())) = value;
    json["id"] = json!(MessageId::new());
    json.to_string()
}
