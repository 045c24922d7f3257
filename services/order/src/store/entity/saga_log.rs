//! `saga_log`: what each saga was told and what it decided; one row per save, only ever added to.

use sea_orm::entity::prelude::*;

/// One row of `saga_log`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saga_log")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) order_id: Uuid,
    /// The version that the saga was saved as: counts up from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i64,
    pub(crate) at: i64,
    /// The saga's own log entries since the save before.
    #[sea_orm(column_type = "Text")]
    pub(crate) entries: String,
}

/// Joins are written out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
