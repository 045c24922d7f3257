//! How an edge is set up.

use std::num::NonZeroU32;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header};
use revcart_runtime::{Clock, ConfigError, Environment, Setting, Shutdown};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::auth::Verifier;
use crate::context::REQUEST_ID;
use crate::idempotency::REPLAYED;
use crate::limits::Quotas;
use crate::shared::Shared;

/// Whether requests are limited.
pub const RATE_LIMITS: Setting = Setting {
    name: "REVCART_RATE_LIMITS",
    default: Some("on"),
    meaning: "whether requests are limited per caller: on or off (off in `revcart up` unless set)",
    secret: false,
};
/// How often one caller may read.
pub const RATE_LIMIT_READS: Setting = Setting {
    name: "REVCART_RATE_LIMIT_READS",
    default: Some("50"),
    meaning: "reading requests per second and caller; bursts of twice that are let through",
    secret: false,
};
/// How often one caller may write.
pub const RATE_LIMIT_WRITES: Setting = Setting {
    name: "REVCART_RATE_LIMIT_WRITES",
    default: Some("10"),
    meaning: "writing requests per second and caller; bursts of twice that are let through",
    secret: false,
};
/// How often one address may try passwords and codes.
pub const RATE_LIMIT_CREDENTIALS: Setting = Setting {
    name: "REVCART_RATE_LIMIT_CREDENTIALS",
    default: Some("20"),
    meaning: "log-ins, registrations, passwords, codes and coupons per minute and address; bursts of twice that are let through",
    secret: false,
};
/// How often one caller may ask for what costs much.
pub const RATE_LIMIT_HEAVY: Setting = Setting {
    name: "REVCART_RATE_LIMIT_HEAVY",
    default: Some("60"),
    meaning: "uploads, imports, exports and reports per minute and caller; bursts of twice that are let through",
    secret: false,
};
/// How often payment providers may call.
pub const RATE_LIMIT_WEBHOOKS: Setting = Setting {
    name: "REVCART_RATE_LIMIT_WEBHOOKS",
    default: Some("100"),
    meaning: "webhooks per second and address; bursts of twice that are let through",
    secret: false,
};
/// Who stands in front.
pub const TRUSTED_PROXIES: Setting = Setting {
    name: "REVCART_TRUSTED_PROXIES",
    default: Some("0"),
    meaning: "how many proxies stand in front and append to X-Forwarded-For; 0 takes the address of the connection",
    secret: false,
};
/// How long a request may take.
pub const REQUEST_TIME_LIMIT: Setting = Setting {
    name: "REVCART_REQUEST_TIME_LIMIT",
    default: Some("10s"),
    meaning: "how long a request may take; requests that stream or wait are exempt",
    secret: false,
};
/// Which pages may call.
pub const CORS_ORIGINS: Setting = Setting {
    name: "REVCART_CORS_ORIGINS",
    default: None,
    meaning: "origins whose pages may call the API, separated by commas, or * for all; none if unset",
    secret: false,
};

/// Every setting of the edge.
pub const SETTINGS: &[Setting] = &[
    RATE_LIMITS,
    RATE_LIMIT_READS,
    RATE_LIMIT_WRITES,
    RATE_LIMIT_CREDENTIALS,
    RATE_LIMIT_HEAVY,
    RATE_LIMIT_WEBHOOKS,
    TRUSTED_PROXIES,
    REQUEST_TIME_LIMIT,
    CORS_ORIGINS,
];

/// How an edge is set up. The fields may be changed after [`EdgeOptions::new`] or [`EdgeOptions::from_env`].
#[derive(Debug, Clone)]
pub struct EdgeOptions {
    /// Who checks tokens.
    pub verifier: Verifier,
    /// The time.
    pub clock: Clock,
    /// Ends event streams, which would hold up a shutdown.
    pub shutdown: Shutdown,
    /// How much one caller may ask for; `None` for as much as they like.
    pub rate_limits: Option<Quotas>,
    /// Where requests are counted.
    pub shared: Shared,
    /// How long a request may take.
    pub time_limit: Duration,
    /// How many proxies stand in front and append to `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// Origins whose pages may call; `*` for all.
    pub cors_origins: Vec<HeaderValue>,
}

impl EdgeOptions {
    /// No rate limits, no proxies, no other origins, ten seconds per request.
    pub fn new(verifier: Verifier, clock: Clock, shutdown: Shutdown) -> Self {
        Self {
            verifier,
            clock,
            shutdown,
            rate_limits: None,
            shared: Shared::Memory,
            time_limit: Duration::from_secs(10),
            trusted_proxies: 0,
            cors_origins: Vec::new(),
        }
    }

    /// As the [`SETTINGS`] say.
    pub fn from_env(
        env: &Environment,
        verifier: Verifier,
        clock: Clock,
        shutdown: Shutdown,
    ) -> Result<Self, ConfigError> {
        let limited = env.one_of(
            &RATE_LIMITS,
            &[
                ("on", true),
                ("off", false),
                ("true", true),
                ("false", false),
            ],
        )?;
        let quotas = Quotas {
            credentials_per_minute: env.parse::<NonZeroU32>(&RATE_LIMIT_CREDENTIALS)?,
            heavy_per_minute: env.parse::<NonZeroU32>(&RATE_LIMIT_HEAVY)?,
            webhooks_per_second: env.parse::<NonZeroU32>(&RATE_LIMIT_WEBHOOKS)?,
            reads_per_second: env.parse::<NonZeroU32>(&RATE_LIMIT_READS)?,
            writes_per_second: env.parse::<NonZeroU32>(&RATE_LIMIT_WRITES)?,
        };
        let origins = match env.optional_text(&CORS_ORIGINS)? {
            None => Vec::new(),
            Some(list) => origins(&list)?,
        };
        Ok(Self {
            rate_limits: limited.then_some(quotas),
            time_limit: env.duration(&REQUEST_TIME_LIMIT)?,
            trusted_proxies: env.within(&TRUSTED_PROXIES, 0..=16)?,
            cors_origins: origins,
            ..Self::new(verifier, clock, shutdown)
        })
    }

    pub(super) fn cors_layer(&self) -> Option<CorsLayer> {
        let origins = match self.cors_origins.as_slice() {
            [] => return None,
            [all] if all == "*" => AllowOrigin::any(),
            some => AllowOrigin::list(some.iter().cloned()),
        };
        let request_id = HeaderName::from_static(REQUEST_ID);
        let layer = CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
            .allow_headers([
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                header::ACCEPT,
                HeaderName::from_static("idempotency-key"),
                HeaderName::from_static("prefer"),
                HeaderName::from_static("last-event-id"),
                HeaderName::from_static("traceparent"),
                request_id.clone(),
            ])
            .expose_headers([header::LOCATION, header::RETRY_AFTER, REPLAYED, request_id])
            .max_age(Duration::from_secs(3600));
        Some(layer)
    }
}

fn origins(list: &str) -> Result<Vec<HeaderValue>, ConfigError> {
    let origin = |origin: &str| {
        let plain =
            origin == "*" || origin.starts_with("http://") || origin.starts_with("https://");
        HeaderValue::from_str(origin.trim_end_matches('/'))
            .ok()
            .filter(|_| plain)
            .ok_or_else(|| {
                ConfigError::invalid(
                    &CORS_ORIGINS,
                    list,
                    format!("{origin:?} is not an origin"),
                    "origins such as https://shop.example, or *",
                )
            })
    };
    list.split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(origin)
        .collect()
}
