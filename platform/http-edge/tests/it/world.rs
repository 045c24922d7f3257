//! What the tests stand on: an order-service behind its edge, people with tokens, a clock to move.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use revcart_http_edge::{
    Claims, Edge, EdgeOptions, KeySource, Role, ServiceTokens, ServiceTrust, Signer, Verifier,
};
use revcart_runtime::{Clock, Health, Shutdown};
use serde_json::Value;
use shared_events::{Service, Timestamp, UserId};
use tower::ServiceExt;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) shutdown: Shutdown,
    pub(crate) health: Health,
    /// The key of user-service.
    pub(crate) users: Signer,
    /// The key of cart-service.
    pub(crate) cart: Signer,
    /// The key of order-service.
    pub(crate) order: Signer,
    pub(crate) verifier: Verifier,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Clock::manual(Timestamp::from_micros(1_750_000_000_000_000));
        let [users, cart, order] = std::array::from_fn(|_| Signer::generate());
        let trust = ServiceTrust::new();
        trust.trust(Service::Cart, cart.jwk()).unwrap();
        trust.trust(Service::Order, order.jwk()).unwrap();
        let keys = KeySource::Static([users.jwk().clone()].into_iter().collect());
        Self {
            verifier: Verifier::new(keys, trust, clock.clone()),
            shutdown: Shutdown::new(),
            health: Health::new(),
            clock,
            users,
            cart,
            order,
        }
    }

    pub(crate) fn options(&self) -> EdgeOptions {
        EdgeOptions::new(
            self.verifier.clone(),
            self.clock.clone(),
            self.shutdown.clone(),
        )
    }

    /// These routes as order-service serves them.
    pub(crate) fn serve(&self, routes: Router) -> Router {
        self.serve_with(self.options(), routes)
    }

    pub(crate) fn serve_with(&self, options: EdgeOptions, routes: Router) -> Router {
        revcart_http_edge::edge(Service::Order, routes, &self.health, options)
    }

    /// These routes as another service of the process calls them.
    pub(crate) fn behind_edge(&self, service: Service, routes: Router) -> Router {
        Edge::new(self.options()).around(service, routes)
    }

    pub(crate) fn token(&self, role: Role) -> String {
        self.token_of(UserId::new(), role)
    }

    pub(crate) fn token_of(&self, user: UserId, role: Role) -> String {
        self.users
            .sign(&Claims::user(user, role, self.clock.now(), HOUR))
    }

    /// By which cart-service calls order-service.
    pub(crate) fn service_token(&self) -> String {
        let claims = Claims::service(Service::Cart, Service::Order, self.clock.now(), HOUR);
        self.cart.sign(&claims)
    }

    pub(crate) fn order_tokens(&self) -> ServiceTokens {
        ServiceTokens::new(Service::Order, self.order.clone(), self.clock.clone())
    }

    pub(crate) fn cart_tokens(&self) -> ServiceTokens {
        ServiceTokens::new(Service::Cart, self.cart.clone(), self.clock.clone())
    }
}

/// A request in the making.
pub(crate) struct Ask(http::request::Builder, Body);

pub(crate) fn get(path: &str) -> Ask {
    Ask(Request::builder().uri(path), Body::empty())
}

pub(crate) fn post(path: &str) -> Ask {
    get(path).method(Method::POST)
}

impl Ask {
    pub(crate) fn method(self, method: Method) -> Self {
        Self(self.0.method(method), self.1)
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value), self.1)
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: impl Into<Body>) -> Self {
        let ask = self.header(CONTENT_TYPE.as_str(), "application/json");
        ask.body(body)
    }

    pub(crate) fn body(self, body: impl Into<Body>) -> Self {
        Self(self.0, body.into())
    }

    pub(crate) fn request(self) -> Request<Body> {
        self.0.body(self.1).unwrap()
    }

    pub(crate) async fn of(self, router: &Router) -> Told {
        let response = router.clone().oneshot(self.request()).await.unwrap();
        let (head, body) = response.into_parts();
        Told {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Told {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn status_is(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{:?}", self.body);
    }

    /// Checks that it is a problem, with everything that problems have, and this code.
    #[track_caller]
    pub(crate) fn refuses(self, status: u16, code: &str) -> Self {
        let json = self.json();
        assert_eq!(
            (self.status.as_u16(), json["code"].as_str()),
            (status, Some(code)),
            "{json}"
        );
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(json["status"], status);
        assert_eq!(json["traceId"].as_str().map(str::len), Some(32), "{json}");
        for member in ["type", "title", "detail"] {
            assert!(
                json[member].as_str().is_some_and(|text| !text.is_empty()),
                "{member}: {json}"
            );
        }
        assert_eq!(json["errors"].is_array(), status == 422, "{json}");
        self
    }

    /// The refused fields, as `field: message`.
    pub(crate) fn errors(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["errors"].as_array().unwrap();
        let line = |error: &Value| {
            format!(
                "{}: {}",
                error["field"].as_str().unwrap(),
                error["message"].as_str().unwrap()
            )
        };
        errors.iter().map(line).collect()
    }
}
