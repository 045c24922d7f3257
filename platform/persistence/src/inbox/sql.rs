//! The inbox as a table.

use std::collections::HashSet;

use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, ExprTrait, Iden, Statement, Value};
use shared_events::{MessageId, Timestamp};
use uuid::Uuid;

use crate::{Error, batch};

/// By whom a message was claimed: only where a statement cannot tell what it has inserted.
pub(crate) const CLAIMED_BY: &str = "claimed_by";

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

pub(super) async fn claim(
    connection: &impl ConnectionTrait,
    ids: &[MessageId],
    now: Timestamp,
) -> Result<HashSet<MessageId>, Error> {
    let mut fresh = HashSet::with_capacity(ids.len());
    for chunk in batch::chunks(ids) {
        match connection.get_database_backend() {
            DbBackend::MySql => claim_by_token(connection, chunk, now, &mut fresh).await?,
            _ => claim_returning(connection, chunk, now, &mut fresh).await?,
        }
    }
    Ok(fresh)
}

async fn claim_returning(
    connection: &impl ConnectionTrait,
    ids: &[MessageId],
    now: Timestamp,
    fresh: &mut HashSet<MessageId>,
) -> Result<(), DbErr> {
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
    for id in ids {
        insert.values_panic([id.as_uuid().into(), now.micros().into()]);
    }
    for row in connection.query_all(&insert).await? {
        fresh.insert(MessageId::from_uuid(
            row.try_get("", entity::Column::MessageId.unquoted())?,
        ));
    }
    Ok(())
}

/// MySQL knows no RETURNING but counts what it has inserted: all, as a rule. Only if some were there already is it asked
/// which ones carry the token of this claim. (IGNORE can hide nothing but the key here: the other columns take any value.)
async fn claim_by_token(
    connection: &impl ConnectionTrait,
    ids: &[MessageId],
    now: Timestamp,
    fresh: &mut HashSet<MessageId>,
) -> Result<(), DbErr> {
    let token = Uuid::now_v7();
    let rows = vec!["(?, ?, ?)"; ids.len()].join(", ");
    let sql =
        format!("INSERT IGNORE INTO inbox (message_id, handled_at, {CLAIMED_BY}) VALUES {rows}");
    let values = ids
        .iter()
        .flat_map(|id| [Value::from(id.as_uuid()), now.micros().into(), token.into()]);
    let insert = Statement::from_sql_and_values(DbBackend::MySql, sql, values);
    let inserted = connection.execute_raw(insert).await?.rows_affected();
    if inserted == ids.len() as u64 {
        fresh.extend(ids);
        return Ok(());
    }
    if inserted == 0 {
        return Ok(());
    }
    for list in batch::padded(ids) {
        let places = vec!["?"; list.len()].join(", ");
        let sql = format!(
            "SELECT message_id FROM inbox WHERE message_id IN ({places}) AND {CLAIMED_BY} = ?"
        );
        let values = list
            .iter()
            .map(|id| Value::from(id.as_uuid()))
            .chain([token.into()]);
        let select = Statement::from_sql_and_values(DbBackend::MySql, sql, values);
        for row in connection.query_all_raw(select).await? {
            fresh.insert(MessageId::from_uuid(row.try_get("", "message_id")?));
        }
    }
    Ok(())
}

pub(super) async fn forget_before(
    connection: &impl ConnectionTrait,
    first_kept: MessageId,
    most: u64,
) -> Result<u64, Error> {
    let old = Query::select()
        .column(entity::Column::MessageId)
        .from(entity::Entity)
        .and_where(
            entity::Column::MessageId
                .into_expr()
                .lt(first_kept.as_uuid()),
        )
        .limit(most)
        .to_owned();
    let found = connection.query_all(&old).await?;
    let mut ids = Vec::with_capacity(found.len());
    for row in found {
        ids.push(row.try_get::<Uuid>("", entity::Column::MessageId.unquoted())?);
    }
    for list in batch::padded(&ids) {
        let delete = Query::delete()
            .from_table(entity::Entity)
            .and_where(entity::Column::MessageId.into_expr().is_in(list))
            .to_owned();
        connection.execute(&delete).await?;
    }
    Ok(ids.len() as u64)
}
