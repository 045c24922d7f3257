//! Why something did not happen: the codes that stand in `reason` fields.
//!
//! They are text on the wire, not enums, so that a new one breaks no consumer: who does not know a code shows it as it is.

/// In `StockReservationFailed`: at least one line wants more than there is; `shortages` names them.
pub const INSUFFICIENT_STOCK: &str = "INSUFFICIENT_STOCK";
/// In `StockReservationFailed`: a product does not exist or is no longer sold.
pub const UNKNOWN_PRODUCT: &str = "UNKNOWN_PRODUCT";
/// In any refusal: the compensation came before the command, which therefore is not obeyed any more.
pub const ALREADY_COMPENSATED: &str = "ALREADY_COMPENSATED";

/// In `PaymentFailed`: the gateway said no.
pub const DECLINED: &str = "DECLINED";
/// In `PaymentFailed`: the gateway said no, for want of money.
pub const INSUFFICIENT_FUNDS: &str = "INSUFFICIENT_FUNDS";
/// In `PaymentFailed` and `DeliveryFailed`: nothing came of it before `expiresAt`.
pub const EXPIRED: &str = "EXPIRED";
/// In `PaymentFailed`: the gateway does not work or the method is not offered.
pub const GATEWAY_UNAVAILABLE: &str = "GATEWAY_UNAVAILABLE";

/// In `DeliveryFailed` and `OrderCancelled`: nobody could be found to bring it.
pub const NO_DELIVERY_AGENT: &str = "NO_DELIVERY_AGENT";

/// In `OrderCancelled`: there was too little of at least one product.
pub const OUT_OF_STOCK: &str = "OUT_OF_STOCK";
/// In `OrderCancelled`: the payment was refused for good.
pub const PAYMENT_DECLINED: &str = "PAYMENT_DECLINED";
/// In `OrderCancelled`: the payment did not come in time.
pub const PAYMENT_EXPIRED: &str = "PAYMENT_EXPIRED";
/// In `OrderCancelled`: the shopper changed their mind.
pub const CANCELLED_BY_CUSTOMER: &str = "CANCELLED_BY_CUSTOMER";
/// In `OrderCancelled`: an admin took it back.
pub const CANCELLED_BY_ADMIN: &str = "CANCELLED_BY_ADMIN";
