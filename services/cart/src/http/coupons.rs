//! The coupons of the shop, for admins.

mod answers;
pub(super) mod change;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod show;
mod terms;
