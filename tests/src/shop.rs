//! Calls on the public API, as a shopper, an admin or anybody else.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// The demo's password.
pub const DEMO_PASSWORD: &str = "revcart-demo";
/// Longer than the longest `Prefer: wait`.
const ANSWER: Duration = Duration::from_secs(60);
/// How long something that will come about may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client of one system.
#[derive(Clone)]
pub struct Shop {
    client: reqwest::Client,
    address: String,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// `Content-Type`.
    pub content_type: String,
    /// The body, null if it is empty or no JSON.
    pub json: Value,
    /// The body as it came.
    pub text: String,
}

impl Reply {
    /// The JSON of an answer with this status.
    ///
    /// # Panics
    /// When the status is another one.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json
    }

    /// The JSON of a problem with this status and code.
    ///
    /// # Panics
    /// When it is none, or another one.
    pub fn expect_problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.content_type, "application/problem+json");
        assert_eq!(self.code(), code, "{}", self.text);
        self.json
    }

    /// The problem's code.
    #[must_use]
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

impl Shop {
    /// A client of the system at `address`.
    ///
    /// # Panics
    /// Never: the client's options are in order.
    #[must_use]
    pub fn at(address: String) -> Self {
        let client = reqwest::Client::builder().timeout(ANSWER).build();
        let client = client.expect("the client's options are in order");
        Self { client, address }
    }

    /// A request, to be completed by the caller and given to [`Shop::send`].
    pub fn request(&self, method: Method, path: &str, token: Option<&str>) -> RequestBuilder {
        let url = format!("{}{path}", self.address);
        let request = self.client.request(method, url);
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn send(&self, request: RequestBuilder) -> anyhow::Result<Reply> {
        let response = request.send().await.context("not answered")?;
        let status = response.status();
        let content_type = response.headers().get("content-type");
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let text = response.text().await?;
        Ok(Reply {
            status,
            content_type,
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        })
    }

    /// GET.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn get(&self, path: &str, token: Option<&str>) -> anyhow::Result<Reply> {
        self.send(self.request(Method::GET, path, token)).await
    }

    /// POST, with a fresh idempotency key.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> anyhow::Result<Reply> {
        let request = self.request(Method::POST, path, token);
        let request = request.header("idempotency-key", fresh_name("key"));
        self.send(request.json(body)).await
    }

    /// PUT.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn put(
        &self,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> anyhow::Result<Reply> {
        self.send(self.request(Method::PUT, path, token).json(body))
            .await
    }

    /// Reads `path` until the answer is good and `wanted` is true of it.
    ///
    /// # Errors
    /// When that does not come about within a minute.
    pub async fn until(
        &self,
        path: &str,
        token: Option<&str>,
        wanted: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        let begun = Instant::now();
        loop {
            let reply = self.get(path, token).await?;
            if reply.status.is_success() && wanted(&reply.json) {
                return Ok(reply.json);
            }
            let waited = begun.elapsed();
            anyhow::ensure!(waited < PATIENCE, "{path} still says {}", reply.text);
            // Another process cannot be driven until idle, only be asked again.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Logs in and returns the access token.
    ///
    /// # Errors
    /// When that does not work.
    pub async fn log_in(&self, email: &str, password: &str) -> anyhow::Result<String> {
        let body = json!({"email": email, "password": password});
        let reply = self.post("/api/users/login", None, &body).await?;
        let token = reply.json["accessToken"].as_str().map(str::to_owned);
        token.with_context(|| format!("cannot log in: {}", reply.text))
    }

    /// The demo administrator's token.
    ///
    /// # Errors
    /// When there is none.
    pub async fn admin(&self) -> anyhow::Result<String> {
        self.log_in("admin@revcart.local", DEMO_PASSWORD).await
    }

    /// Adds a product to the catalogue and returns its id.
    ///
    /// # Errors
    /// When that does not work.
    pub async fn add_product(&self, admin: &str, stock: u32) -> anyhow::Result<String> {
        let sku = fresh_name("SKU").to_uppercase();
        let product = json!({
            "sku": sku, "name": format!("Test product {sku}"), "description": "For tests.",
            "price": {"amount": "199.00", "currency": "INR"}, "stock": stock,
        });
        let reply = self.post("/api/products", Some(admin), &product).await?;
        let id = reply.json["productId"].as_str().map(str::to_owned);
        id.with_context(|| format!("cannot add a product: {}", reply.text))
    }

    /// The stock of a product: `onHand`, `reserved`, `available`, `sold`.
    ///
    /// # Errors
    /// When it is not told.
    pub async fn stock(&self, product: &str) -> anyhow::Result<Value> {
        let path = format!("/api/products/{product}/stock");
        let reply = self.get(&path, None).await?;
        anyhow::ensure!(reply.status.is_success(), "{path}: {}", reply.text);
        Ok(reply.json)
    }
}

/// The items of a list.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn items(list: &Value) -> &[Value] {
    let items = list["items"].as_array();
    items.unwrap_or_else(|| panic!("{list} is no list"))
}

/// The text in a field of this name.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    let text = value[name].as_str();
    text.unwrap_or_else(|| panic!("{value} has no {name}"))
}

/// A name that nothing else of this test process has.
#[must_use]
pub fn fresh_name(what: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{what}-{}-{number}", std::process::id())
}
