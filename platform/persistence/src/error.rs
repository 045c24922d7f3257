//! What can go wrong between a service and its database, told apart by what the caller does about it.

use sea_orm::{DbErr, RuntimeErr};

/// An error of the database or of the machinery around it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused a statement or could not be reached.
    #[error("database error")]
    Database(#[from] DbErr),
    /// The database could not be opened.
    #[error("cannot open the database {location}")]
    Open {
        /// The file or address.
        location: String,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The commit that this write shared with others failed: nothing of it was kept.
    #[error("commit failed: {reason}")]
    Commit {
        /// What the database said.
        reason: String,
        /// Whether the database was out of reach, which is nobody's fault.
        outage: bool,
    },
    /// The write ran into a bug and was rolled back.
    #[error("the write panicked: {0}")]
    Panicked(String),
    /// The database is closed (the process is shutting down) or was opened for inspection only.
    #[error("the database takes no writes")]
    Closed,
    /// The schema is older or newer than this program.
    #[error(
        "the schema of {service} is not the one this program needs ({found}): run `revcart migrate {service}`"
    )]
    Schema {
        /// Short name of the service.
        service: &'static str,
        /// What was found.
        found: String,
    },
    /// A message could not be written as JSON.
    #[error("cannot encode a message")]
    Encode(#[from] serde_json::Error),
    /// A stored row does not say what this program would have written.
    #[error("row {key} of {table} cannot be read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// Primary key of the row.
        key: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// [`Error::Corrupt`]: the row of `table` with this primary key, and what is wrong with it.
    pub fn corrupt(
        table: &'static str,
        key: impl ToString,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Corrupt {
            table,
            key: key.to_string(),
            source: source.into(),
        }
    }

    /// Whether this write broke the constraint called `name`. `SQLite` reports unique indexes by their columns, as in
    /// `users.email`, so both names are given; check constraints are reported by name everywhere.
    #[must_use]
    pub fn violates(&self, name: &str, sqlite_columns: &str) -> bool {
        match self {
            Self::Database(error) => violates(error, name, sqlite_columns),
            _ => false,
        }
    }

    /// Whether the same write may succeed later without anybody changing anything: the database was out of reach, busy, full.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(error) => is_unavailable(error),
            Self::Open { .. } | Self::Closed => true,
            Self::Commit { outage, .. } => *outage,
            Self::Panicked(_) | Self::Schema { .. } | Self::Encode(_) | Self::Corrupt { .. } => {
                false
            }
        }
    }
}

/// Whether a statement broke the constraint called `name` (see [`Error::violates`]).
#[must_use]
pub(crate) fn violates(error: &DbErr, name: &str, sqlite_columns: &str) -> bool {
    let Some(sqlx::Error::Database(database)) = sqlx_error(error) else {
        return false;
    };
    if let Some(constraint) = database.constraint() {
        return constraint == name;
    }
    database
        .message()
        .split_once("constraint failed: ")
        .is_some_and(|(_, what)| what == name || what == sqlite_columns)
}

pub(crate) fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        other => match sqlx_error(other) {
            Some(sqlx::Error::Database(database)) => {
                // SQLite's primary result codes: 5 busy, 6 locked, 7 out of memory, 8 read-only, 10 I/O error, 13 full, 14 cannot open.
                let primary = database
                    .code()
                    .and_then(|code| code.parse::<u32>().ok())
                    .map(|code| code & 0xff);
                matches!(primary, Some(5..=8 | 10 | 13 | 14))
            }
            Some(
                sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed,
            ) => true,
            _ => false,
        },
    }
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(source))
        | DbErr::Query(RuntimeErr::SqlxError(source))
        | DbErr::Conn(RuntimeErr::SqlxError(source)) => Some(source),
        _ => None,
    }
}

/// `violates` for errors that are still [`DbErr`].
pub trait ConstraintError {
    /// See [`Error::violates`].
    fn violates(&self, name: &str, sqlite_columns: &str) -> bool;
}

impl ConstraintError for DbErr {
    fn violates(&self, name: &str, sqlite_columns: &str) -> bool {
        violates(self, name, sqlite_columns)
    }
}
