//! An error together with what caused it.

use std::error::Error;

/// The error and its causes in one line, outermost first, separated by `: `. For logs, once, where the error is handled.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
