//! Calls to gateways outside over HTTPS: with a deadline, without redirects, with bounded answers. Nothing is tried twice here.
//! What goes wrong is told without what was sent: keys and what shoppers have given stand in no error.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use revcart_runtime::config::Secret;
use serde_json::Value;

use super::Error;

/// The longest answer that is read.
const LONGEST_ANSWER: usize = 1024 * 1024;
/// The longest code of an error that is repeated.
const LONGEST_CODE: usize = 60;
const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(60);

/// How a gateway is reached. Clones share connections.
#[derive(Clone)]
pub(super) struct Wire {
    client: reqwest::Client,
    base: String,
    user: Secret,
    password: Option<Secret>,
    headers: HeaderMap,
}

/// What is sent.
pub(super) enum Content<'a> {
    Nothing,
    Form(&'a [(&'a str, &'a str)]),
    Json(&'a Value),
}

/// What a gateway has answered.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) status: StatusCode,
    pub(super) json: Value,
}

impl Wire {
    /// `user` and `password` go into each call as Basic authentication, `headers` as they are.
    ///
    /// # Panics
    /// If the TLS library cannot be set up.
    pub(super) fn new(
        base: &str,
        (user, password): (Secret, Option<Secret>),
        headers: HeaderMap,
        deadline: Duration,
    ) -> Self {
        let client = reqwest::Client::builder()
            .timeout(deadline)
            .connect_timeout(CONNECT.min(deadline))
            .pool_idle_timeout(IDLE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("the TLS library can be set up");
        Self {
            client,
            base: base.trim_end_matches('/').to_owned(),
            user,
            password,
            headers,
        }
    }

    pub(super) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Said, Error> {
        let mut path = path.to_owned();
        if !query.is_empty() {
            path.push('?');
            path.push_str(&encoded(query));
        }
        self.call(Method::GET, &path, Content::Nothing, None).await
    }

    /// `once`: the header by which the gateway knows a call again, and its value.
    pub(super) async fn post(
        &self,
        path: &str,
        content: Content<'_>,
        once: Option<(&'static str, &str)>,
    ) -> Result<Said, Error> {
        self.call(Method::POST, path, content, once).await
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        content: Content<'_>,
        once: Option<(&'static str, &str)>,
    ) -> Result<Said, Error> {
        let password = self.password.as_ref().map(Secret::expose);
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .basic_auth(self.user.expose(), password)
            .headers(self.headers.clone());
        request = match content {
            Content::Nothing => request,
            Content::Form(fields) => request
                .header(
                    CONTENT_TYPE,
                    HeaderValue::from_static("application/x-www-form-urlencoded"),
                )
                .body(encoded(fields)),
            Content::Json(json) => request.json(json),
        };
        if let Some((name, value)) = once {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = read(response).await?;
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Ok(Said { status, json })
    }
}

impl Said {
    /// What it says if it has done what was asked; what it says of why not if it will not; an error if neither is certain: then
    /// nobody knows what became of the call.
    pub(super) fn decided(self) -> Result<Result<Value, Refusal>, Error> {
        match self.status {
            status if status.is_success() && self.json.is_object() => Ok(Ok(self.json)),
            StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::NOT_FOUND => {
                Ok(Err(Refusal::of(&self.json["error"])))
            }
            _ => Err(self.error()),
        }
    }

    /// What it says; an error if it has not done what was asked.
    pub(super) fn done(self) -> Result<Value, Error> {
        if self.status.is_success() && self.json.is_object() {
            return Ok(self.json);
        }
        Err(self.error())
    }

    fn error(&self) -> Error {
        let refusal = Refusal::of(&self.json["error"]);
        Error::Answered {
            status: self.status.as_u16(),
            code: refusal.code,
        }
    }
}

/// Why a gateway will not do something, in its own codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What kind of thing is wrong.
    pub(super) code: String,
    /// What the bank says of it.
    pub(super) reason: String,
}

impl Refusal {
    /// From the `error` of an answer; texts for people are left out, they may repeat what was sent.
    pub(super) fn of(error: &Value) -> Self {
        let word = |name: &str| {
            let text = error[name].as_str().unwrap_or_default();
            let is_code = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            let word: String = text.chars().filter(is_code).take(LONGEST_CODE).collect();
            (!word.is_empty()).then_some(word)
        };
        let code = word("code").or_else(|| word("type")).unwrap_or_default();
        let reason = word("decline_code").or_else(|| word("reason"));
        Self {
            reason: reason.unwrap_or_else(|| code.clone()),
            code,
        }
    }
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(Error::Unreachable("its answer is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn unreachable(error: reqwest::Error) -> Error {
    // Addresses may carry what nobody should read in a log.
    Error::Unreachable(Box::new(error.without_url()))
}
