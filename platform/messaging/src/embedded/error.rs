//! Why a broker cannot be opened.

use std::path::Path;

/// Why a broker's file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A running broker owns it; it can still be inspected.
    #[error("{path} is in use by another process")]
    InUse {
        /// The file.
        path: String,
    },
    /// It is something else, or of a later version.
    #[error("{path} is not a broker's file of this version")]
    Foreign {
        /// The file.
        path: String,
    },
    /// The directory or the lock file cannot be used.
    #[error("cannot use {path}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The broker's threads cannot be started.
    #[error("cannot start the broker's threads")]
    Thread {
        /// What the system says.
        source: std::io::Error,
    },
    /// The database cannot be used.
    #[error("cannot use {path}")]
    Database {
        /// The file.
        path: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl OpenError {
    pub(super) fn thread(source: std::io::Error) -> Self {
        Self::Thread { source }
    }

    pub(super) fn database(path: &Path) -> impl Fn(rusqlite::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::Database {
            path: path.clone(),
            source,
        }
    }

    pub(super) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::File {
            path: path.clone(),
            source,
        }
    }
}
