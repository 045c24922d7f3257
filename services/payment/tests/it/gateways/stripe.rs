//! A Stripe that keeps to what its documentation says, where localstripe does not: it knows idempotency keys, gives back no more
//! than was taken, declines with reasons, wants some cards authenticated, and has refunds that take their time or fail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

pub(crate) const KEY: &str = "sk_test_planted_stripe";

/// What becomes of refunds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Refunds {
    #[default]
    Succeed,
    /// They wait for the bank.
    Wait,
    /// They are not made.
    Refuse,
}

#[derive(Debug, Clone)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) charge: String,
    pub(crate) status: &'static str,
    method: Option<String>,
    error: Value,
}

#[derive(Debug, Clone)]
pub(crate) struct Refund {
    id: String,
    intent: String,
    pub(crate) amount: i64,
    key: String,
    pub(crate) status: &'static str,
}

#[derive(Default)]
pub(crate) struct Books {
    pub(crate) intents: Vec<Intent>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) policy: Refunds,
    known: HashMap<String, (String, StatusCode, Value)>,
}

/// The gateway. Clones share its books.
#[derive(Clone, Default)]
pub(crate) struct Stripe(Arc<Mutex<Books>>);

type Form = Vec<(String, String)>;
type Answered = (StatusCode, Value);

impl Stripe {
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/v1/payment_intents", post(create))
            .route("/v1/payment_intents/{id}", get(retrieve))
            .route("/v1/payment_intents/{id}/{action}", post(act))
            .route("/v1/refunds", post(refund).get(list))
            .with_state(self.clone())
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap()
    }

    /// What was taken of a payment, and what went back, in minor units.
    pub(crate) fn sums(&self, payment: &str) -> (i64, i64) {
        let books = self.books();
        let own = books
            .intents
            .iter()
            .filter(|it| it.charge.starts_with(payment));
        let own: Vec<_> = own.filter(|it| it.status == "succeeded").collect();
        let is_of = |refund: &&Refund| own.iter().any(|it| it.id == refund.intent);
        let back = books.refunds.iter().filter(is_of);
        let back = back.filter(|refund| refund.status != "failed");
        (
            own.iter().map(|it| it.amount).sum(),
            back.map(|it| it.amount).sum(),
        )
    }

    /// The shopper gives a card to the page. Whether Stripe takes it.
    pub(crate) fn page(&self, payment: &str, card: &str) -> bool {
        let mut books = self.books();
        let intent = books
            .intents
            .iter_mut()
            .rev()
            .find(|it| it.charge.starts_with(payment));
        let intent = intent.expect("an intent of this payment");
        if !matches!(intent.status, "requires_payment_method" | "requires_action") {
            return false;
        }
        intent.method = Some(card.to_owned());
        intent.try_card();
        intent.status == "succeeded"
    }

    fn once(
        &self,
        headers: &HeaderMap,
        request: String,
        act: impl FnOnce(&mut Books) -> Answered,
    ) -> Response {
        if let Some(refused) = unauthorized(headers) {
            return refused;
        }
        let mut books = self.books();
        let key = headers
            .get("idempotency-key")
            .map(|key| key.to_str().unwrap().to_owned());
        let (status, json) = match key.as_ref().and_then(|key| books.known.get(key)) {
            Some((first, ..)) if *first != request => (
                StatusCode::BAD_REQUEST,
                json!({ "error": { "type": "idempotency_error" } }),
            ),
            Some((_, status, json)) => (*status, json.clone()),
            None => {
                let (status, json) = act(&mut books);
                if let Some(key) = key {
                    books.known.insert(key, (request, status, json.clone()));
                }
                (status, json)
            }
        };
        (status, Json(json)).into_response()
    }
}

impl Intent {
    fn json(&self) -> Value {
        json!({
            "id": self.id, "object": "payment_intent", "amount": self.amount, "currency": "inr", "status": self.status,
            "client_secret": format!("{}_secret_planted", self.id), "metadata": { "charge": self.charge },
            "last_payment_error": self.error,
        })
    }

    fn try_card(&mut self) {
        let decline = |code: &str| json!({ "type": "card_error", "code": "card_declined", "decline_code": code, "message": "Your card was declined." });
        self.error = Value::Null;
        self.status = match self.method.take().as_deref() {
            Some("pm_card_authenticationRequired") => "requires_action",
            Some("pm_card_chargeDeclined") => {
                self.error = decline("generic_decline");
                "requires_payment_method"
            }
            Some("pm_card_chargeDeclinedInsufficientFunds") => {
                self.error = decline("insufficient_funds");
                "requires_payment_method"
            }
            Some(_) => "succeeded",
            None => "requires_payment_method",
        };
    }
}

fn unauthorized(headers: &HeaderMap) -> Option<Response> {
    let wanted = super::basic(KEY, "");
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    (given != Some(wanted.as_str())).then(|| StatusCode::UNAUTHORIZED.into_response())
}

fn field<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
    let found = form.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

fn error(code: &str, param: &str) -> Answered {
    let error =
        json!({ "type": "invalid_request_error", "code": code, "param": param, "message": "no" });
    (StatusCode::BAD_REQUEST, json!({ "error": error }))
}

async fn create(
    State(stripe): State<Stripe>,
    headers: HeaderMap,
    axum::Form(form): axum::Form<Form>,
) -> Response {
    stripe.once(&headers, format!("{form:?}"), |books| {
        let method = field(&form, "payment_method");
        if method.is_some_and(|method| !method.starts_with("pm_card_")) {
            return error("resource_missing", "payment_method");
        }
        let number = books.intents.len() + 1;
        let charge = field(&form, "metadata[charge]").unwrap().to_owned();
        let intent = Intent {
            id: format!("pi_{number}{}", &charge[..8]),
            amount: field(&form, "amount").unwrap().parse().unwrap(),
            charge,
            status: if method.is_some() {
                "requires_confirmation"
            } else {
                "requires_payment_method"
            },
            method: method.map(str::to_owned),
            error: Value::Null,
        };
        let json = intent.json();
        books.intents.push(intent);
        (StatusCode::OK, json)
    })
}

async fn retrieve(
    State(stripe): State<Stripe>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    if let Some(refused) = unauthorized(&headers) {
        return refused;
    }
    let books = stripe.books();
    match books.intents.iter().find(|it| it.id == id) {
        Some(intent) => Json(intent.json()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn act(
    State(stripe): State<Stripe>,
    headers: HeaderMap,
    Path((id, action)): Path<(String, String)>,
) -> Response {
    stripe.once(&headers, format!("{id}/{action}"), |books| {
        let Some(intent) = books.intents.iter_mut().find(|it| it.id == id) else {
            return error("resource_missing", "intent");
        };
        match (action.as_str(), intent.status) {
            ("confirm", "requires_confirmation") => intent.try_card(),
            ("cancel", status) if !matches!(status, "succeeded" | "canceled" | "processing") => {
                intent.status = "canceled"
            }
            _ => return error("payment_intent_unexpected_state", "intent"),
        }
        if intent.error.is_null() || intent.status == "canceled" {
            return (StatusCode::OK, intent.json());
        }
        let mut refusal = intent.error.clone();
        refusal["payment_intent"] = intent.json();
        (StatusCode::PAYMENT_REQUIRED, json!({ "error": refusal }))
    })
}

async fn refund(
    State(stripe): State<Stripe>,
    headers: HeaderMap,
    axum::Form(form): axum::Form<Form>,
) -> Response {
    stripe.once(&headers, format!("{form:?}"), |books| {
        let intent = field(&form, "payment_intent").unwrap().to_owned();
        let amount: i64 = field(&form, "amount").unwrap().parse().unwrap();
        let taken = books
            .intents
            .iter()
            .find(|it| it.id == intent && it.status == "succeeded");
        let taken = taken.map_or(0, |it| it.amount);
        let of_it = books
            .refunds
            .iter()
            .filter(|it| it.intent == intent && it.status != "failed");
        let back: i64 = of_it.map(|it| it.amount).sum();
        if amount > taken - back {
            return error("charge_already_refunded", "amount");
        }
        let status = match books.policy {
            Refunds::Succeed => "succeeded",
            Refunds::Wait => "pending",
            Refunds::Refuse => return error("refund_disputed_payment", "charge"),
        };
        let key = field(&form, "metadata[refund]").unwrap().to_owned();
        let id = format!("re_{}", books.refunds.len() + 1);
        books.refunds.push(Refund {
            id,
            intent,
            amount,
            key,
            status,
        });
        (StatusCode::OK, books.refunds.last().unwrap().json())
    })
}

impl Refund {
    fn json(&self) -> Value {
        json!({ "id": self.id, "object": "refund", "amount": self.amount, "payment_intent": self.intent, "status": self.status, "metadata": { "refund": self.key } })
    }
}

/// One at a time, so that pages are turned.
async fn list(
    State(stripe): State<Stripe>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if let Some(refused) = unauthorized(&headers) {
        return refused;
    }
    let books = stripe.books();
    let own: Vec<&Refund> = books
        .refunds
        .iter()
        .rev()
        .filter(|it| it.intent == query["payment_intent"])
        .collect();
    let after = query.get("starting_after");
    let from = after.map_or(0, |id| own.iter().position(|it| it.id == *id).unwrap() + 1);
    let data: Vec<Value> = own.iter().skip(from).take(1).map(|it| it.json()).collect();
    Json(json!({ "object": "list", "data": data, "has_more": from + 1 < own.len() }))
        .into_response()
}
