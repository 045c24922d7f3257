//! A Razorpay that keeps to what its documentation says: Basic authentication, amounts in subunits, receipts that are unique,
//! capture from `authorized` only, refunds of no more than was taken.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

pub(crate) const KEY_ID: &str = "rzp_test_shop";
pub(crate) const KEY_SECRET: &str = "planted_razorpay_secret";

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: String,
    amount: i64,
    pub(crate) receipt: String,
    charge: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Payment {
    pub(crate) id: String,
    order: String,
    amount: i64,
    pub(crate) status: &'static str,
}

#[derive(Debug, Clone)]
struct Refund {
    payment: String,
    amount: i64,
    receipt: String,
}

#[derive(Default)]
pub(crate) struct Books {
    pub(crate) orders: Vec<Order>,
    pub(crate) payments: Vec<Payment>,
    refunds: Vec<Refund>,
    /// Whether refunds are made.
    pub(crate) refuses: bool,
    /// Whether refunds wait for the bank.
    pub(crate) waits: bool,
}

/// The gateway. Clones share its books.
#[derive(Clone, Default)]
pub(crate) struct Razorpay(Arc<Mutex<Books>>);

impl Razorpay {
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/v1/orders", post(create).get(orders))
            .route("/v1/orders/{id}/payments", get(payments))
            .route("/v1/payments/{id}", get(payment))
            .route("/v1/payments/{id}/capture", post(capture))
            .route("/v1/payments/{id}/refund", post(refund))
            .route("/v1/payments/{id}/refunds", get(refunds))
            .with_state(self.clone())
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap()
    }

    /// What was taken of a payment, and what went back, in minor units.
    pub(crate) fn sums(&self, payment: &str) -> (i64, i64) {
        let books = self.books();
        let orders: Vec<_> = books
            .orders
            .iter()
            .filter(|it| it.charge.starts_with(payment))
            .collect();
        let own = books
            .payments
            .iter()
            .filter(|it| orders.iter().any(|order| order.id == it.order));
        let own: Vec<_> = own.filter(|it| it.status == "captured").collect();
        let back = books
            .refunds
            .iter()
            .filter(|it| own.iter().any(|payment| payment.id == it.payment));
        (
            own.iter().map(|it| it.amount).sum(),
            back.map(|it| it.amount).sum(),
        )
    }

    /// The order of a payment of ours.
    pub(crate) fn order_of(&self, payment: &str) -> String {
        let books = self.books();
        let order = books
            .orders
            .iter()
            .rev()
            .find(|it| it.charge.starts_with(payment));
        order.expect("an order of this payment").id.clone()
    }

    /// The shopper pays on the page: returns the payment's id and what the page brings as its signature.
    pub(crate) fn page(&self, payment: &str, status: &'static str) -> (String, String) {
        let order = self.order_of(payment);
        let mut books = self.books();
        let amount = books
            .orders
            .iter()
            .find(|it| it.id == order)
            .unwrap()
            .amount;
        let id = format!("pay_{}", books.payments.len() + 1);
        books.payments.push(Payment {
            id: id.clone(),
            order: order.clone(),
            amount,
            status,
        });
        let signature = super::razorpay_signature(KEY_SECRET, format!("{order}|{id}").as_bytes());
        (id, signature)
    }
}

fn unauthorized(headers: &HeaderMap) -> Option<Response> {
    let wanted = super::basic(KEY_ID, KEY_SECRET);
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    (given != Some(wanted.as_str())).then(|| StatusCode::UNAUTHORIZED.into_response())
}

fn error(description: &str) -> Response {
    let error = json!({ "code": "BAD_REQUEST_ERROR", "description": description, "source": "business", "step": "payment_initiation", "reason": "input_validation_failed", "metadata": {} });
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
}

fn collection(items: Vec<Value>) -> Response {
    Json(json!({ "entity": "collection", "count": items.len(), "items": items })).into_response()
}

impl Order {
    fn json(&self) -> Value {
        json!({ "id": self.id, "entity": "order", "amount": self.amount, "currency": "INR", "receipt": self.receipt, "status": "created" })
    }
}

impl Payment {
    fn json(&self) -> Value {
        json!({ "id": self.id, "entity": "payment", "amount": self.amount, "currency": "INR", "status": self.status, "order_id": self.order, "captured": self.status == "captured" })
    }
}

async fn create(
    State(razorpay): State<Razorpay>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    if let Some(refused) = unauthorized(&headers) {
        return refused;
    }
    let mut books = razorpay.books();
    let receipt = body["receipt"].as_str().unwrap().to_owned();
    if receipt.len() > 40 {
        return error("receipt: the length must be no more than 40.");
    }
    let is_unique = body["unique_receipt"] == json!(true);
    if is_unique && books.orders.iter().any(|it| it.receipt == receipt) {
        return error("Order with this receipt already exists.");
    }
    let order = Order {
        id: format!("order_{}{}", books.orders.len() + 1, &receipt[..8]),
        amount: body["amount"].as_i64().unwrap(),
        receipt,
        charge: body["notes"]["charge"].as_str().unwrap().to_owned(),
    };
    let json = order.json();
    books.orders.push(order);
    Json(json).into_response()
}

async fn orders(
    State(razorpay): State<Razorpay>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let books = razorpay.books();
    let found = books
        .orders
        .iter()
        .filter(|it| it.receipt == query["receipt"]);
    collection(found.map(Order::json).collect())
}

async fn payments(
    State(razorpay): State<Razorpay>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    if let Some(refused) = unauthorized(&headers) {
        return refused;
    }
    let books = razorpay.books();
    let found = books.payments.iter().filter(|it| it.order == id);
    collection(found.map(Payment::json).collect())
}

async fn payment(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Response {
    let books = razorpay.books();
    match books.payments.iter().find(|it| it.id == id) {
        Some(payment) => Json(payment.json()).into_response(),
        None => error("The id provided does not exist"),
    }
}

async fn capture(
    State(razorpay): State<Razorpay>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    if let Some(refused) = unauthorized(&headers) {
        return refused;
    }
    let mut books = razorpay.books();
    let Some(payment) = books.payments.iter_mut().find(|it| it.id == id) else {
        return error("The id provided does not exist");
    };
    if payment.status == "captured" {
        return error("This payment has already been captured");
    }
    if payment.status != "authorized"
        || body["amount"] != json!(payment.amount)
        || body["currency"] != json!("INR")
    {
        return error(
            "Only payments which have been authorized and not yet captured can be captured",
        );
    }
    payment.status = "captured";
    Json(payment.json()).into_response()
}

impl Refund {
    fn json(&self, waits: bool) -> Value {
        json!({ "id": format!("rfnd_{}", self.receipt), "entity": "refund", "amount": self.amount, "payment_id": self.payment, "receipt": self.receipt, "status": if waits { "pending" } else { "processed" } })
    }
}

async fn refund(
    State(razorpay): State<Razorpay>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Response {
    if let Some(refused) = unauthorized(&headers) {
        return refused;
    }
    let mut books = razorpay.books();
    let payment = books
        .payments
        .iter()
        .find(|it| it.id == id && it.status == "captured");
    let taken = payment.map_or(0, |it| it.amount);
    let back: i64 = books
        .refunds
        .iter()
        .filter(|it| it.payment == id)
        .map(|it| it.amount)
        .sum();
    let amount = body["amount"].as_i64().unwrap();
    if books.refuses || amount > taken - back {
        return error("The total refund amount is greater than the refund payment amount");
    }
    let receipt = body["receipt"].as_str().unwrap().to_owned();
    let refund = Refund {
        payment: id,
        amount,
        receipt,
    };
    let json = refund.json(books.waits);
    books.refunds.push(refund);
    Json(json).into_response()
}

async fn refunds(State(razorpay): State<Razorpay>, Path(id): Path<String>) -> Response {
    let books = razorpay.books();
    let found = books.refunds.iter().filter(|it| it.payment == id);
    collection(found.map(|it| it.json(books.waits)).collect())
}
