//! What a checkout is asked for.

use garde::Validate;
use revcart_http_edge::{Answer, Problem};
use serde::Deserialize;
use shared_events::{Address, AddressId, PaymentMethod, PaymentToken};
use utoipa::ToSchema;

/// The body. Where it goes is an address of the address book or one written out: exactly one of the two.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({
    "paymentMethod": "DUMMY", "paymentToken": "tok_ok", "couponCode": "WELCOME10",
    "shippingAddress": {"recipient": "Asha Rao", "line1": "12 MG Road", "city": "Bengaluru", "state": "Karnataka",
        "postalCode": "560001", "country": "IN", "phone": "+91 98765 43210"}
}))]
pub(crate) struct CheckoutRequest {
    /// An address of the caller's address book.
    #[garde(skip)]
    pub(crate) address_id: Option<AddressId>,
    /// An address written out.
    #[garde(dive)]
    pub(crate) shipping_address: Option<ShippingAddress>,
    #[garde(skip)]
    pub(crate) payment_method: PaymentMethod,
    /// The gateway's single-use token.
    #[garde(custom(token))]
    pub(crate) payment_token: Option<PaymentToken>,
    /// Instead of the coupon that is put to the cart.
    #[garde(length(chars, max = 64))]
    #[schema(max_length = 64)]
    pub(crate) coupon_code: Option<String>,
    /// The version of the cart that the shopper saw: another one is refused.
    #[garde(skip)]
    pub(crate) cart_version: Option<u32>,
    #[garde(length(chars, max = 500), custom(storable))]
    #[schema(max_length = 500, pattern = "^[^\\u0000]*$")]
    pub(crate) note: Option<String>,
}

/// An address written out.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct ShippingAddress {
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    recipient: String,
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    line1: String,
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    line2: Option<String>,
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    city: String,
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    state: String,
    #[garde(length(chars, min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    postal_code: String,
    /// Its two letters in ISO 3166.
    #[garde(custom(country_code))]
    #[schema(pattern = "^[A-Za-z]{2}$")]
    country: String,
    #[garde(length(chars, min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    phone: String,
}

/// The person is left out, so that no log shows them.
impl std::fmt::Debug for ShippingAddress {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("ShippingAddress").finish_non_exhaustive()
    }
}

impl CheckoutRequest {
    /// What concerns more than one field.
    pub(crate) fn check(&self) -> Answer<()> {
        if self.address_id.is_some() == self.shipping_address.is_some() {
            return Err(Problem::invalid(
                "addressId",
                "give either addressId or shippingAddress",
            ));
        }
        Ok(())
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

/// Taxes and fees of a region are found by the two letters of its country.
fn country_code<C>(country: &str, _: &C) -> garde::Result {
    if country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(());
    }
    Err(garde::Error::new("must be two letters (ISO 3166)"))
}

/// Tokens of gateways are short.
pub(super) fn token<C>(token: &Option<PaymentToken>, _: &C) -> garde::Result {
    let Some(token) = token.as_ref().map(PaymentToken::expose) else {
        return Ok(());
    };
    if token.is_empty() || token.len() > 255 {
        return Err(garde::Error::new("must have 1 to 255 characters"));
    }
    without_nul(token)
}

/// `PostgreSQL` keeps every text but those with a NUL in them.
pub(super) fn storable<C>(text: &Option<String>, _: &C) -> garde::Result {
    without_nul(text.as_deref().unwrap_or_default())
}

fn without_nul(text: &str) -> garde::Result {
    if text.contains('\0') {
        return Err(garde::Error::new("must not contain the character NUL"));
    }
    Ok(())
}
