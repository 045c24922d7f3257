//! `POST /api/analytics/track` (internal): another service tells something that is worth keeping and has no event of its own.
//! It stands in the log like an event; the same `id` twice stands there once.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Internal, Json, Problem, RequestCause, Subject};
use revcart_persistence::{UnitOfWork, inbox};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_events::{MessageId, Timestamp, redaction};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::entry::Entry;
use crate::store;

/// Bytes of data that are kept of one.
const MOST_DATA: usize = 16 << 10;

#[derive(Deserialize, Validate, ToSchema)]
#[schema(as = TrackRequest, example = json!({"name": "SearchMade", "subject": "kettle", "data": {"found": 7}}))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    /// What happened: `SearchMade`.
    #[garde(length(chars, max = 64), custom(made_like_ours))]
    #[schema(max_length = 64, pattern = "^[A-Z][A-Za-z0-9]*$")]
    name: String,
    /// Of what it speaks.
    #[garde(inner(length(chars, min = 1, max = 200)))]
    #[schema(min_length = 1, max_length = 200)]
    subject: Option<String>,
    /// What else there is to say.
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    data: Map<String, Value>,
    /// So that it can be told again without standing there twice.
    #[garde(skip)]
    id: Option<MessageId>,
    /// When it happened; now, unless given.
    #[garde(skip)]
    at: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Tracked {
    id: MessageId,
}

/// Keep something in the log
///
/// For services: something worth keeping that has no event of its own. The same `id` twice stands there once.
#[utoipa::path(
    post,
    path = "/api/analytics/track",
    request_body = Request,
    responses((status = 202, body = Tracked, description = "It stands in the log")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    Internal(identity): Internal,
    RequestCause(cause): RequestCause,
    Json(request): Json<Request>,
) -> Answer<(StatusCode, Json<Tracked>)> {
    let Subject::Service(service) = identity.subject else {
        return Err(Problem::forbidden());
    };
    let data = Value::Object(request.data).to_string();
    if data.len() > MOST_DATA {
        let most = format!("must be at most {MOST_DATA} bytes");
        return Err(Problem::invalid("data", most));
    }
    let id = request.id.unwrap_or_else(MessageId::new);
    let entry = Entry {
        id,
        message_type: format!("com.revcart.track.{}.v1", request.name),
        name: request.name,
        source: service.source().to_owned(),
        subject: request.subject.unwrap_or_default(),
        order_id: None,
        correlation_id: cause.correlation_id,
        causation_id: None,
        time: request.at.unwrap_or_else(|| app.clock.now()),
        data: redaction::redacted(&data),
    };
    let database = app.database.clone();
    database
        .write((app, entry), |unit, (app, entry)| {
            Box::pin(keep(unit, app, entry))
        })
        .await?;
    Ok((StatusCode::ACCEPTED, Json(Tracked { id })))
}

async fn keep(unit: &mut UnitOfWork, app: &App, entry: &Entry) -> Result<(), store::Error> {
    if inbox::claim(unit, &[entry.id]).await?.is_empty() {
        return Ok(());
    }
    app.append(unit, vec![entry.clone()]).await
}

/// A word like the names of events.
fn made_like_ours(name: &str, (): &()) -> garde::Result {
    let mut letters = name.chars();
    let capital = letters
        .next()
        .is_some_and(|first| first.is_ascii_uppercase());
    if capital && letters.all(|letter| letter.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(garde::Error::new("must be a word like SearchMade"))
}
