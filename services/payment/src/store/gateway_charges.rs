//! The table `gateway_charges`: what gateways outside call the charges that they know of. Written before a charge can take
//! anything, so that whoever finds no row here knows that nothing was taken; and the place where it is settled whether a charge
//! is given up or goes on, when two processes want both.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select,
};
use shared_events::{PaymentMethod, Timestamp};

use super::Error;

pub(crate) mod entity {
    //! A row of `gateway_charges`.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "gateway_charges")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub gateway: String,
        pub reference: Option<String>,
        pub client_secret: Option<String>,
        pub paid_by: Option<String>,
        pub state: String,
        pub with_token: bool,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// Whether a charge may still go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It may.
    Open,
    /// Money that was promised for it is being taken: it cannot be given up any more.
    Taking,
    /// It was given up.
    Cancelled,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Taking => "TAKING",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// A charge as its gateway knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GatewayCharge {
    /// Our name for it.
    pub(crate) key: String,
    /// Whose it is.
    pub(crate) gateway: PaymentMethod,
    /// What the gateway calls it; none where it was given up before the gateway heard of it.
    pub(crate) reference: Option<String>,
    /// What the shopper's page shows to the gateway; not for logs.
    pub(crate) client_secret: Option<String>,
    /// What the gateway calls the payment by which it was paid, where that is something else.
    pub(crate) paid_by: Option<String>,
    /// Whether it may go on.
    pub(crate) stage: Stage,
    /// Whether it is to be paid by what the shopper has given at checkout.
    pub(crate) with_token: bool,
}

/// The charge of this key.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<GatewayCharge>, Error> {
    let row = Entity::find_by_id(key.to_owned()).one(connection).await?;
    row.map(charge).transpose()
}

/// The same, locked until the transaction is over.
pub(crate) async fn lock(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<GatewayCharge>, Error> {
    let query = Entity::find_by_id(key.to_owned()).lock_exclusive();
    query.one(connection).await?.map(charge).transpose()
}

/// Adds a charge; refused ([`is_taken`]) if there is one of this key.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    charge: &GatewayCharge,
    now: Timestamp,
) -> Result<(), Error> {
    let row = ActiveModel {
        key: Set(charge.key.clone()),
        gateway: Set(charge.gateway.as_str().to_owned()),
        reference: Set(charge.reference.clone()),
        client_secret: Set(charge.client_secret.clone()),
        paid_by: Set(charge.paid_by.clone()),
        state: Set(charge.stage.name().to_owned()),
        with_token: Set(charge.with_token),
        created_at: Set(now.micros()),
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Whether [`insert`] failed because somebody else was faster.
pub(crate) fn is_taken(error: &Error) -> bool {
    ["PRIMARY", "gateway_charges_pkey"]
        .iter()
        .any(|name| error.violates(name, "gateway_charges.key"))
}

/// Brings a charge to another stage, and keeps by what it is being paid.
pub(crate) async fn move_to(
    connection: &impl ConnectionTrait,
    key: &str,
    stage: Stage,
    paid_by: Option<&str>,
) -> Result<(), Error> {
    let mut update = Entity::update_many().col_expr(Column::State, stage.name().into());
    if let Some(paid_by) = paid_by {
        update = update.col_expr(Column::PaidBy, paid_by.into());
    }
    update.filter(Column::Key.eq(key)).exec(connection).await?;
    Ok(())
}

/// The charge that a gateway calls so.
pub(crate) async fn by_reference(
    connection: &impl ConnectionTrait,
    gateway: PaymentMethod,
    reference: &str,
) -> Result<Option<GatewayCharge>, Error> {
    let row = by_reference_query(gateway, reference).one(connection);
    row.await?.map(charge).transpose()
}

pub(super) fn by_reference_query(gateway: PaymentMethod, reference: &str) -> Select<Entity> {
    Entity::find()
        .filter(Column::Gateway.eq(gateway.as_str()))
        .filter(Column::Reference.eq(reference))
        .limit(1)
}

fn charge(row: Model) -> Result<GatewayCharge, Error> {
    let corrupt = |problem: String| Error::corrupt("gateway_charges", &row.key, problem);
    let stage = [Stage::Open, Stage::Taking, Stage::Cancelled]
        .into_iter()
        .find(|stage| stage.name() == row.state)
        .ok_or_else(|| corrupt(format!("{} is no stage", row.state)))?;
    let gateway = row.gateway.parse();
    let gateway = gateway.map_err(|_| corrupt(format!("{} is no gateway", row.gateway)))?;
    Ok(GatewayCharge {
        key: row.key,
        gateway,
        reference: row.reference,
        client_secret: row.client_secret,
        paid_by: row.paid_by,
        stage,
        with_token: row.with_token,
    })
}
