//! `PUT /api/products/stock/release` (internal): gives back what was set aside over REST. What a saga holds is refused.

use std::collections::BTreeSet;

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Answer, Internal, Json, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::{OrderId, ReservationId};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::reservation;
use crate::store::warehouse::Warehouse;

/// Which one: by its id or by its order, not both.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ReservationName, example = json!({ "reservationId": "01890a5d-ac96-774b-bcce-b302099a8057" }))]
pub(super) struct Which {
    #[garde(skip)]
    reservation_id: Option<ReservationId>,
    #[garde(skip)]
    order_id: Option<OrderId>,
}

struct Work {
    app: App,
    id: ReservationId,
    cause: Cause,
}

/// Gives back what was set aside over REST (for services).
#[utoipa::path(put, path = "/api/products/stock/release", security(("bearer" = [])),
    request_body = Which,
    responses((status = 204, description = "Nothing is set aside any more"),
        (status = 404, body = ProblemBody, description = "There is no such reservation"),
        (status = 409, body = ProblemBody, description = "OWNED_BY_SAGA")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Internal,
    RequestCause(cause): RequestCause,
    Json(which): Json<Which>,
) -> Answer<StatusCode> {
    let id = match (which.reservation_id, which.order_id) {
        (Some(id), None) => id,
        (None, Some(order)) => reservation::of_order(order),
        (None, None) | (Some(_), Some(_)) => {
            return Err(Problem::invalid(
                "reservationId",
                "name either the reservation or its order",
            ));
        }
    };
    let database = app.database.clone();
    let work = Work { app, id, cause };
    database
        .write(work, |unit, work| Box::pin(release(unit, work)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn release(unit: &mut UnitOfWork, work: &Work) -> Answer<()> {
    let mut warehouse = Warehouse::load(unit, &BTreeSet::from([work.id]), BTreeSet::new()).await?;
    let holder = warehouse.holder(work.id);
    let holder = holder.ok_or_else(|| Problem::not_found("reservation"))?;
    let next = reservation::give_back(warehouse.state(work.id))?;
    warehouse.change(holder, next, &work.cause);
    work.app.save(unit, warehouse).await?;
    Ok(())
}
