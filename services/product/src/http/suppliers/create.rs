//! `POST /api/suppliers` (admin): somebody new to buy from.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Json};
use serde::Deserialize;
use shared_events::SupplierId;
use utoipa::ToSchema;

use super::Shown;
use crate::app::App;
use crate::domain::supplier::Supplier;
use crate::http::rules;
use crate::store::{self, suppliers};

/// A new supplier.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = SupplierDraft, example = json!({ "name": "Kettle Works", "email": "orders@kettles.example", "phone": "+91 80 1234" }))]
pub(in crate::http) struct Draft {
    #[garde(length(chars, max = 200), custom(rules::not_blank))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$"
    )]
    name: String,
    /// Where orders are mailed to.
    #[garde(email, length(max = 254))]
    #[schema(format = Email, max_length = 254)]
    email: String,
    #[garde(inner(length(chars, min = 1, max = 40), custom(rules::storable)))]
    #[schema(min_length = 1, max_length = 40, pattern = r"^[^\x00]*$")]
    phone: Option<String>,
    #[serde(default)]
    #[garde(length(chars, max = 2_000), custom(rules::storable))]
    #[schema(max_length = 2_000, pattern = r"^[^\x00]*$")]
    note: String,
}

/// Adds a supplier.
#[utoipa::path(post, path = "/api/suppliers", security(("bearer" = [])), request_body = Draft,
    responses((status = 201, body = Shown, description = "The supplier")))]
pub(in crate::http) async fn handle(
    State(app): State<App>,
    _: Admin,
    Json(draft): Json<Draft>,
) -> Answer<(StatusCode, Json<Shown>)> {
    let supplier = Supplier {
        id: SupplierId::new(),
        name: draft.name,
        email: draft.email,
        phone: draft.phone,
        note: draft.note,
        active: true,
        version: 1,
    };
    app.database
        .write(supplier.clone(), |unit, supplier| {
            Box::pin(async move {
                suppliers::insert(unit.sql(), supplier, unit.now()).await?;
                Ok::<_, store::Error>(())
            })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(supplier.into())))
}
