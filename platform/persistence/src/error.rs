//! What can go wrong between a service and its database, told apart by what the caller does about it.

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;
use sqlx::postgres::PgDatabaseError;

use crate::documents;

/// An error of the database or of the machinery around it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused a statement or could not be reached.
    #[error("database error")]
    Database(#[from] DbErr),
    /// MongoDB refused an operation or could not be reached.
    #[error("document database error")]
    Documents(#[source] Box<mongodb::error::Error>),
    /// The database could not be opened.
    #[error("cannot open the database {location}: {problem}")]
    Open {
        /// The file or address, without a password.
        location: String,
        /// Why, and what to do.
        problem: String,
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
            Self::Documents(error) => documents::violates(error, name),
            _ => false,
        }
    }

    /// Whether the same write may succeed later without anybody changing anything: the database was out of reach, busy, full.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(error) => is_unavailable(error),
            Self::Documents(error) => documents::is_unavailable(error),
            Self::Open { .. } | Self::Closed => true,
            Self::Commit { outage, .. } => *outage,
            Self::Panicked(_) | Self::Schema { .. } | Self::Encode(_) | Self::Corrupt { .. } => {
                false
            }
        }
    }
}

impl From<mongodb::error::Error> for Error {
    fn from(error: mongodb::error::Error) -> Self {
        Self::Documents(Box::new(error))
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
    if let Some(error) = database.try_downcast_ref::<MySqlDatabaseError>() {
        return mysql_constraint(error.message()) == Some(name);
    }
    database
        .message()
        .split_once("constraint failed: ")
        .is_some_and(|(_, what)| what == name || what == sqlite_columns)
}

/// The constraint that a message of MySQL or `MariaDB` names: the last quoted word of `Duplicate entry 'x' for key 'users.by_email'`
/// (MySQL 8 puts the table before it), the first of `CONSTRAINT `size` failed for …` and of `Check constraint 'size' is violated`.
fn mysql_constraint(message: &str) -> Option<&str> {
    if let Some((_, key)) = message.rsplit_once("for key '") {
        let key = key.trim_end_matches('\'');
        return Some(key.rsplit_once('.').map_or(key, |(_, key)| key));
    }
    let after = ["CONSTRAINT `", "Check constraint '"]
        .iter()
        .find_map(|before| message.split_once(before))?
        .1;
    after.split(['`', '\'']).next()
}

/// What a failed statement means for the work that it is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Somebody else had the lock: the same work may go through at once.
    Contention,
    /// The connection is gone: the same work may go through on another.
    Lost,
    /// The database is out of reach, full or read-only.
    Outage,
    /// The statement is at fault.
    Statement,
}

impl Trouble {
    pub(crate) fn of(error: &DbErr) -> Self {
        match error {
            DbErr::ConnectionAcquire(_) => Self::Outage,
            other => match sqlx_error(other) {
                Some(sqlx::Error::Database(database)) => Self::told(&**database),
                Some(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => Self::Outage,
                Some(
                    sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed,
                ) => Self::Lost,
                _ if matches!(error, DbErr::Conn(_)) => Self::Outage,
                _ => Self::Statement,
            },
        }
    }

    fn told(database: &(dyn DatabaseError + 'static)) -> Self {
        if let Some(mysql) = database.try_downcast_ref::<MySqlDatabaseError>() {
            return match mysql.number() {
                // Record has changed since last read (MariaDB), lock wait timeout, deadlock.
                1020 | 1205 | 1213 => Self::Contention,
                // Server shutdown in progress, connection killed.
                1053 | 1317 | 1927 | 3169 => Self::Lost,
                // Disk full, too many connections, access denied, table full, host blocked, read-only (three), crashed.
                1021 | 1040 | 1044 | 1045 | 1114 | 1129 | 1203 | 1290 | 1792 | 1836 | 3100 => {
                    Self::Outage
                }
                _ => Self::Statement,
            };
        }
        let code = database.code().unwrap_or_default();
        if database.try_downcast_ref::<PgDatabaseError>().is_some() {
            // https://www.postgresql.org/docs/current/errcodes-appendix.html
            return match code.as_ref() {
                "40001" | "40P01" | "55P03" => Self::Contention,
                "57P01" | "57P02" | "25P03" => Self::Lost,
                "25006" | "57P03" => Self::Outage,
                code if ["08", "53", "28", "58"]
                    .iter()
                    .any(|class| code.starts_with(class)) =>
                {
                    Self::Outage
                }
                _ => Self::Statement,
            };
        }
        // SQLite's primary result codes: 5 busy, 6 locked, 7 out of memory, 8 read-only, 10 I/O error, 13 full, 14 cannot open.
        let primary = code.parse::<u32>().ok().map(|code| code & 0xff);
        if matches!(primary, Some(5..=8 | 10 | 13 | 14)) {
            Self::Outage
        } else {
            Self::Statement
        }
    }
}

pub(crate) fn is_unavailable(error: &DbErr) -> bool {
    Trouble::of(error) != Trouble::Statement
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
