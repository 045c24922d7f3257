//! Statement shapes that stay few: every distinct SQL text is a prepared statement of its own, on every connection, so
//! multi-row statements and IN lists come in sizes that are powers of two and the statement caches stay warm.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, InsertMany};

/// The most rows or list entries in one statement.
pub const MOST_ROWS: usize = 128;

/// Cuts `rows` into slices whose lengths are powers of two (at most [`MOST_ROWS`]), largest first.
pub fn chunks<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let size = (1 << rest.len().ilog2()).min(MOST_ROWS);
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
    write(connection, rows, |insert| insert).await
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
    .await
}

async fn write<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = A>,
    complete: impl Fn(InsertMany<A>) -> InsertMany<A>,
) -> Result<(), DbErr> {
    let rows: Vec<A> = rows.into_iter().collect();
    // Only the lengths of the chunks are needed: the rows themselves are moved, not copied.
    let lengths: Vec<usize> = chunks(&rows).map(<[A]>::len).collect();
    let mut rows = rows.into_iter();
    for length in lengths {
        let insert = InsertMany::many(rows.by_ref().take(length));
        complete(insert).exec_without_returning(connection).await?;
    }
    Ok(())
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
            assert!(
                chunks(&rows)
                    .all(|chunk| chunk.len().is_power_of_two() && chunk.len() <= MOST_ROWS)
            );
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
