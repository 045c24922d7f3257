//! The table `dummy_ledger`: what the gateway for tests has on its books.

use std::collections::HashMap;

use revcart_persistence::batch;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use shared_events::{PaymentId, Timestamp, reasons};

use super::Error;
use crate::gateways::dummy::books::{Item, Status};
use crate::gateways::keys;

pub(crate) mod entity {
    //! A row of `dummy_ledger`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "dummy_ledger")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub status: String,
        pub detail: Option<String>,
        pub amount: i64,
        pub refunded: i64,
        pub updated_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Entries by key, locked in the order of their keys; those that do not exist are left out.
pub(crate) async fn load(
    connection: &impl ConnectionTrait,
    keys: &[String],
) -> Result<HashMap<String, Item>, Error> {
    let mut items = HashMap::with_capacity(keys.len());
    for list in batch::padded(keys) {
        for row in load_query(list).all(connection).await? {
            items.insert(row.key.clone(), item(&row)?);
        }
    }
    Ok(items)
}

pub(super) fn load_query(keys: Vec<String>) -> Select<Entity> {
    Entity::find()
        .filter(Column::Key.is_in(keys))
        .order_by_asc(Column::Key)
        .lock_exclusive()
}

/// What the books say of one payment, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// Taken, by all tries together.
    pub(crate) captured: i64,
    /// Given back.
    pub(crate) refunded: i64,
}

/// What the books say of the payments from `first` to `last`; those that they do not know are left out.
pub(crate) async fn sums(
    connection: &impl ConnectionTrait,
    first: PaymentId,
    last: PaymentId,
) -> Result<HashMap<PaymentId, Sums>, Error> {
    let mut sums: HashMap<PaymentId, Sums> = HashMap::new();
    for row in between_query(first, last).all(connection).await? {
        let payment = keys::payment(&row.key);
        let payment = payment
            .ok_or_else(|| Error::corrupt("dummy_ledger", &row.key, "it is no key".to_owned()))?;
        let of_payment = sums.entry(payment).or_default();
        if item(&row)?.status == Status::Captured {
            of_payment.captured += row.amount;
            of_payment.refunded += row.refunded;
        }
    }
    Ok(sums)
}

/// The query of [`sums`]. Keys begin with the payment and sort like it.
pub(super) fn between_query(first: PaymentId, last: PaymentId) -> Select<Entity> {
    Entity::find()
        .filter(Column::Key.gte(first.to_string()))
        .filter(Column::Key.lt(format!("{last};")))
}

/// Writes the entries that are new or not as they were. One that somebody else has added since it was looked for is refused
/// ([`is_taken`]).
pub(crate) async fn save(
    connection: &impl ConnectionTrait,
    before: &HashMap<String, Item>,
    after: &HashMap<String, Item>,
    now: Timestamp,
) -> Result<(), Error> {
    let mut changed: Vec<_> = after
        .iter()
        .filter(|(key, item)| before.get(*key) != Some(*item))
        .collect();
    changed.sort_unstable_by_key(|(key, _)| *key);
    let changed = changed.into_iter();
    let (known, new): (Vec<_>, Vec<_>) = changed.partition(|(key, _)| before.contains_key(*key));
    let row = |(key, item): (&String, &Item)| row(key, item, now);
    let mut replace = OnConflict::column(Column::Key);
    replace.update_columns([
        Column::Status,
        Column::Detail,
        Column::Amount,
        Column::Refunded,
        Column::UpdatedAt,
    ]);
    batch::insert(connection, new.into_iter().map(row)).await?;
    Ok(batch::upsert(connection, known.into_iter().map(row), &replace).await?)
}

/// Whether [`save`] failed because an entry has been made in the meantime.
pub(crate) fn is_taken(error: &Error) -> bool {
    ["PRIMARY", "dummy_ledger_pkey"]
        .iter()
        .any(|name| error.violates(name, "dummy_ledger.key"))
}

const ERRED: &str = "ERRED";
const SLOW: &str = "SLOW";
const HANGING: &str = "HANGING";
const ON_PAGE: &str = "ON_PAGE";
const CAPTURED: &str = "CAPTURED";
const DECLINED: &str = "DECLINED";
const CANCELLED: &str = "CANCELLED";
const REFUNDED: &str = "REFUNDED";

fn row(key: &str, item: &Item, now: Timestamp) -> ActiveModel {
    let (status, detail) = match item.status {
        Status::Erred => (ERRED, None),
        Status::Slow(until) => (SLOW, Some(until.micros().to_string())),
        Status::Hanging => (HANGING, None),
        Status::OnPage => (ON_PAGE, None),
        Status::Captured => (CAPTURED, None),
        Status::Declined(reason) => (DECLINED, Some(reason.to_owned())),
        Status::Cancelled => (CANCELLED, None),
        Status::Refunded => (REFUNDED, None),
    };
    ActiveModel {
        key: Set(key.to_owned()),
        status: Set(status.to_owned()),
        detail: Set(detail),
        amount: Set(item.amount),
        refunded: Set(item.refunded),
        updated_at: Set(now.micros()),
    }
}

fn item(row: &Model) -> Result<Item, Error> {
    let corrupt = |problem: String| Error::corrupt("dummy_ledger", &row.key, problem);
    let detail = row.detail.as_deref().unwrap_or_default();
    let status = match row.status.as_str() {
        ERRED => Status::Erred,
        SLOW => {
            let until = detail.parse();
            let until = until.map_err(|_| corrupt(format!("{detail} is no time")))?;
            Status::Slow(Timestamp::from_micros(until))
        }
        HANGING => Status::Hanging,
        ON_PAGE => Status::OnPage,
        CAPTURED => Status::Captured,
        DECLINED if detail == reasons::INSUFFICIENT_FUNDS => {
            Status::Declined(reasons::INSUFFICIENT_FUNDS)
        }
        DECLINED => Status::Declined(reasons::DECLINED),
        CANCELLED => Status::Cancelled,
        REFUNDED => Status::Refunded,
        other => return Err(corrupt(format!("{other} is no status"))),
    };
    Ok(Item {
        status,
        amount: row.amount,
        refunded: row.refunded,
    })
}
