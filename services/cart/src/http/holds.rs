//! Coupons on hold for orders. Internal: order-service takes one before it accepts an order.

pub(super) mod give_back;
pub(super) mod take;
