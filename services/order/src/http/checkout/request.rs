//! What a checkout is asked for.

use garde::Validate;
use revcart_http_edge::{Answer, Problem};
use serde::Deserialize;
use shared_events::{Address, AddressId, PaymentMethod, PaymentToken};

/// The body. Where it goes is an address of the address book or one written out.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CheckoutRequest {
    #[garde(skip)]
    pub(crate) address_id: Option<AddressId>,
    #[garde(dive)]
    pub(crate) shipping_address: Option<ShippingAddress>,
    #[garde(skip)]
    pub(crate) payment_method: PaymentMethod,
    #[garde(custom(token))]
    pub(crate) payment_token: Option<PaymentToken>,
    #[garde(length(chars, max = 64))]
    pub(crate) coupon_code: Option<String>,
    #[garde(skip)]
    pub(crate) cart_version: Option<u32>,
    #[garde(length(chars, max = 500))]
    pub(crate) note: Option<String>,
}

/// An address written out.
#[derive(Clone, Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ShippingAddress {
    #[garde(length(chars, min = 1, max = 100))]
    recipient: String,
    #[garde(length(chars, min = 1, max = 200))]
    line1: String,
    #[garde(length(chars, max = 200))]
    line2: Option<String>,
    #[garde(length(chars, min = 1, max = 100))]
    city: String,
    #[garde(length(chars, min = 1, max = 100))]
    state: String,
    #[garde(length(chars, min = 1, max = 20))]
    postal_code: String,
    #[garde(length(chars, min = 2, max = 60))]
    country: String,
    #[garde(length(chars, min = 1, max = 20))]
    phone: String,
}

impl CheckoutRequest {
    /// What concerns more than one field, or what the shop does not have.
    pub(crate) fn check(&self) -> Answer<()> {
        if self.address_id.is_some() == self.shipping_address.is_some() {
            return Err(Problem::invalid(
                "addressId",
                "give either addressId or shippingAddress",
            ));
        }
        match self.coupon_code.as_deref().map(str::trim) {
            None | Some("") => Ok(()),
            Some(_) => Err(Problem::unprocessable(
                "UNKNOWN_COUPON",
                "this coupon is not known here; order without it or try another",
            )
            .with_field("couponCode", "is not known")),
        }
    }
}

impl From<ShippingAddress> for Address {
    fn from(given: ShippingAddress) -> Address {
        Address {
            recipient: given.recipient,
            line1: given.line1,
            line2: given.line2.filter(|line| !line.is_empty()),
            city: given.city,
            state: given.state,
            postal_code: given.postal_code,
            country: given.country,
            phone: given.phone,
        }
    }
}

fn token<C>(token: &Option<PaymentToken>, _: &C) -> garde::Result {
    match token {
        Some(token) if token.expose().is_empty() || token.expose().len() > 255 => {
            Err(garde::Error::new("must have 1 to 255 characters"))
        }
        _ => Ok(()),
    }
}
