//! `PUT /api/suppliers/{supplierId}` (admin): something else about a supplier, if nobody has changed it since.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, Path};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::SupplierId;
use utoipa::ToSchema;

use super::Shown;
use crate::app::App;
use crate::domain::supplier::Supplier;
use crate::http::{problems, rules};
use crate::store::suppliers;

/// What is left out stays as it is.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = SupplierChange, example = json!({ "active": false, "version": 1 }))]
pub(in crate::http) struct Change {
    #[garde(inner(length(chars, max = 200), custom(rules::not_blank)))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$"
    )]
    name: Option<String>,
    #[garde(inner(email, length(max = 254)))]
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
    #[garde(inner(length(chars, min = 1, max = 40), custom(rules::storable)))]
    #[schema(min_length = 1, max_length = 40, pattern = r"^[^\x00]*$")]
    phone: Option<String>,
    #[garde(length(chars, max = 2_000), inner(custom(rules::storable)))]
    #[schema(max_length = 2_000, pattern = r"^[^\x00]*$")]
    note: Option<String>,
    /// Whether anything is ordered from them.
    #[garde(skip)]
    active: Option<bool>,
    /// The version that the change is based on.
    #[garde(skip)]
    version: i64,
}

/// Changes what is known of a supplier, if nobody has changed it since.
#[utoipa::path(put, path = "/api/suppliers/{supplierId}", security(("bearer" = [])),
    params(("supplierId" = SupplierId, Path)), request_body = Change,
    responses((status = 200, body = Shown, description = "The supplier as they are now"),
        (status = 409, body = ProblemBody, description = "VERSION_CONFLICT")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<SupplierId>,
    Json(change): Json<Change>,
) -> Answer<Json<Shown>> {
    let write = app.database.write((id, change), |unit, (id, change)| {
        Box::pin(update(unit, *id, change.clone()))
    });
    Ok(Json(write.await?.into()))
}

async fn update(unit: &mut UnitOfWork, id: SupplierId, change: Change) -> Answer<Supplier> {
    let mut supplier = super::lock(unit.sql(), id).await?;
    if supplier.version != change.version {
        return Err(problems::version_conflict());
    }
    supplier.name = change.name.unwrap_or(supplier.name);
    supplier.email = change.email.unwrap_or(supplier.email);
    supplier.phone = change.phone.or(supplier.phone);
    supplier.note = change.note.unwrap_or(supplier.note);
    supplier.active = change.active.unwrap_or(supplier.active);
    supplier.version += 1;
    suppliers::update(unit.sql(), &supplier, unit.now()).await?;
    Ok(supplier)
}
