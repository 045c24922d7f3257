//! Cohorts of users, what became of carts, and figures counted anew from the log.

use revcart_persistence::schema::{in_key_order, index};
use sea_orm_migration::prelude::*;

use crate::store::{cart_moments, cohorts, events, members, rebuilds};

pub(super) struct People;

impl MigrationName for People {
    fn name(&self) -> &'static str {
        "m0103_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for People {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            members_table(),
            cohorts_table(),
            cart_moments_table(),
            rebuilds_table(),
        ] {
            manager.create_table(in_key_order(manager, table)).await?;
        }
        for index in [
            by_period(),
            index(
                "cart_moments_by_time",
                cart_moments::sql::entity::Entity,
                [cart_moments::sql::entity::Column::At],
            ),
            index(
                "events_by_time",
                events::sql::entity::Entity,
                [events::sql::entity::Column::Time],
            ),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn by_period() -> IndexCreateStatement {
    use cohorts::sql::entity::{Column, Entity};
    let columns = [Column::Grain, Column::Period];
    index("cohorts_by_period", Entity, columns)
}

fn members_table() -> TableCreateStatement {
    use members::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::UserId)
                .uuid()
                .not_null()
                .primary_key(),
        )
        .col(
            ColumnDef::new(Column::RegisteredAt)
                .big_integer()
                .not_null(),
        )
        .to_owned()
}

fn cohorts_table() -> TableCreateStatement {
    use cohorts::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::Grain).string_len(8).not_null())
        .col(ColumnDef::new(Column::Measure).string_len(32).not_null())
        .col(ColumnDef::new(Column::Cohort).big_integer().not_null())
        .col(ColumnDef::new(Column::Period).big_integer().not_null())
        .col(ColumnDef::new(Column::Users).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("cohorts_in_time")
                // The measure first: who asks for a period does not name it, and is to use the other index.
                .col(Column::Measure)
                .col(Column::Grain)
                .col(Column::Cohort)
                .col(Column::Period),
        )
        .to_owned()
}

fn cart_moments_table() -> TableCreateStatement {
    use cart_moments::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(ColumnDef::new(Column::CartId).uuid().not_null())
        .col(ColumnDef::new(Column::At).big_integer().not_null())
        .col(ColumnDef::new(Column::Fate).string_len(16).not_null())
        .col(ColumnDef::new(Column::Currency).string_len(3).not_null())
        .col(ColumnDef::new(Column::Minor).big_integer().not_null())
        .primary_key(
            Index::create()
                .name("cart_moments_of_cart")
                .col(Column::CartId)
                .col(Column::At)
                .col(Column::Fate),
        )
        .to_owned()
}

fn rebuilds_table() -> TableCreateStatement {
    use rebuilds::sql::entity::{Column, Entity};
    let moment = |column| ColumnDef::new(column).big_integer().not_null().to_owned();
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Id)
                .integer()
                .not_null()
                .primary_key(),
        )
        .col(moment(Column::RequestedAt))
        .col(moment(Column::FromTime))
        .col(moment(Column::UntilTime))
        .col(ColumnDef::new(Column::NextGrain).string_len(8))
        .col(ColumnDef::new(Column::NextStart).big_integer())
        .col(moment(Column::Corrected))
        .col(ColumnDef::new(Column::FinishedAt).big_integer())
        .to_owned()
}
