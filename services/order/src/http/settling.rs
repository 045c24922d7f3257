//! The answer to a checkout: at once where it stands, or, with `Prefer: wait`, how it settled.

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
use crate::store::orders;

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// What is read back of an accepted order.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    order_id: OrderId,
}

/// Answers with what was accepted; after at most `wait` with what has become of it.
pub(crate) async fn answer(app: &App, accepted: Reply, wait: Option<Duration>) -> Answer<Response> {
    let Accepted { order_id } = accepted.json()?;
    let mut response = match wait {
        None => accepted.clone().into_response(),
        Some(wait) => waited(app, order_id, wait, accepted.replayed).await?,
    };
    let location =
        HeaderValue::from_str(&format!("/api/orders/{order_id}")).expect("an id is plain text");
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

async fn waited(app: &App, order_id: OrderId, wait: Duration, replayed: bool) -> Answer<Response> {
    let order = settled(app, order_id, wait).await?;
    let mut response = outcome(&order)?;
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

/// The order once its checkout has settled, or as it stands after `wait`.
async fn settled(app: &App, order_id: OrderId, wait: Duration) -> Answer<Order> {
    let until = app.clock.sleep(wait);
    // Followed before it is read, so that no change falls in between. Where too many wait already, nobody waits.
    let following = app.followers.follow(order_id);
    let order = orders::find(app.database.read(), order_id)
        .await?
        .ok_or_else(|| Problem::not_found("order"))?;
    let Some(mut following) = following.filter(|_| order.outcome.is_none()) else {
        return Ok(order);
    };
    let mut latest = order;
    tokio::pin!(until);
    while latest.outcome.is_none() {
        tokio::select! {
            news = following.news() => latest = Order::clone(&news),
            () = &mut until => break,
        }
    }
    Ok(latest)
}

/// 201 for a confirmed order, 409 for a failed one, 202 for one that has not settled.
fn outcome(order: &Order) -> Answer<Response> {
    let status = match &order.outcome {
        Some(Outcome::Confirmed) => StatusCode::CREATED,
        None => StatusCode::ACCEPTED,
        Some(Outcome::Failed(code)) => {
            return Err(Problem::conflict(
                code.clone(),
                "the order could not be carried out and has been undone",
            )
            .with("orderId", order.id)
            .with("orderNumber", order.number.to_string()));
        }
    };
    Ok((status, Json(OrderBody::from(order))).into_response())
}
