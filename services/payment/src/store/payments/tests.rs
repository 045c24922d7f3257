//! What the queries cost.
