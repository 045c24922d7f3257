//! `sagas`: the instance of each order's saga, one per order, with what operators search by as columns.

use sea_orm::entity::prelude::*;

/// One row of `sagas`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sagas")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) order_id: Uuid,
    pub(crate) saga_id: Uuid,
    pub(crate) definition_version: i32,
    pub(crate) state: String,
    pub(crate) step: String,
    #[sea_orm(column_type = "Text")]
    pub(crate) instance: String,
    pub(crate) started_at: i64,
    pub(crate) updated_at: i64,
    /// Counts the saves; also the number of the last log row.
    pub(crate) version: i64,
}

/// Joins are written out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
