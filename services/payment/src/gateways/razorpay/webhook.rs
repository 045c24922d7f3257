//! What Razorpay tells by webhook. `X-Razorpay-Signature` signs the body as it came. It tells again for a day with the body of the
//! first time, so there is no age to check: what is told is only a reason to ask, and each event counts once.

use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderMap;
use serde_json::Value;

use super::Razorpay;
use crate::gateways::signature;
use crate::gateways::webhook::{Event, Unheard};

impl Razorpay {
    /// What is told, if Razorpay tells it; none without a secret by which that could be known.
    pub(crate) fn hear(&self, headers: &HeaderMap, body: &[u8]) -> Option<Result<Event, Unheard>> {
        let secret = self.webhook_secret.as_ref()?;
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let signature = header("x-razorpay-signature").unwrap_or_default();
        if !signature::is_valid(secret, body, signature) {
            return Some(Err(Unheard::NotSigned));
        }
        Some(event(body, header("x-razorpay-event-id")))
    }
}

fn event(body: &[u8], id: Option<&str>) -> Result<Event, Unheard> {
    let json: Value = serde_json::from_slice(body).map_err(|_| Unheard::Malformed)?;
    let Some(kind) = json["event"].as_str() else {
        return Err(Unheard::Malformed);
    };
    let payload = &json["payload"];
    let orders = [
        &payload["payment"]["entity"]["order_id"],
        &payload["order"]["entity"]["id"],
    ];
    let mut references: Vec<String> = orders
        .iter()
        .filter_map(|order| order.as_str().map(str::to_owned))
        .collect();
    references.dedup();
    // An event that comes without a name is known by its body.
    let name = match id.filter(|id| !id.is_empty()) {
        Some(id) => id.to_owned(),
        None => hex::encode(digest(&SHA256, body)),
    };
    Ok(Event::new(&name, kind, references))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_of_an_event_is_found_once_wherever_it_stands() {
        let body = json!({
            "event": "order.paid",
            "payload": { "payment": { "entity": { "id": "pay_1", "order_id": "order_1" } }, "order": { "entity": { "id": "order_1" } } }
        });
        let event = event(body.to_string().as_bytes(), Some("e1")).unwrap();
        assert_eq!(
            (event.id.as_str(), event.references),
            ("e1", vec!["order_1".to_owned()])
        );
    }

    #[test]
    fn event_without_a_name_is_known_by_its_body() {
        let body = br#"{"event":"payment.failed"}"#;
        let (one, other) = (event(body, None).unwrap(), event(body, Some("")).unwrap());
        assert_eq!(one, other);
        assert_eq!(one.id.len(), 64);
        assert_eq!(event(b"[]", None), Err(Unheard::Malformed));
    }
}
