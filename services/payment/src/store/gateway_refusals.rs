//! The table `gateway_refusals`: refunds that a gateway outside has refused. What was refused once is never asked for under the
//! same key again: the payment may already have asked for the money under another one.

use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};
use shared_events::Timestamp;

use super::Error;

pub(crate) mod entity {
    //! A row of `gateway_refusals`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "gateway_refusals")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub reason: String,
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

/// The longest reason that is kept.
const LONGEST_REASON: usize = 255;

/// Whether the refund of this key was refused.
pub(crate) async fn contains(connection: &impl ConnectionTrait, key: &str) -> Result<bool, Error> {
    let row = Entity::find_by_id(key.to_owned()).one(connection).await?;
    Ok(row.is_some())
}

/// Keeps a refusal; the first one stays.
pub(crate) async fn keep(
    connection: &impl ConnectionTrait,
    key: &str,
    reason: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        key: Set(key.to_owned()),
        reason: Set(reason.chars().take(LONGEST_REASON).collect()),
        at: Set(now.micros()),
    };
    let mut same = OnConflict::column(Column::Key);
    same.update_column(Column::Key);
    Entity::insert(row)
        .on_conflict(same)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}
