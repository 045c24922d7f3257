//! `GET /api/suppliers/{supplierId}/purchase-orders` (admin): the orders to a supplier, the latest first.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Page, PageRequest, Path, Query};
use serde::Deserialize;
use shared_events::SupplierId;
use utoipa::IntoParams;

use super::{Shown, Status};
use crate::app::App;
use crate::http::suppliers;
use crate::store::purchases;

#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct Parameters {
    /// Only orders that stand there.
    #[garde(skip)]
    #[param(inline)]
    status: Option<Status>,
}

/// The orders to a supplier, the latest first.
#[utoipa::path(get, path = "/api/suppliers/{supplierId}/purchase-orders", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path), Parameters, PageRequest),
    responses((status = 200, body = Page<Shown>, description = "A page of them")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(supplier): Path<SupplierId>,
    Query(parameters): Query<Parameters>,
    request: PageRequest,
) -> Answer<Page<Shown>> {
    let before = request.after()?;
    let connection = app.database.read();
    suppliers::expect(connection, supplier).await?;
    let status = parameters.status.map(Into::into);
    let found = purchases::page(connection, supplier, status, before, request.fetch()).await?;
    Ok(Page::of(found, &request, |last| last.id).map(Shown::from))
}
