//! `POST /api/inventory/adjustments` (admin): units come in or are written off, with a reason, never below what is reserved.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, Problem, RequestCause};
use revcart_persistence::{Cause, UnitOfWork};
use serde::Deserialize;
use shared_events::ProductId;
use utoipa::ToSchema;

use super::answers::Inventory;
use super::rules;
use crate::app::App;
use crate::store::warehouse::{Correction, Warehouse};
use crate::store::{reorders, suppliers};

/// Units that came or went.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = StockAdjustment, example = json!({ "productId": "01890a5d-ac96-774b-bcce-b302099a8057", "quantity": 12, "reason": "counted" }))]
pub(super) struct Adjustment {
    #[garde(skip)]
    product_id: ProductId,
    /// Positive for units that came in, negative for units that are gone.
    #[garde(range(min = -1_000_000, max = 1_000_000), custom(not_zero))]
    #[schema(minimum = -1_000_000, maximum = 1_000_000)]
    quantity: i64,
    #[garde(length(chars, max = 500), custom(rules::not_blank))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$"
    )]
    reason: String,
}

struct Work {
    app: App,
    adjustment: Adjustment,
    actor: String,
    cause: Cause,
}

/// Brings units in or writes them off, with a reason, never below what is reserved.
#[utoipa::path(post, path = "/api/inventory/adjustments", security(("bearer" = [])),
    request_body = Adjustment,
    responses((status = 201, body = Inventory, description = "The stock as it is now"),
        (status = 404, body = ProblemBody, description = "There is no such product"),
        (status = 409, body = ProblemBody, description = "BELOW_RESERVED")))]
pub(super) async fn handle(
    State(app): State<App>,
    Admin(identity): Admin,
    RequestCause(cause): RequestCause,
    Json(adjustment): Json<Adjustment>,
) -> Answer<(StatusCode, Json<Inventory>)> {
    let database = app.database.clone();
    let work = Work {
        app,
        adjustment,
        actor: identity.scope(),
        cause,
    };
    let inventory = database
        .write(work, |unit, work| Box::pin(adjust(unit, work)))
        .await?;
    Ok((StatusCode::CREATED, Json(inventory)))
}

async fn adjust(unit: &mut UnitOfWork, work: &Work) -> Answer<Inventory> {
    let Adjustment {
        product_id,
        quantity,
        reason,
    } = work.adjustment.clone();
    let mut warehouse = Warehouse::load_product(unit, product_id).await?;
    let correction = Correction {
        units: quantity,
        reason,
        actor: work.actor.clone(),
    };
    let supply = suppliers::of_product(unit.sql(), product_id).await?;
    let stock = warehouse
        .correct(product_id, correction, &work.cause)
        .ok_or_else(|| Problem::not_found("product"))??;
    let proposal = reorders::find(unit.sql(), product_id).await?;
    let inventory = Inventory::of(product_id, stock, proposal, supply);
    work.app.save(unit, warehouse).await?;
    Ok(inventory)
}

fn not_zero(quantity: &i64, (): &()) -> garde::Result {
    if *quantity == 0 {
        return Err(garde::Error::new("must not be zero"));
    }
    Ok(())
}
