//! `saga_timers`: the deadline of the step that each saga waits for; a saga that waits for nothing has no row.

use sea_orm::entity::prelude::*;

/// One row of `saga_timers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "saga_timers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) order_id: Uuid,
    pub(crate) step: String,
    pub(crate) generation: i64,
    pub(crate) due_at: i64,
    /// Until then it is set aside.
    pub(crate) leased_until: i64,
}

/// Joins are written out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
