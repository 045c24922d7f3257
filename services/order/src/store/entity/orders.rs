//! `orders`: one row per order, its lines and history as JSON, so that an order is one statement.

use sea_orm::entity::prelude::*;

/// One row of `orders`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) cart_id: Uuid,
    pub(crate) cart_version: i64,
    /// `cart_version` while the order holds its cart, `NULL` once it is cancelled; unique per cart.
    pub(crate) live_cart_version: Option<i64>,
    pub(crate) status: String,
    /// How the checkout settled: `CONFIRMED`, or the code of what failed it.
    pub(crate) outcome: Option<String>,
    pub(crate) currency: String,
    pub(crate) subtotal: i64,
    pub(crate) discount: i64,
    pub(crate) tax: i64,
    pub(crate) delivery_fee: i64,
    pub(crate) total: i64,
    pub(crate) payment_method: String,
    /// Until the payment step is answered; then wiped.
    #[sea_orm(column_type = "Text")]
    pub(crate) payment_token: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub(crate) lines: String,
    #[sea_orm(column_type = "Text")]
    pub(crate) shipping_address: String,
    #[sea_orm(column_type = "Text")]
    pub(crate) contact: String,
    #[sea_orm(column_type = "Text")]
    pub(crate) note: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub(crate) history: String,
    pub(crate) placed_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) version: i64,
    pub(crate) coupon_code: Option<String>,
    /// The tax by rate; `NULL` in orders from before it was kept.
    #[sea_orm(column_type = "Text")]
    pub(crate) taxes: Option<String>,
}

/// Joins are written out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
