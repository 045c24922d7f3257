//! The answer to a checkout: at once where it stands, or, with `Prefer: wait`, how it settled.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{HeaderName, LOCATION};
use http::{HeaderValue, StatusCode};
use revcart_http_edge::idempotency::{REPLAYED, Reply};
use revcart_http_edge::{Answer, Json, Problem};
use serde::Deserialize;
use shared_events::OrderId;

use super::body::OrderBody;
use crate::app::App;
use crate::domain::{Order, Outcome};
use crate::followers::Following;
use crate::store::orders;

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// A checkout that has been accepted, now or before.
pub(crate) struct Accepted {
    /// The answer that was kept.
    pub(crate) reply: Reply,
    /// The wait for its order, begun before it was written, so that nothing has been missed; `None` if it was written before.
    pub(crate) following: Option<Following>,
    /// Whether a guest has ordered, who needs the token.
    pub(crate) is_guest: bool,
}

/// What is read back of the kept answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    order_id: OrderId,
}

/// Answers with what was accepted; after at most `wait` with what has become of it.
pub(crate) async fn answer(
    app: &App,
    accepted: Accepted,
    wait: Option<Duration>,
) -> Answer<Response> {
    let Accepted {
        reply,
        following,
        is_guest,
    } = accepted;
    let Kept { order_id } = reply.json()?;
    let token = order_token(app, order_id).filter(|_| is_guest);
    let replayed = reply.replayed;
    let mut response = match wait {
        None => opened_by(reply, token)?.into_response(),
        Some(wait) => {
            let order = settled(app, order_id, wait, following).await?;
            outcome(&order, replayed, token)?
        }
    };
    let location =
        HeaderValue::from_str(&format!("/api/orders/{order_id}")).expect("an id is plain text");
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// By which a guest sees the order. It is never kept, so a repeated answer has a new one.
fn order_token(app: &App, order: OrderId) -> Option<String> {
    let tokens = app.peers.tokens()?;
    Some(tokens.guest(order, app.config.order_token_ttl))
}

/// The answer that was kept, with the token.
fn opened_by(reply: Reply, token: Option<String>) -> Answer<Reply> {
    let Some(token) = token else {
        return Ok(reply);
    };
    let mut body: serde_json::Map<String, serde_json::Value> = reply.json()?;
    body.insert("orderToken".to_owned(), token.into());
    let body = serde_json::Value::Object(body).to_string();
    Ok(Reply { body, ..reply })
}

/// The order once its checkout has settled, or as it stands after `wait`.
async fn settled(
    app: &App,
    id: OrderId,
    wait: Duration,
    following: Option<Following>,
) -> Answer<Order> {
    let until = app.clock.sleep(wait);
    let following = match following {
        Some(following) => following,
        None => {
            // Followed before it is read, so that no change falls in between. Where too many wait already, nobody waits.
            let following = app.followers.follow(id).ok();
            let order = read(app, id).await?;
            match following {
                Some(following) if order.outcome.is_none() => following,
                _ => return Ok(order),
            }
        }
    };
    tokio::select! {
        order = settling(following) => Ok(order),
        () = until => read(app, id).await,
    }
}

async fn settling(mut following: Following) -> Order {
    loop {
        let order = following.news().await.value;
        if order.outcome.is_some() {
            return Arc::unwrap_or_clone(order);
        }
    }
}

async fn read(app: &App, id: OrderId) -> Answer<Order> {
    orders::find(app.database.read(), id)
        .await?
        .ok_or_else(|| Problem::not_found("order"))
}

/// 201 for a confirmed order, 409 for a failed one, 202 for one that has not settled.
fn outcome(order: &Order, replayed: bool, token: Option<String>) -> Answer<Response> {
    let status = match &order.outcome {
        Some(Outcome::Confirmed) => StatusCode::CREATED,
        None => StatusCode::ACCEPTED,
        Some(Outcome::Failed(code)) => {
            let problem = Problem::conflict(
                code.clone(),
                "the order could not be carried out and has been undone",
            )
            .with("orderId", order.id)
            .with("orderNumber", order.number.to_string());
            return Err(match token {
                Some(token) => problem.with("orderToken", token),
                None => problem,
            });
        }
    };
    let body = OrderBody::from(order).opened_by(token);
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(PREFERENCE_APPLIED, HeaderValue::from_static("wait"));
    if replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}
