//! What callers are told when the store or the domain refuses.

use revcart_http_edge::Problem;

use crate::domain::period::Refusal;
use crate::store;

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::invalid("from", refusal.to_string())
    }
}
