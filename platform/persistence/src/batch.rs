//! Statement shapes that stay few: every distinct SQL text is a prepared statement of its own, on every connection, so
//! multi-row statements and IN lists come in few sizes and the statement caches stay warm. And what every
//! database says in words of its own: [`incoming`], [`sum_of`].

use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, IdenStatic,
    InsertMany,
};

/// The most rows or list entries in one statement.
pub const MOST_ROWS: usize = 128;

/// Up to so many rows go into one statement whatever their number: a receive brings as many messages at the most.
const SMALL: usize = 10;

/// Cuts `rows` into slices of up to ten rows or of as many as a power of two (at most [`MOST_ROWS`]), largest first.
pub fn chunks<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let size = match rest.len() {
            few @ ..=SMALL => few,
            11..16 => SMALL,
            many => std::cmp::min(1 << many.ilog2(), MOST_ROWS),
        };
        let (chunk, after) = rest.split_at(size);
        rest = after;
        Some(chunk)
    })
}

/// Inserts `rows`, many in one statement.
///
/// # Errors
/// What the database refuses; nothing tells which row it was.
pub async fn insert<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
) -> Result<(), DbErr> {
    write(connection, rows, |insert| insert).await?;
    Ok(())
}

/// Inserts `rows`, many in one statement; of rows whose key exists becomes what `on_conflict` says. No key may occur twice.
///
/// # Errors
/// What the database refuses; nothing tells which row it was.
pub async fn upsert<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    on_conflict: &OnConflict,
) -> Result<(), DbErr> {
    write(connection, rows, |insert| {
        insert.on_conflict(on_conflict.clone())
    })
    .await?;
    Ok(())
}

/// The columns of an entity.
type ColumnOf<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column;

/// Writes `rows` over those of the same `key`, each as the successor of the version before its own; `columns` without that
/// of the version. Returns how many were: of fewer than given, somebody else has changed the others since they were read.
/// All of them must exist. (On a server they should be locked when they are read; this is for the mistake of not doing so.)
///
/// # Errors
/// What the database refuses; nothing tells which row it was.
pub async fn replace_next<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    (key, version): (ColumnOf<A>, ColumnOf<A>),
    columns: impl IntoIterator<Item = ColumnOf<A>>,
) -> Result<u64, DbErr> {
    let backend = connection.get_database_backend();
    let stored = Expr::col((A::Entity::default(), version));
    let follows = stored.add(1).eq(incoming(backend, version));
    let on_conflict = guarded(backend, (key, version), columns, &follows);
    let (rows, affected) = write(connection, rows, |insert| {
        insert.on_conflict(on_conflict.clone())
    })
    .await?;
    // MySQL counts a row that was found once, and one that was changed twice.
    Ok(match backend {
        DbBackend::MySql => affected.saturating_sub(rows),
        _ => affected,
    })
}

/// Inserts `rows`; one whose `key` exists is written over it if its version is the greater one, and left out otherwise.
/// `columns` are those that are written over, without that of the version. No key may occur twice.
///
/// # Errors
/// What the database refuses; nothing tells which row it was.
pub async fn upsert_newer<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    (key, version): (ColumnOf<A>, ColumnOf<A>),
    columns: impl IntoIterator<Item = ColumnOf<A>>,
) -> Result<(), DbErr> {
    let backend = connection.get_database_backend();
    let stored = Expr::col((A::Entity::default(), version));
    let is_newer = stored.lt(incoming(backend, version));
    let on_conflict = guarded(backend, (key, version), columns, &is_newer);
    upsert(connection, rows, &on_conflict).await
}

/// Replaces `columns` and, last of all, `version`, where `guard` holds. MySQL has no condition for the whole row and assigns
/// from left to right, so there every column has its own, and the one that they speak of changes at the end.
fn guarded<C: ColumnTrait>(
    backend: DbBackend,
    (key, version): (C, C),
    columns: impl IntoIterator<Item = C>,
    guard: &Expr,
) -> OnConflict {
    let columns = columns.into_iter().chain([version]);
    let mut on_conflict = OnConflict::column(key);
    if backend != DbBackend::MySql {
        return on_conflict
            .update_columns(columns)
            .action_and_where(guard.clone())
            .to_owned();
    }
    for column in columns {
        let kept = Expr::col((column.entity_name(), column));
        let value = Func::cust("IF").args([guard.clone(), incoming(backend, column), kept]);
        on_conflict.value(column, value);
    }
    on_conflict
}

/// The value that a row on its way in has for a column, for the expressions of an upsert.
#[must_use]
pub fn incoming(backend: DbBackend, column: impl IdenStatic) -> Expr {
    let name = column.as_str();
    Expr::cust(match backend {
        DbBackend::MySql => format!("VALUES(`{name}`)"),
        _ => format!("excluded.\"{name}\""),
    })
}

/// The sum of a column of whole numbers, as such: MySQL and PostgreSQL make decimals of it. `NULL` where there is nothing to add.
#[must_use]
pub fn sum_of(backend: DbBackend, column: impl ColumnTrait) -> Expr {
    let whole = match backend {
        DbBackend::MySql => "SIGNED",
        _ => "BIGINT",
    };
    column.sum().cast_as(whole)
}

/// Returns how many rows there were, and how many the database counts as affected.
async fn write<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    complete: impl Fn(InsertMany<A>) -> InsertMany<A>,
) -> Result<(u64, u64), DbErr> {
    let rows: Vec<A> = rows.into_iter().collect();
    let mut affected = 0;
    let count = rows.len() as u64;
    // Only the lengths of the chunks are needed: the rows themselves are moved, not copied.
    let lengths: Vec<usize> = chunks(&rows).map(<[A]>::len).collect();
    let mut rows = rows.into_iter();
    for length in lengths {
        let insert = InsertMany::many(rows.by_ref().take(length));
        affected += complete(insert).exec_without_returning(connection).await?;
    }
    Ok((count, affected))
}

/// Lists for `IN (…)`: at most [`MOST_ROWS`] each, filled up to a power of two by repeating the last entry, which changes no answer.
pub fn padded<T: Clone>(keys: &[T]) -> impl Iterator<Item = Vec<T>> {
    keys.chunks(MOST_ROWS).map(|chunk| {
        let mut list = chunk.to_vec();
        if let Some(last) = chunk.last() {
            list.resize(chunk.len().next_power_of_two(), last.clone());
        }
        list
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_keep_every_row_once_and_in_order() {
        for length in 0..400 {
            let rows: Vec<usize> = (0..length).collect();
            let together: Vec<usize> = chunks(&rows).flatten().copied().collect();
            assert_eq!(together, rows);
            let is_allowed =
                |size: usize| size <= SMALL || size.is_power_of_two() && size <= MOST_ROWS;
            assert!(chunks(&rows).all(|chunk| is_allowed(chunk.len())));
            let statements = chunks(&rows).count();
            assert!(length > SMALL || statements <= 1, "{length} rows at once");
        }
    }

    #[test]
    fn padded_lists_hold_the_same_keys_in_few_sizes() {
        for length in 0..400_usize {
            let keys: Vec<usize> = (0..length).collect();
            let mut seen: Vec<usize> = padded(&keys).flatten().collect();
            seen.dedup();
            assert_eq!(seen, keys);
            assert!(padded(&keys).all(|list| list.len().is_power_of_two()));
        }
    }
}
