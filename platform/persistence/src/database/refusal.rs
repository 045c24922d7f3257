//! Why a server does not let anybody in, and what to do about it, in one line.

use std::fmt;

use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;

/// A failed attempt to log in.
pub(super) struct Refusal<'a>(pub(super) &'a sqlx::Error);

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            sqlx::Error::Database(database) => {
                write!(f, "{} ({})", database.message(), remedy(&**database))
            }
            sqlx::Error::Io(error) => {
                write!(f, "nobody answers there ({error}): check host and port")
            }
            sqlx::Error::Tls(error) => write!(f, "TLS fails ({error}): check ssl-mode and ssl-ca"),
            other => write!(f, "{other}"),
        }
    }
}

fn remedy(database: &(dyn DatabaseError + 'static)) -> &'static str {
    let mysql = database
        .try_downcast_ref::<MySqlDatabaseError>()
        .map(MySqlDatabaseError::number);
    let code = database.code().unwrap_or_default();
    match (mysql, code.as_ref()) {
        // Access denied for the login; for the schema.
        (Some(1045 | 1698), _) | (None, "28P01" | "28000") => "check user and password",
        (Some(1044), _) | (None, "42501") => "this user has no right to the schema: grant it",
        (Some(1049), _) | (None, "3D000") => "the schema does not exist: create it",
        (Some(1040 | 1203), _) | (None, "53300") => {
            "too many connections: lower REVCART_DATABASE_CONNECTIONS or raise the server's bound"
        }
        _ => "see the server's log",
    }
}
