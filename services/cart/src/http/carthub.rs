//! The Carthub form of the routes, `/api/v1/cart/…`: the customer is named in the request, and may be a guest.

pub(super) mod add_item;
pub(super) mod apply_coupon;
pub(super) mod change_item;
pub(super) mod check_out;
pub(super) mod clear;
pub(super) mod remove_coupon;
pub(super) mod remove_item;
pub(super) mod show;
