//! The table `webhook_events`: what gateways have told of, so that what they tell twice has its effect once. Gateways give up
//! telling after some days, so what is older is forgotten.

use revcart_persistence::batch;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{PaymentMethod, Timestamp};

use super::Error;

pub(crate) mod entity {
    //! A row of `webhook_events`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_events")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub kind: String,
        pub received_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity};

/// The longest kind that is kept.
const LONGEST_KIND: usize = 80;

/// Whether this event was told of before.
pub(crate) async fn is_known(
    connection: &impl ConnectionTrait,
    gateway: PaymentMethod,
    event: &str,
) -> Result<bool, Error> {
    let row = Entity::find_by_id(id(gateway, event))
        .one(connection)
        .await?;
    Ok(row.is_some())
}

/// Keeps an event; one that somebody else has kept in the meantime is refused by its key ([`is_taken`]).
pub(crate) async fn append(
    connection: &impl ConnectionTrait,
    (gateway, event): (PaymentMethod, &str),
    kind: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(id(gateway, event)),
        kind: Set(kind.chars().take(LONGEST_KIND).collect()),
        received_at: Set(now.micros()),
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Whether [`append`] failed because the event was told of twice at the same time.
pub(crate) fn is_taken(error: &Error) -> bool {
    ["PRIMARY", "webhook_events_pkey"]
        .iter()
        .any(|name| error.violates(name, "webhook_events.id"))
}

/// Up to `most` of the events from before `before`, the oldest first.
pub(crate) async fn old(
    connection: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<String>, Error> {
    let ids = old_query(before, most).into_tuple();
    Ok(ids.all(connection).await?)
}

/// Forgets these events.
pub(crate) async fn forget(connection: &impl ConnectionTrait, ids: &[String]) -> Result<(), Error> {
    for list in batch::padded(ids) {
        Entity::delete_many()
            .filter(Column::Id.is_in(list))
            .exec(connection)
            .await?;
    }
    Ok(())
}

pub(super) fn old_query(before: Timestamp, most: u64) -> Select<Entity> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::ReceivedAt.lt(before.micros()))
        .order_by_asc(Column::ReceivedAt)
        .limit(most)
}

fn id(gateway: PaymentMethod, event: &str) -> String {
    format!("{}:{event}", gateway.as_str())
}
