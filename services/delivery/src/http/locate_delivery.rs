//! `PUT /api/delivery/{id}/location` (the agent who brings it, admin): where its address lies.

use std::collections::BTreeSet;

use axum::extract::State;
use revcart_http_edge::{AgentOrAdmin, Answer, Json, Path};
use revcart_persistence::UnitOfWork;
use shared_events::{DeliveryId, OrderId};

use super::access::{self, Actor};
use super::{answers, rules::Place};
use crate::app::App;
use crate::domain::delivery;
use crate::store::deliveries::Record;
use crate::store::dispatch::Dispatch;

struct Work {
    app: App,
    order: OrderId,
    place: Place,
    by: Actor,
}

/// Says where the address of a delivery lies
///
/// It counts more than what the postal code tells, for the route and for who is nearest.
#[utoipa::path(put, path = "/api/delivery/{id}/location",
    params(("id" = DeliveryId, Path)),
    request_body = Place,
    responses((status = 200, body = answers::Delivery, description = "The delivery")),
    security(("bearer" = [])))]
pub(super) async fn handle(
    State(app): State<App>,
    AgentOrAdmin(identity): AgentOrAdmin,
    Path(id): Path<DeliveryId>,
    Json(place): Json<Place>,
) -> Answer<Json<answers::Delivery>> {
    let order = delivery::order_of(id);
    let by = Actor::of(&app, &identity).await?;
    let database = app.database.clone();
    let work = Work {
        app,
        order,
        place,
        by,
    };
    let write = database.write(work, |unit, work| Box::pin(locate(unit, work)));
    Ok(Json(answers::Delivery::of(order, write.await?)))
}

async fn locate(unit: &mut UnitOfWork, work: &Work) -> Answer<Record> {
    let (order, nowhere) = (work.order, BTreeSet::new());
    let terms = work.app.config.terms();
    let mut dispatch = Dispatch::load(unit, &BTreeSet::from([order]), &nowhere, terms).await?;
    if !work.by.may_act_on(dispatch.state(order)) || dispatch.record(order).parcel.is_none() {
        return Err(access::none());
    }
    dispatch.amend(order, |parcel| parcel.location = Some(work.place.into()));
    let record = dispatch.record(order).clone();
    work.app.save(unit, dispatch).await?;
    Ok(record)
}
