//! `POST /internal/checkouts`: the same checkout, asked for by cart-service on behalf of whoever holds the cart: a guest, or a user
//! who went the same way. A guest's answer carries the token by which they see the order. Internal.

use axum::extract::State;
use axum::response::Response;
use garde::Validate;
use revcart_http_edge::idempotency::Idempotent;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Answer, Internal, Prefer, Problem, RequestCause};
use serde::Deserialize;
use shared_events::{AddressId, CartId, Contact, PaymentMethod, PaymentToken, UserId};
use utoipa::ToSchema;

use super::super::body::OrderBody;
use super::super::settling;
use super::request::{self, CheckoutRequest, ShippingAddress};
use super::{Buyer, Checkout, accept};
use crate::app::App;

/// The body: whose cart, and what a checkout is asked for.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(example = json!({
    "cartId": "01992d5c-7b8f-7c3e-9a51-2f6d0c4b8e17", "paymentMethod": "DUMMY",
    "contact": {"name": "Asha Rao", "email": "asha@example.com", "phone": "+91 98765 43210"},
    "shippingAddress": {"recipient": "Asha Rao", "line1": "12 MG Road", "city": "Bengaluru", "state": "Karnataka",
        "postalCode": "560001", "country": "IN", "phone": "+91 98765 43210"}
}))]
pub(crate) struct InternalCheckoutRequest {
    #[garde(skip)]
    cart_id: CartId,
    /// Who orders; nobody: a guest.
    #[garde(skip)]
    user_id: Option<UserId>,
    /// Whom to tell of a guest's order; a user's contact is known.
    #[garde(dive)]
    contact: Option<GuestContact>,
    #[garde(skip)]
    address_id: Option<AddressId>,
    #[garde(dive)]
    shipping_address: Option<ShippingAddress>,
    #[garde(skip)]
    payment_method: PaymentMethod,
    #[garde(custom(request::token))]
    payment_token: Option<PaymentToken>,
    #[garde(length(chars, max = 64))]
    #[schema(max_length = 64)]
    coupon_code: Option<String>,
    #[garde(skip)]
    cart_version: Option<u32>,
    #[garde(length(chars, max = 500), custom(request::storable))]
    #[schema(max_length = 500, pattern = "^[^\\u0000]*$")]
    note: Option<String>,
}

/// How to reach a guest.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct GuestContact {
    #[garde(length(chars, min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[garde(email, length(chars, max = 254))]
    #[schema(format = "email", max_length = 254)]
    email: String,
    #[garde(length(chars, min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    phone: Option<String>,
}

/// The person is left out, so that no log shows them.
impl std::fmt::Debug for GuestContact {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("GuestContact").finish_non_exhaustive()
    }
}

/// Order a cart on behalf of whoever holds it
///
/// For cart-service. Keys are one within the cart.
#[utoipa::path(post, path = "/internal/checkouts", security(("bearer" = [])),
    params(
        ("Idempotency-Key" = String, Header, description = "A new one for every new request", min_length = 1, max_length = 255,
            pattern = "^[!-~]+$"),
        ("Prefer" = Option<String>, Header, description = "`wait=N`: answer when it has settled, after N seconds at the latest")),
    request_body = InternalCheckoutRequest,
    responses(
        (status = 202, body = OrderBody, description = "It has been accepted"),
        (status = 201, body = OrderBody, description = "It has been waited for, and is confirmed"),
        (status = 409, content_type = "application/problem+json", body = ProblemBody,
            description = "As of POST /api/orders/checkout")))]
pub(crate) async fn handle(
    State(app): State<App>,
    _caller: Internal,
    Prefer { wait }: Prefer,
    RequestCause(cause): RequestCause,
    request: Idempotent<InternalCheckoutRequest>,
) -> Answer<Response> {
    let asked = request.body.clone();
    let checkout = Checkout {
        cart: asked.cart_id,
        buyer: asked.buyer()?,
        once: request.once.clone().of(&format!("cart:{}", asked.cart_id)),
        request: asked.request(),
        cause,
    };
    let accepted = accept(&app, checkout, wait.is_some()).await?;
    settling::answer(&app, accepted, wait).await
}

impl InternalCheckoutRequest {
    fn buyer(&self) -> Answer<Buyer> {
        match (self.user_id, &self.contact) {
            (Some(user), None) => Ok(Buyer::User(user)),
            (Some(_), Some(_)) => Err(Problem::invalid("contact", "is known of a user")),
            (None, None) => Err(Problem::invalid("contact", "is needed of a guest")),
            (None, Some(_)) if self.address_id.is_some() => Err(Problem::invalid(
                "addressId",
                "guests have no addresses; give shippingAddress",
            )),
            (None, Some(contact)) => Ok(Buyer::Guest(Contact {
                name: contact.name.clone(),
                email: contact.email.clone(),
                phone: contact.phone.clone(),
            })),
        }
    }

    fn request(self) -> CheckoutRequest {
        CheckoutRequest {
            address_id: self.address_id,
            shipping_address: self.shipping_address,
            payment_method: self.payment_method,
            payment_token: self.payment_token,
            coupon_code: self.coupon_code,
            cart_version: self.cart_version,
            note: self.note,
        }
    }
}
