//! `PUT /api/inventory/{productId}` (admin): from where on the stock is low, and where more of it comes from.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::{ProductId, Quantity, SupplierId};
use utoipa::ToSchema;

use super::answers::Inventory;
use super::rules;
use crate::app::App;
use crate::domain::supplier::Supply;
use crate::store::warehouse::Warehouse;
use crate::store::{reorders, suppliers};

/// What is left out stays as it is.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = InventoryChange, example = json!({ "lowStockThreshold": 10, "reorderQuantity": 100 }))]
pub(super) struct Change {
    #[garde(range(max = Quantity::MAX))]
    #[schema(maximum = 1_000_000)]
    low_stock_threshold: Option<u32>,
    /// Who sends more; `null` for nobody.
    #[serde(default, deserialize_with = "rules::if_given")]
    #[garde(skip)]
    #[schema(value_type = Option<SupplierId>)]
    supplier_id: Option<Option<SupplierId>>,
    /// How many are ordered at a time; `null` for as many as fill the shelf.
    #[serde(default, deserialize_with = "rules::if_given")]
    #[garde(inner(inner(range(min = 1, max = Quantity::MAX))))]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    reorder_quantity: Option<Option<u32>>,
}

/// Changes from where on the stock of a product is low, and where more of it comes from.
#[utoipa::path(put, path = "/api/inventory/{productId}", security(("bearer" = [])),
    params(("productId" = ProductId, Path)), request_body = Change,
    responses((status = 200, body = Inventory, description = "The inventory as it is now")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<ProductId>,
    Json(change): Json<Change>,
) -> Answer<Json<Inventory>> {
    let database = app.database.clone();
    let write = database.write((app, id, change), |unit, (app, id, change)| {
        Box::pin(update(unit, app, *id, change.clone()))
    });
    write.await.map(Json)
}

async fn update(
    unit: &mut UnitOfWork,
    app: &App,
    id: ProductId,
    change: Change,
) -> Answer<Inventory> {
    let mut warehouse = Warehouse::load_product(unit, id).await?;
    if let Some(low_at) = change.low_stock_threshold {
        warehouse.amend(id, |stock| stock.warn_at(low_at));
    }
    let stock = warehouse.shelf().stock(id).cloned();
    let stock = stock.ok_or_else(|| Problem::not_found("product"))?;
    let known = suppliers::of_product(unit.sql(), id).await?;
    let supply = supply(id, known, &change)?;
    if let Some(supply) = supply {
        if suppliers::lock(unit.sql(), [supply.supplier])
            .await?
            .is_empty()
        {
            return Err(Problem::invalid("supplierId", "there is no such supplier"));
        }
        suppliers::keep_supply(unit.sql(), supply).await?;
    } else if known.is_some() {
        suppliers::forget_supply(unit.sql(), id).await?;
    }
    let proposal = reorders::find(unit.sql(), id).await?;
    app.save(unit, warehouse).await?;
    Ok(Inventory::of(id, &stock, proposal, supply))
}

fn supply(product: ProductId, known: Option<Supply>, change: &Change) -> Answer<Option<Supply>> {
    let supplier = change
        .supplier_id
        .unwrap_or(known.map(|known| known.supplier));
    let quantity = known.and_then(|known| known.reorder_quantity);
    let reorder_quantity = change.reorder_quantity.unwrap_or(quantity);
    match supplier {
        Some(supplier) => Ok(Some(Supply {
            product,
            supplier,
            reorder_quantity,
        })),
        None if change.reorder_quantity.flatten().is_some() => {
            let message = "must be named for what is to be ordered";
            Err(Problem::invalid("supplierId", message))
        }
        None => Ok(None),
    }
}
