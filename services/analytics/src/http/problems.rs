//! What callers are told when the domain refuses.

use revcart_http_edge::Problem;

use crate::domain::period::Refusal;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::invalid("from", refusal.to_string())
    }
}
