//! What Stripe tells by webhook. `Stripe-Signature: t=…,v1=…` signs the time and the body; while a secret is being changed there
//! are several `v1`. What is told is only a reason to ask: nothing of it is believed.

use std::time::Duration;

use http::HeaderMap;
use serde_json::Value;
use shared_events::Timestamp;

use super::Stripe;
use crate::gateways::signature;
use crate::gateways::webhook::{Event, Unheard};

/// How far its clock and ours may be apart, the way of a message included.
const TOLERANCE: Duration = Duration::from_secs(300);

impl Stripe {
    /// What is told, if Stripe tells it; none without a secret by which that could be known.
    pub(crate) fn hear(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Option<Result<Event, Unheard>> {
        let secret = self.webhook_secret.as_ref()?;
        let header = headers.get("stripe-signature");
        let header = header.and_then(|value| value.to_str().ok());
        Some(match header.and_then(Signed::parse) {
            None => Err(Unheard::NotSigned),
            Some(signed) => {
                let mut message = format!("{}.", signed.time).into_bytes();
                message.extend_from_slice(body);
                match signature::is_among(secret, &message, signed.signatures) {
                    false => Err(Unheard::NotSigned),
                    true if !is_near(signed.time, now) => Err(Unheard::TooOld),
                    true => event(body),
                }
            }
        })
    }
}

struct Signed<'a> {
    /// In seconds.
    time: i64,
    signatures: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let (mut time, mut signatures) = (None, Vec::new());
        for (name, value) in header.split(',').filter_map(|part| part.split_once('=')) {
            match name.trim() {
                "t" => time = value.trim().parse().ok(),
                "v1" => signatures.push(value.trim()),
                _ => {}
            }
        }
        let time = time?;
        Some(Self { time, signatures })
    }
}

fn is_near(seconds: i64, now: Timestamp) -> bool {
    let then = Timestamp::from_micros(seconds.saturating_mul(1_000_000));
    let apart = if now > then { now - then } else { then - now };
    apart <= TOLERANCE
}

/// What is told of: a payment intent, or something that belongs to one.
fn event(body: &[u8]) -> Result<Event, Unheard> {
    let json: Value = serde_json::from_slice(body).map_err(|_| Unheard::Malformed)?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let (Some(id), Some(kind)) = (json["id"].as_str(), json["type"].as_str()) else {
        return Err(Unheard::Malformed);
    };
    let object = &json["data"]["object"];
    let intent = match object["object"].as_str() {
        Some("payment_intent") => text(&object["id"]),
        _ => text(&object["payment_intent"]),
    };
    Ok(Event::new(id, kind, intent))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    #[test]
    fn header_may_name_several_signatures_and_schemes() {
        let signed = Signed::parse("t=12,v1=aa,v0=bb, v1=cc").unwrap();
        assert_eq!((signed.time, signed.signatures), (12, vec!["aa", "cc"]));
        for bad in ["", "v1=aa", "t=soon,v1=aa", "t"] {
            assert!(Signed::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn five_minutes_either_way_are_near() {
        let now = NOW.micros() / 1_000_000;
        for (seconds, near) in [
            (now, true),
            (now - 300, true),
            (now - 301, false),
            (now + 300, true),
            (now + 301, false),
            (i64::MIN, false),
            (i64::MAX, false),
        ] {
            assert_eq!(is_near(seconds, NOW), near, "{seconds}");
        }
    }

    #[test]
    fn intent_of_an_event_is_found_wherever_it_stands() {
        let of = |object: Value| {
            let json =
                serde_json::json!({ "id": "evt_1", "type": "x", "data": { "object": object } });
            event(json.to_string().as_bytes()).unwrap().references
        };
        let intent = serde_json::json!({ "object": "payment_intent", "id": "pi_1" });
        assert_eq!(of(intent), ["pi_1"]);
        let refund =
            serde_json::json!({ "object": "refund", "id": "re_1", "payment_intent": "pi_2" });
        assert_eq!(of(refund), ["pi_2"]);
        assert!(of(serde_json::json!({ "object": "customer", "id": "cus_1" })).is_empty());
        assert!(of(Value::Null).is_empty());
    }
}
