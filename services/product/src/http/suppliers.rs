//! `/api/suppliers` (admin): who the shop buys from.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod show;
pub(super) mod update;

use revcart_http_edge::{Answer, Problem};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use shared_events::SupplierId;
use utoipa::ToSchema;

use crate::domain::supplier::Supplier;
use crate::store::suppliers;

/// A supplier as admins see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Supplier)]
pub(super) struct Shown {
    supplier_id: SupplierId,
    name: String,
    email: String,
    phone: Option<String>,
    note: String,
    /// Whether anything is ordered from them.
    active: bool,
    version: i64,
}

impl From<Supplier> for Shown {
    fn from(supplier: Supplier) -> Self {
        Self {
            supplier_id: supplier.id,
            name: supplier.name,
            email: supplier.email,
            phone: supplier.phone,
            note: supplier.note,
            active: supplier.active,
            version: supplier.version,
        }
    }
}

/// The supplier, locked; 404 if there is none.
pub(super) async fn lock(connection: &impl ConnectionTrait, id: SupplierId) -> Answer<Supplier> {
    let found = suppliers::lock(connection, [id]).await?.pop();
    found.ok_or_else(|| Problem::not_found("supplier"))
}

/// 404 unless there is such a supplier.
pub(super) async fn expect(connection: &impl ConnectionTrait, id: SupplierId) -> Answer<Supplier> {
    let found = suppliers::find(connection, id).await?;
    found.ok_or_else(|| Problem::not_found("supplier"))
}
