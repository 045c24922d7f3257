//! The inbox: which messages a service has already handled. The claim commits with the effect, so a message that comes
//! twice has its effect once.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, ExprTrait, Iden};
use shared_events::MessageId;

use crate::{Database, Error, UnitOfWork, batch};

/// How long a claim is remembered: longer than a message can live in a queue and its dead-letter queue together
/// (4 and 14 days).
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

#[expect(unreachable_pub, reason = "the entity macro writes pub items")]
pub(crate) mod entity {
    //! The table `inbox`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "inbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: Uuid,
        pub handled_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Claims messages for this unit of work and returns those that nobody had claimed before.
///
/// # Errors
/// [`Error::Database`].
pub async fn claim(unit: &UnitOfWork, ids: &[MessageId]) -> Result<HashSet<MessageId>, Error> {
    let mut fresh = HashSet::with_capacity(ids.len());
    let handled_at = unit.now().micros();
    for chunk in batch::chunks(ids) {
        let mut insert = Query::insert();
        insert
            .into_table(entity::Entity)
            .columns([entity::Column::MessageId, entity::Column::HandledAt])
            .on_conflict(
                OnConflict::column(entity::Column::MessageId)
                    .do_nothing()
                    .to_owned(),
            )
            .returning_col(entity::Column::MessageId);
        for id in chunk {
            insert.values_panic([id.as_uuid().into(), handled_at.into()]);
        }
        for row in unit.sql().query_all(&insert).await? {
            fresh.insert(MessageId::from_uuid(
                row.try_get("", entity::Column::MessageId.unquoted())?,
            ));
        }
    }
    Ok(fresh)
}

/// Forgets up to `most` claims older than [`KEPT`]; returns how many. Ids carry the time they were made, so this walks the
/// primary key from its old end.
///
/// # Errors
/// [`Error::Database`].
pub async fn forget_old(unit: &UnitOfWork, most: u64) -> Result<u64, Error> {
    let kept = i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX);
    let first_kept = Database::first_id_at(unit.now().micros().saturating_sub(kept)).as_uuid();
    let old = Query::select()
        .column(entity::Column::MessageId)
        .from(entity::Entity)
        .and_where(entity::Column::MessageId.into_expr().lt(first_kept))
        .limit(most)
        .to_owned();
    let found = unit.sql().query_all(&old).await?;
    let mut ids = Vec::with_capacity(found.len());
    for row in found {
        ids.push(row.try_get::<uuid::Uuid>("", entity::Column::MessageId.unquoted())?);
    }
    for list in batch::padded(&ids) {
        let delete = Query::delete()
            .from_table(entity::Entity)
            .and_where(entity::Column::MessageId.into_expr().is_in(list))
            .to_owned();
        unit.sql().execute(&delete).await?;
    }
    Ok(ids.len() as u64)
}
