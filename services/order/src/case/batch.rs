//! Cases in and out of the store, many at a time.

use std::collections::HashMap;

use revcart_persistence::{Error as PersistenceError, UnitOfWork};
use saga::order::Refusal;
use sea_orm::{ConnectionTrait, DbErr};
use shared_events::OrderId;

use super::{Case, Turn};
use crate::followers::{self, Followers};
use crate::measures;
use crate::store::saga_log::Decision;
use crate::store::timers::Timer;
use crate::store::{orders, saga_log, sagas, timers};

/// Why cases cannot be saved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] PersistenceError),
    /// Somebody else has moved one of the sagas since it was loaded; the same again will see that.
    #[error("a saga has been moved on by somebody else")]
    Overtaken,
    /// The saga will not be moved by this program.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Error {
        Error::Database(error.into())
    }
}

/// The cases of these orders, locked until the transaction ends; orders that do not exist are left out.
pub(crate) async fn load(
    sql: &impl ConnectionTrait,
    ids: &[OrderId],
) -> Result<HashMap<OrderId, Case>, DbErr> {
    let mut sagas = sagas::lock(sql, ids).await?;
    let orders = orders::load(sql, ids).await?;
    let case = |order: crate::domain::Order| {
        let saga = sagas.remove(&order.id)?;
        Some((order.id, Case::loaded(order, saga)))
    };
    Ok(orders.into_iter().filter_map(case).collect())
}

/// Writes a new case and says what there is to say of it.
pub(crate) async fn open(
    unit: &mut UnitOfWork,
    mut case: Case,
) -> Result<crate::domain::Order, DbErr> {
    let decision = speak(unit, &mut case);
    orders::insert(unit.sql(), &case.order).await?;
    sagas::insert(unit.sql(), &case.saga).await?;
    saga_log::append(unit.sql(), &[decision]).await?;
    timers::set(unit.sql(), timer(&case).as_slice()).await?;
    let measures = std::mem::take(&mut case.measures);
    unit.after_commit(move || measures::record(measures));
    Ok(case.order)
}

/// Writes what has become of the cases and says what there is to say of it; tells the followers once it is committed.
pub(crate) async fn save(
    unit: &mut UnitOfWork,
    cases: impl IntoIterator<Item = Case>,
    followers: &Followers,
) -> Result<(), Error> {
    let mut cases: Vec<Case> = cases
        .into_iter()
        .filter(|case| !case.turns.is_empty())
        .collect();
    let decisions: Vec<_> = cases.iter_mut().map(|case| speak(unit, case)).collect();
    let changed: Vec<_> = cases
        .iter()
        .filter(|case| case.order_changed())
        .map(|case| &case.order)
        .collect();
    orders::save(unit.sql(), &changed).await?;
    save_sagas(unit.sql(), &cases).await?;
    save_timers(unit.sql(), &cases).await?;
    saga_log::append(unit.sql(), &decisions).await?;
    after_commit(unit, cases, followers.clone());
    Ok(())
}

async fn save_sagas(sql: &impl ConnectionTrait, cases: &[Case]) -> Result<(), Error> {
    let sagas: Vec<_> = cases.iter().map(|case| &case.saga).collect();
    let written = sagas::save(sql, &sagas).await?;
    if written == sagas.len() as u64 {
        Ok(())
    } else {
        Err(Error::Overtaken)
    }
}

async fn save_timers(sql: &impl ConnectionTrait, cases: &[Case]) -> Result<(), DbErr> {
    let moved = || cases.iter().filter(|case| case.timer_changed);
    let running: Vec<_> = moved().filter_map(timer).collect();
    let stopped: Vec<_> = moved()
        .filter(|case| timer(case).is_none())
        .map(|case| case.order.id)
        .collect();
    timers::set(sql, &running).await?;
    timers::clear(sql, &stopped).await
}

/// Puts what the case has to say into the outbox and counts the save; returns the log of it.
fn speak(unit: &mut UnitOfWork, case: &mut Case) -> Decision {
    let mut entries = Vec::new();
    for Turn {
        cause,
        mut transition,
        events,
    } in std::mem::take(&mut case.turns)
    {
        let commands = std::mem::take(&mut transition.commands);
        let ids: Vec<_> = commands
            .into_iter()
            .map(|command| unit.emit(command, &cause))
            .collect();
        transition.name_commands(ids);
        for event in events {
            unit.emit(event, &cause);
        }
        entries.append(&mut transition.log);
    }
    case.saga.version += 1;
    Decision {
        order_id: case.order.id,
        number: case.saga.version,
        at: unit.now(),
        entries,
    }
}

fn timer(case: &Case) -> Option<Timer> {
    let deadline = case.saga.instance.deadline()?;
    Some(Timer {
        order_id: case.order.id,
        step: case
            .saga
            .instance
            .current_step()
            .unwrap_or_default()
            .to_owned(),
        generation: deadline.generation,
        due_at: deadline.due_at,
    })
}

fn after_commit(unit: &mut UnitOfWork, cases: Vec<Case>, followers: Followers) {
    unit.after_commit(move || {
        for case in cases {
            let news = case.order_changed();
            measures::record(case.measures);
            if news {
                followers::tell(&followers, case.order);
            }
        }
    });
}
