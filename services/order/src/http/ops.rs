//! Sagas for operators: what is where, the timeline of one, and taking a hand. Admins only.

pub(crate) mod intervene;
pub(crate) mod list;
pub(crate) mod show;
