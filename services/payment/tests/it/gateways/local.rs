//! localstripe of the local stack, behind a line of ours.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use revcart_runtime::{Environment, Setting};
use serde_json::Value;

use super::line::Line;

const URL: Setting = Setting {
    name: "REVCART_TEST_STRIPE_URL",
    default: None,
    meaning: "where localstripe is: run `localstack/stack up` and `eval \"$(localstack/stack env)\"`",
    secret: false,
};
/// What localstripe takes for a key.
pub(crate) const KEY: &str = "sk_test_planted_stripe";

/// A client of it, as the tests have one themselves.
#[derive(Clone)]
pub(crate) struct Local {
    client: reqwest::Client,
    pub(crate) url: String,
}

impl Local {
    /// That of the stack, which has to be up.
    pub(crate) fn find() -> Self {
        let url = Environment::from_process().text(&URL);
        let url = url.unwrap_or_else(|error| panic!("{error}"));
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10));
        let client = client.build().unwrap();
        Self { client, url }
    }

    /// A line to it.
    pub(crate) async fn line(&self) -> Line {
        let router = Router::new().fallback(forward).with_state(self.clone());
        Line::to(router).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}{path}", self.url));
        let reply = request.basic_auth(KEY, None::<&str>).send().await.unwrap();
        serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap()
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self.client.post(format!("{}{path}", self.url)).body(body);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let reply = request.basic_auth(KEY, None::<&str>).send().await.unwrap();
        let status = reply.status();
        let body = reply.bytes().await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    /// The intents of a payment that went over this line, and what localstripe knows of each.
    pub(crate) async fn intents(&self, line: &Line, payment: &str) -> Vec<Value> {
        let mut intents = Vec::new();
        for asked in line.asked() {
            let made: Value = serde_json::from_str(&asked.answer).unwrap_or(Value::Null);
            let charge = made["metadata"]["charge"].as_str().unwrap_or_default();
            if asked.path == "/v1/payment_intents" && charge.starts_with(payment) {
                let id = made["id"].as_str().unwrap();
                intents.push(self.get(&format!("/v1/payment_intents/{id}")).await);
            }
        }
        intents
    }

    /// What was taken of a payment, and what went back, in minor units.
    pub(crate) async fn sums(&self, line: &Line, payment: &str) -> (i64, i64) {
        let (mut taken, mut back) = (0, 0);
        for intent in self.intents(line, payment).await {
            if intent["status"] == "succeeded" {
                taken += intent["amount"].as_i64().unwrap();
                let id = intent["id"].as_str().unwrap();
                let refunds = self.get(&format!("/v1/refunds?payment_intent={id}")).await;
                let refunds = refunds["data"].as_array().unwrap().clone();
                back += refunds
                    .iter()
                    .map(|it| it["amount"].as_i64().unwrap())
                    .sum::<i64>();
            }
        }
        (taken, back)
    }
}

async fn forward(State(local): State<Local>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().unwrap().as_str();
    let body = to_bytes(body, 1024 * 1024).await.unwrap();
    let mut call = local
        .client
        .request(head.method, format!("{}{path}", local.url));
    for (name, value) in &head.headers {
        if name != HOST && (name == AUTHORIZATION || name == CONTENT_TYPE) {
            call = call.header(name, value);
        }
    }
    match call.body(body).send().await {
        Ok(reply) => {
            let status = reply.status();
            (status, Body::from(reply.bytes().await.unwrap())).into_response()
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
