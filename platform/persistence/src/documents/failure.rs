//! What an error of MongoDB means for who asked.

use mongodb::bson::{Bson, Document};
use mongodb::error::{CommandError, Error, ErrorKind, TRANSIENT_TRANSACTION_ERROR, WriteFailure};

/// A unique index refused a document.
const DUPLICATE_KEY: i32 = 11_000;
/// Another transaction has written what this one writes.
const WRITE_CONFLICT: i32 = 112;
/// The server has given the transaction up, after one of its operations failed.
const NO_SUCH_TRANSACTION: i32 = 251;

/// Whether the same work may go through if it is done again from its beginning.
pub(super) fn is_to_be_repeated(error: &Error) -> bool {
    error.contains_label(TRANSIENT_TRANSACTION_ERROR)
        || matches!(code(error), Some(WRITE_CONFLICT | NO_SUCH_TRANSACTION))
}

/// Whether a unique index refused a document.
pub(super) fn is_duplicate(error: &Error) -> bool {
    code(error) == Some(DUPLICATE_KEY)
}

/// Whether the server was out of reach or could not take part: nobody's fault.
pub(crate) fn is_unavailable(error: &Error) -> bool {
    is_to_be_repeated(error)
        || matches!(
            error.kind.as_ref(),
            ErrorKind::Io(_)
                | ErrorKind::ConnectionPoolCleared { .. }
                | ErrorKind::ServerSelection { .. }
                | ErrorKind::DnsResolve { .. }
                | ErrorKind::Authentication { .. }
                | ErrorKind::Shutdown
        )
        // Host unreachable, not found, shutting down, stepped down, not primary (several), out of disk, exceeded time.
        || matches!(code(error), Some(6 | 7 | 89 | 91 | 189 | 262 | 9001 | 10_107 | 11_600 | 11_602 | 13_435 | 13_436 | 14_031 | 50))
}

/// Whether the unique index called `name` refused a document.
pub(crate) fn violates(error: &Error, name: &str) -> bool {
    let told = match error.kind.as_ref() {
        ErrorKind::Command(command) if command.code == DUPLICATE_KEY => Some(&command.message),
        ErrorKind::Write(WriteFailure::WriteError(write)) if write.code == DUPLICATE_KEY => {
            Some(&write.message)
        }
        ErrorKind::InsertMany(many) => many
            .write_errors
            .iter()
            .flatten()
            .find(|write| write.code == DUPLICATE_KEY)
            .map(|write| &write.message),
        _ => None,
    };
    // E11000 duplicate key error collection: shop.agents index: agents_by_login dup key: { … }
    told.and_then(|message| message.split_once("index: "))
        .and_then(|(_, after)| after.split_whitespace().next())
        .is_some_and(|index| index == name || (index == "_id_" && name == "_id"))
}

/// The write that a command's answer says was refused: such an answer is no error by itself.
pub(super) fn refused_write(answer: &Document) -> Option<Error> {
    let refused = answer.get_array("writeErrors").ok()?.first()?;
    let refused = refused.as_document()?;
    let code = match refused.get("code") {
        Some(Bson::Int32(code)) => i64::from(*code),
        Some(Bson::Int64(code)) => *code,
        _ => 0,
    };
    let failed: CommandError = mongodb::bson::deserialize_from_document(mongodb::bson::doc! {
        "code": i32::try_from(code).unwrap_or(0),
        "codeName": "WriteError",
        "errmsg": refused.get_str("errmsg").unwrap_or("a write was refused"),
    })
    .ok()?;
    Some(Error::from(ErrorKind::Command(failed)))
}

fn code(error: &Error) -> Option<i32> {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Some(command.code),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(write.code),
        ErrorKind::InsertMany(many) => many
            .write_errors
            .iter()
            .flatten()
            .next()
            .map(|write| write.code),
        _ => None,
    }
}
