//! Which payment a request is about.

use garde::Validate;
use revcart_http_edge::{Answer, Problem};
use serde::Deserialize;
use shared_events::{OrderId, PaymentId};
use utoipa::ToSchema;

use crate::domain::payment;

/// Which one: by its id or by its order, not both.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[schema(as = WhichPayment, example = json!({ "orderId": "01981f3e-0000-7000-8000-000000000001" }))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Which {
    #[garde(skip)]
    payment_id: Option<PaymentId>,
    #[garde(skip)]
    order_id: Option<OrderId>,
}

impl Which {
    /// The payment; 422 unless exactly one name is given.
    pub(super) fn named(&self) -> Answer<PaymentId> {
        named(self.payment_id, self.order_id)
    }
}

/// The same for requests that say more.
pub(super) fn named(payment: Option<PaymentId>, order: Option<OrderId>) -> Answer<PaymentId> {
    match (payment, order) {
        (Some(payment), None) => Ok(payment),
        (None, Some(order)) => Ok(payment::of_order(order)),
        (None, None) | (Some(_), Some(_)) => Err(Problem::invalid(
            "paymentId",
            "name either the payment or its order",
        )),
    }
}
