//! Plans of agents, the drawing of zones, and deliveries by status and zone.

use revcart_persistence::schema::index;
use sea_orm::{ConnectionTrait, DatabaseBackend};
use sea_orm_migration::prelude::*;

use crate::store::{agents, deliveries, zones};

pub(super) struct Dispatch;

impl MigrationName for Dispatch {
    fn name(&self) -> &'static str {
        "m0103_dispatch"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Dispatch {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(plans_of_agents()).await?;
        manager.alter_table(zones_of_deliveries()).await?;
        // Deliveries of an earlier version have their zone in the parcel only.
        let connection = manager.get_connection();
        if connection.get_database_backend() == DatabaseBackend::Sqlite {
            let known = "UPDATE deliveries SET zone = json_extract(parcel, '$.zone') WHERE parcel IS NOT NULL";
            connection.execute_unprepared(known).await?;
        }
        for index in deliveries_indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(zone_map()).await
    }
}

fn plans_of_agents() -> TableAlterStatement {
    use agents::sql::entity::{Column, Entity};
    let mut shifts = ColumnDef::new(Column::Shifts);
    shifts.string_len(16_000).not_null().default("[]");
    Table::alter().table(Entity).add_column(shifts).to_owned()
}

fn zones_of_deliveries() -> TableAlterStatement {
    use deliveries::sql::entity::{Column, Entity};
    let mut zone = ColumnDef::new(Column::Zone);
    Table::alter()
        .table(Entity)
        .add_column(zone.string_len(40))
        .to_owned()
}

fn deliveries_indexes() -> Vec<IndexCreateStatement> {
    use deliveries::sql::entity::{Column, Entity};
    vec![
        index(
            "deliveries_by_status",
            Entity,
            [Column::Status, Column::OrderId],
        ),
        index(
            "deliveries_by_zone",
            Entity,
            [Column::Zone, Column::Status, Column::OrderId],
        ),
    ]
}

fn zone_map() -> TableCreateStatement {
    use zones::sql::entity::{Column, Entity};
    Table::create()
        .table(Entity)
        .col(
            ColumnDef::new(Column::Id)
                .big_integer()
                .not_null()
                .primary_key(),
        )
        .col(ColumnDef::new(Column::Areas).text().not_null())
        .col(ColumnDef::new(Column::Version).big_integer().not_null())
        .to_owned()
}
