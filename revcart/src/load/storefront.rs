//! The calls that a storefront makes, with the patience of one whose system may be restarting.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// Longer than the longest `Prefer: wait`.
const CALL_TIMEOUT: Duration = Duration::from_secs(45);

/// A client of the public API.
#[derive(Clone)]
pub(crate) struct Storefront {
    client: reqwest::Client,
    target: Arc<str>,
    patience: Duration,
    log: Option<Arc<Mutex<File>>>,
}

/// An answer: its status and its JSON, null if it had none.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) json: Value,
}

/// A call: what is asked, by whom.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) body: Option<Value>,
    pub(crate) headers: &'a [(&'a str, String)],
}

impl Reply {
    /// The JSON, if the call went well.
    pub(crate) fn ok(self, what: &str) -> anyhow::Result<Value> {
        anyhow::ensure!(
            self.status.is_success(),
            "{what}: {} {}",
            self.status,
            self.json
        );
        Ok(self.json)
    }

    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

impl Storefront {
    pub(crate) fn new(
        target: &str,
        patience: Duration,
        log: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(CALL_TIMEOUT)
            .pool_max_idle_per_host(256)
            .build()?;
        let log = match log {
            Some(path) => {
                let file = OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(path)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                Some(Arc::new(Mutex::new(file)))
            }
            None => None,
        };
        Ok(Self {
            client,
            target: target.trim_end_matches('/').into(),
            patience,
            log,
        })
    }

    /// Makes a call; one that is not answered is repeated until the patience ends. Every call that changes something is
    /// safe to repeat: checkouts carry a key, and carts are read again before a checkout.
    pub(crate) async fn call(&self, call: &Call<'_>) -> anyhow::Result<Reply> {
        let started = Instant::now();
        loop {
            match self.attempt(call).await {
                Ok(reply)
                    if is_nobodys_answer(reply.status) && started.elapsed() < self.patience => {}
                Ok(reply) => return Ok(reply),
                Err(error) if started.elapsed() >= self.patience => return Err(error),
                Err(_) => {}
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn attempt(&self, call: &Call<'_>) -> anyhow::Result<Reply> {
        let mut request = self
            .client
            .request(call.method.clone(), format!("{}{}", self.target, call.path));
        if let Some(token) = call.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in call.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request
            .send()
            .await
            .with_context(|| format!("{} {} was not answered", call.method, call.path))?;
        let status = response.status();
        let bytes = response
            .bytes()
            .await
            .with_context(|| format!("the answer to {} {} broke off", call.method, call.path))?;
        let json = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or(Value::Null)
        };
        Ok(Reply { status, json })
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> anyhow::Result<Reply> {
        self.call(&Call {
            method: Method::GET,
            path,
            token,
            body: None,
            headers: &[],
        })
        .await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        token: Option<&str>,
        body: Value,
    ) -> anyhow::Result<Reply> {
        self.call(&Call {
            method: Method::POST,
            path,
            token,
            body: Some(body),
            headers: &[],
        })
        .await
    }

    /// Notes an accepted order where the run keeps its log.
    pub(crate) fn accepted(&self, order_id: &str) {
        if let Some(log) = &self.log {
            let mut file = log
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Err(error) = writeln!(file, "{order_id}") {
                tracing::error!(%error, order_id, "an accepted order could not be logged");
            }
        }
    }
}

/// Whether the service was not there to answer, or a gateway before it cannot tell what became of the call.
fn is_nobodys_answer(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    )
}
