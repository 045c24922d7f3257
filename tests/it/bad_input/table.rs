//! Every route of every service: who may call it, of what it speaks, a body that would do, and what it must refuse in it.

use serde_json::json;
use uuid::Uuid;

use super::route::{Caller, Route, Thing};
use super::world::GUEST;

const UNITS: &str = "[0, -1, 1.5, 4294967296, \"2\"]";
const COUNT: &str = "[-1, 1.5, 4294967296, \"2\"]";
/// Customers who could be guessed, and who are none.
const GUESSED: &str = r#"["guest-1", "guest-00000000-0000-0000-0000-000000000000", "asha", ""]"#;
const PRICE: &str = r#"[{"amount": "0.00", "currency": "INR"}, {"amount": "-1.00", "currency": "INR"},
    {"amount": "1.999", "currency": "INR"}, {"amount": 1, "currency": "INR"}, {"amount": "1.00", "currency": "rupees"},
    {"amount": "1.00"}, {"amount": "99999999999999999999.00", "currency": "INR"}]"#;

/// All of them.
pub(crate) fn routes() -> Vec<Route> {
    [
        user(),
        product(),
        cart(),
        order(),
        payment(),
        notification(),
        delivery(),
        analytics(),
    ]
    .concat()
}

fn user() -> Vec<Route> {
    use Caller::{Admin, AdminOrService, Open, Service};
    vec![
        Route::post("/api/users/register", |_| json!({"email": "new@example.com", "password": "a-long-passphrase-9", "name": "New", "phone": "+91 80 1234"})).by(Open),
        Route::post("/api/users/login", |_| json!({"email": "new@example.com", "password": "a-long-passphrase-9"})).by(Open),
        Route::post("/api/users/refresh", |_| json!({"refreshToken": "none"})).by(Open),
        Route::post("/api/users/logout", |_| json!({"refreshToken": "none"})).by(Open),
        Route::post("/api/users/verify-otp", |_| json!({"email": "new@example.com", "code": "493021", "purpose": "REGISTER"}))
            .by(Open)
            .refuses(&[("/code", r#"["", "12345", "1234567", "49302a", " 93021"]"#), ("/purpose", r#"["CHANGE", ""]"#)]),
        Route::post("/api/users/resend-otp", |_| json!({"email": "new@example.com", "purpose": "RESET"})).by(Open).refuses(&[("/purpose", r#"["CHANGE", ""]"#)]),
        Route::post("/api/users/forgot-password", |_| json!({"email": "new@example.com"})).by(Open).refuses(&[("/email", r#"["", "nobody", "@example.com"]"#)]),
        Route::post("/api/users/reset-password", |_| json!({"email": "new@example.com", "code": "493021", "newPassword": "a-long-passphrase-8"}))
            .by(Open)
            .refuses(&[("/code", r#"["", "12345"]"#), ("/newPassword", r#"["", "short"]"#)]),
        Route::get("/api/users/profile"),
        Route::put("/api/users/profile", |_| json!({"name": "Asha", "phone": "+91 80 1234"})),
        Route::put("/api/users/password", |_| json!({"currentPassword": "not hers", "newPassword": "a-long-passphrase-8", "refreshToken": "none"})),
        Route::post("/api/users/email", |_| json!({"newEmail": "another@example.com", "password": "not hers"})).refuses(&[("/newEmail", r#"["", "nobody"]"#)]),
        Route::post("/api/users/email/verify", |_| json!({"code": "493021"})).refuses(&[("/code", r#"["", "12345"]"#)]),
        Route::post("/api/users/deactivate", |_| json!({"password": "not hers"})),
        Route::get("/api/users/sessions").list(),
        Route::delete("/api/users/sessions"),
        Route::delete("/api/users/sessions/{id}").of_her(Thing::Session),
        Route::post("/api/users/addresses", |_| revcart_tests::customer::address("560001")),
        Route::get("/api/users/addresses"),
        Route::put("/api/users/addresses/{id}", |_| revcart_tests::customer::address("560001")).of_her(Thing::Address),
        Route::delete("/api/users/addresses/{id}").of_her(Thing::Address),
        Route::post("/api/users/validate-token", |_| json!({"token": "none"})).by(Service),
        Route::get("/api/users").by(Admin).list(),
        Route::get("/api/users/signing-keys").by(Admin),
        Route::press("/api/users/signing-keys").by(Admin),
        Route::delete("/api/users/signing-keys/{kid}").by(Admin).of(Thing::Key),
        Route::get("/api/users/{id}").by(AdminOrService).of(Thing::User),
        Route::put("/api/users/{id}/role", |_| json!({"role": "agent"})).by(Admin).of(Thing::User).refuses(&[("/role", r#"["service", "king", ""]"#)]),
        Route::put("/api/users/{id}/status", |_| json!({"status": "ACTIVE"})).by(Admin).of(Thing::User).refuses(&[("/status", r#"["GONE", "DEACTIVATED", ""]"#)]),
        Route::get("/api/users/{id}/checkout-profile").by(Service).of(Thing::User),
        Route::get("/.well-known/jwks.json").by(Open),
    ]
}

fn product() -> Vec<Route> {
    use Caller::{Admin, Anybody, Service, Unseen};
    vec![
        Route::get("/api/products").by(Anybody).list(),
        Route::post("/api/products", |_| json!({"sku": "SKU-9", "name": "Nine", "description": "", "price": {"amount": "1.00", "currency": "INR"}, "stock": 1, "lowStockThreshold": 1}))
            .by(Admin)
            .refuses(&[("/stock", COUNT), ("/lowStockThreshold", COUNT), ("/price", PRICE), ("/sku", r#"["", " "]"#), ("/name", r#"["", " "]"#)]),
        Route::get("/api/products/search").by(Anybody).list(),
        Route::get("/api/products/batch").by(Anybody),
        Route::get("/api/products/category/{slug}").by(Anybody).of(Thing::Slug).list(),
        Route::get("/api/products/{productId}").by(Anybody).of(Thing::Product),
        Route::put("/api/products/{productId}", |_| json!({"name": "Nine", "price": {"amount": "1.00", "currency": "INR"}, "lowStockThreshold": 1, "version": 1}))
            .by(Admin)
            .of(Thing::Product)
            .refuses(&[("/lowStockThreshold", COUNT), ("/price", PRICE), ("/version", COUNT), ("/name", r#"["", " "]"#)]),
        Route::delete("/api/products/{productId}").by(Admin).of(Thing::Product),
        Route::get("/api/products/{productId}/stock").by(Anybody).of(Thing::Product),
        Route::put("/api/products/stock/reserve", |w| json!({"lines": [{"productId": w.product, "quantity": 1}], "expiresInSeconds": 1})).by(Service),
        Route::put("/api/products/stock/release", |w| json!({"orderId": w.order})).by(Service),
        Route::get("/api/products/export.csv").by(Admin),
        Route::press("/api/products/import").by(Admin),
        Route::press("/api/products/{productId}/images").by(Admin).of(Thing::Product),
        Route::get("/api/products/{productId}/images/{imageId}").by(Anybody).of(Thing::Product),
        Route::delete("/api/products/{productId}/images/{imageId}").by(Admin).of(Thing::Product),
        Route::get("/api/categories").by(Anybody).list(),
        Route::get("/api/categories/tree").by(Anybody),
        Route::post("/api/categories", |_| json!({"name": "New", "slug": "new", "description": ""})).by(Admin).refuses(&[("/name", r#"["", " "]"#), ("/slug", r#"["", "A B", "ä"]"#)]),
        Route::put("/api/categories/{categoryId}", |w| json!({"name": "New", "parentId": w.product, "version": 1}))
            .by(Admin)
            .of(Thing::Category)
            .refuses(&[("/name", r#"["", " "]"#), ("/version", "[1.5, \"1\"]"), ("/parentId", r#"["", "7"]"#)]),
        Route::post("/api/inventory/adjustments", |w| json!({"productId": w.product, "quantity": 1, "reason": "found"}))
            .by(Admin)
            .refuses(&[("/quantity", "[0, 1.5, 1000001, -1000001, 9223372036854775808, \"2\"]"), ("/reason", r#"["", " ", "\u0000"]"#)]),
        Route::get("/api/inventory/low").by(Admin).list(),
        Route::get("/api/inventory/{productId}").by(Admin).of(Thing::Product),
        Route::put("/api/inventory/{productId}", |_| json!({"lowStockThreshold": 1}))
            .by(Admin)
            .of(Thing::Product)
            .refuses(&[("/lowStockThreshold", COUNT)]),
        Route::get("/api/inventory/{productId}/movements").by(Admin).of(Thing::Product).list(),
        Route::get("/internal/trace/{orderId}").by(Unseen).of(Thing::Order),
    ]
    .into_iter()
    .chain(buying())
    .collect()
}

fn buying() -> Vec<Route> {
    use Caller::Admin;
    let of_supplier = |route: Route| route.by(Admin).of(Thing::Supplier);
    vec![
        Route::get("/api/suppliers").by(Admin).list(),
        Route::post("/api/suppliers", |_| json!({"name": "Potters", "email": "orders@potters.example", "phone": "+91 80 1234", "note": ""}))
            .by(Admin)
            .refuses(&[("/name", r#"["", " "]"#), ("/email", r#"["", "potters"]"#), ("/phone", r#"[""]"#), ("/note", r#"["\u0000"]"#)]),
        of_supplier(Route::get("/api/suppliers/{supplierId}")),
        of_supplier(Route::put("/api/suppliers/{supplierId}", |_| json!({"name": "Potters", "active": true, "version": 1})))
            .refuses(&[("/name", r#"["", " "]"#), ("/version", "[1.5, \"1\"]")]),
        of_supplier(Route::get("/api/suppliers/{supplierId}/purchase-orders")).list(),
        of_supplier(Route::post("/api/suppliers/{supplierId}/purchase-orders", |w| {
            json!({"lines": [{"productId": w.product, "quantity": 1}], "expectedOn": "2031-01-31", "note": ""})
        }))
        .refuses(&[("/lines", "[[]]"), ("/lines/0/quantity", UNITS), ("/expectedOn", r#"["", "soon", "2031-02-30"]"#)]),
        of_supplier(Route::get("/api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}")),
        of_supplier(Route::press("/api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/send")),
        of_supplier(Route::post("/api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/receive", |w| {
            json!({"lines": [{"productId": w.product, "quantity": 1}], "allowMore": false})
        }))
        .refuses(&[("/lines", "[[]]"), ("/lines/0/quantity", UNITS)]),
        of_supplier(Route::press("/api/suppliers/{supplierId}/purchase-orders/{purchaseOrderId}/cancel")),
        of_supplier(Route::delete("/api/suppliers/{supplierId}")),
    ]
}

fn cart() -> Vec<Route> {
    use Caller::{Service, Unseen};
    vec![
        Route::get("/api/cart"),
        Route::post(
            "/api/cart/items",
            |w| json!({"productId": w.product, "quantity": 1}),
        )
        .refuses(&[("/quantity", UNITS)]),
        Route::put("/api/cart/items/{id}", |_| json!({"quantity": 1}))
            .of_her(Thing::Item)
            .refuses(&[("/quantity", UNITS)]),
        Route::delete("/api/cart/items/{id}").of_her(Thing::Item),
        Route::delete("/api/cart/clear"),
        Route::get("/api/cart/count"),
        Route::post("/api/cart/merge", |_| json!({"guestCartId": GUEST}))
            .refuses(&[("/guestCartId", GUESSED)]),
        Route::put("/api/cart/coupon", |_| json!({"code": "NONE"})).refuses(&[("/code", r#"[""]"#)]),
        Route::delete("/api/cart/coupon"),
        Route::post("/api/cart/validate", |w| json!({"userId": w.asha_id})).by(Service),
        Route::get("/internal/carts/{id}")
            .by(Unseen)
            .of(Thing::User),
        Route::post(
            "/internal/carts/{id}/items",
            |w| json!({"lines": [{"productId": w.product, "quantity": 1}]}),
        )
        .by(Unseen)
        .of(Thing::User),
        Route::put(
            "/internal/coupons/holds/{orderId}",
            |w| json!({"code": "NONE", "cartId": w.order, "subtotal": {"amount": "1.00", "currency": "INR"}}),
        )
        .by(Unseen)
        .of(Thing::Order),
        Route::delete("/internal/coupons/holds/{orderId}")
            .by(Unseen)
            .of(Thing::Order),
    ]
    .into_iter()
    .chain(carthub())
    .chain(coupons())
    .collect()
}

/// The cart's routes for customers that are named in the request, guests above all.
fn carthub() -> Vec<Route> {
    use Caller::Anybody;
    let of_guest = |route: Route| route.by(Anybody).of(Thing::Guest);
    vec![
        of_guest(Route::get("/api/v1/cart/{customerId}")),
        of_guest(Route::delete("/api/v1/cart/{customerId}")),
        Route::post(
            "/api/v1/cart/items",
            |w| json!({"customerId": GUEST, "productId": w.product, "quantity": 1}),
        )
        .by(Anybody)
        .refuses(&[("/quantity", UNITS), ("/customerId", GUESSED)]),
        of_guest(Route::put("/api/v1/cart/{customerId}/items/{productId}", |_| json!({"quantity": 1})))
            .refuses(&[("/quantity", UNITS)]),
        of_guest(Route::delete("/api/v1/cart/{customerId}/items/{productId}")),
        of_guest(Route::put("/api/v1/cart/{customerId}/coupon", |_| json!({"code": "NONE"})))
            .refuses(&[("/code", r#"[""]"#)]),
        of_guest(Route::delete("/api/v1/cart/{customerId}/coupon")),
        Route::post("/api/v1/cart/checkout", |_| {
            json!({"customerId": GUEST, "contact": {"name": "Asha", "email": "asha@example.com"}, "paymentMethod": "DUMMY",
                "shippingAddress": {"recipient": "Asha", "line1": "12 MG Road", "city": "Bengaluru", "state": "Karnataka",
                    "postalCode": "560001", "country": "IN", "phone": "+91 80 1234"},
                "paymentToken": "tok_ok", "cartVersion": 1, "note": ""})
        })
        .by(Anybody)
        .refuses(&[("/customerId", GUESSED), ("/cartVersion", COUNT), ("/paymentMethod", r#"["GOLD", ""]"#), ("/contact/email", r#"["", "asha"]"#)]),
    ]
}

fn coupons() -> Vec<Route> {
    use Caller::Admin;
    let absurd: &'static [(&str, &str)] = &[
        ("/value", r#"["0", "-1", "100.01", "1.001", "ten", ""]"#),
        ("/perUser", "[0, -1, 1.5, 4294967296]"),
        ("/total", "[0, -1, 1.5, 4294967296]"),
        ("/minimum", PRICE),
    ];
    vec![
        Route::get("/api/coupons").by(Admin).list(),
        Route::post("/api/coupons", |_| {
            json!({"code": "WELCOME10", "kind": "PERCENTAGE", "value": "10", "perUser": 1, "total": 9,
                "minimum": {"amount": "1.00", "currency": "INR"}})
        })
        .by(Admin)
        .refuses(absurd),
        Route::get("/api/coupons/{code}").by(Admin).of(Thing::Coupon),
        Route::put("/api/coupons/{code}", |_| {
            json!({"kind": "PERCENTAGE", "value": "10", "perUser": 1, "total": 9, "minimum": {"amount": "1.00", "currency": "INR"}})
        })
        .by(Admin)
        .of(Thing::Coupon)
        .refuses(absurd),
        Route::delete("/api/coupons/{code}").by(Admin).of(Thing::Coupon),
    ]
}

fn order() -> Vec<Route> {
    use Caller::{Admin, AdminOrService, Unseen};
    vec![
        Route::post("/api/orders/checkout", |w| json!({"addressId": w.asha.address, "paymentMethod": "DUMMY", "paymentToken": "tok_ok", "cartVersion": 1, "note": ""}))
            .refuses(&[("/cartVersion", COUNT), ("/paymentMethod", r#"["GOLD", ""]"#), ("/paymentToken", r#"[""]"#)]),
        Route::post("/internal/checkouts", |w| json!({"cartId": w.asha_id, "userId": w.asha_id, "addressId": w.asha.address, "paymentMethod": "DUMMY"})).by(Unseen),
        Route::get("/api/orders").list(),
        Route::get("/api/orders/all").by(Admin).list(),
        Route::get("/api/orders/number/{orderNumber}").of_her(Thing::OrderNumber),
        Route::get("/api/orders/{id}").of_her(Thing::Order).for_guests(),
        Route::get("/api/orders/{id}/invoice").of_her(Thing::Order).for_guests(),
        Route::press("/api/orders/{id}/reorder").of_her(Thing::Order),
        Route::put("/api/orders/{id}/cancel", |_| json!({"code": "CHANGED_MIND", "reason": "mind changed"}))
            .of_her(Thing::Order)
            .refuses(&[("/code", r#"["BORED", ""]"#)]).for_guests(),
        Route::get("/api/orders/{id}/status").of_her(Thing::Order).for_guests(),
        Route::put("/api/orders/{id}/status", |_| json!({"status": "CANCELLED", "reason": "why not", "restock": false}))
            .by(AdminOrService)
            .of(Thing::Order)
            .refuses(&[("/status", r#"["LOST", ""]"#), ("/reason", r#"[""]"#)]),
        Route::get("/api/orders/user/{userId}").by(AdminOrService).of(Thing::User).list().or_nothing(),
        Route::get("/api/ops/sagas").by(Admin).list(),
        Route::get("/api/ops/sagas/{orderId}").by(Admin).of(Thing::Order),
        Route::post("/api/ops/sagas/{orderId}/retry", |_| json!({"reason": "so"})).by(Admin).of(Thing::Order).refuses(&[("/reason", r#"[""]"#)]),
        Route::post("/api/ops/sagas/{orderId}/skip", |_| json!({"reason": "so"})).by(Admin).of(Thing::Order).refuses(&[("/reason", r#"[""]"#)]),
        Route::post("/api/ops/sagas/{orderId}/compensate", |_| json!({"reason": "so", "restock": false})).by(Admin).of(Thing::Order).refuses(&[("/reason", r#"[""]"#)]),
        Route::post("/api/ops/sagas/{orderId}/force-forward", |_| json!({"reason": "so"})).by(Admin).of(Thing::Order).refuses(&[("/reason", r#"[""]"#)]),
        Route::get("/internal/trace/{orderId}").by(Unseen).of(Thing::Order),
    ]
}

fn payment() -> Vec<Route> {
    use Caller::{Admin, AdminOrService, Open, Unseen};
    vec![
        Route::post("/api/payments/initiate", |w| json!({"orderId": w.order, "paymentToken": "tok_ok"})).hers().refuses(&[("/paymentToken", r#"[""]"#)]).for_guests(),
        Route::post("/api/payments/capture", |w| json!({"orderId": w.order})).by(AdminOrService),
        Route::post("/api/payments/verify", |w| json!({"orderId": w.order})).hers().for_guests(),
        Route::post("/api/payments/refund", |w| json!({"orderId": w.order, "amount": {"amount": "1.00", "currency": "INR"}, "reason": "damaged"}))
            .by(AdminOrService)
            .refuses(&[("/amount", PRICE), ("/reason", r#"["", " "]"#)]),
        Route::post("/api/payments/dummy", |w| json!({"orderId": w.order, "action": "complete"})).hers().refuses(&[("/action", r#"["steal", ""]"#)]),
        // Signed by gateways, which this shop does not have here.
        Route::ask("/api/payments/webhooks/stripe").by(Open),
        Route::ask("/api/payments/webhooks/razorpay").by(Open),
        Route::get("/api/payments/settlements").by(Admin),
        Route::get("/api/payments/history").list(),
        Route::get("/api/payments/methods").by(Open),
        Route::get("/api/payments/{id}").of_her(Thing::Order),
        Route::get("/api/payments/order/{id}").of_her(Thing::Order).for_guests(),
        Route::get("/internal/trace/{id}").by(Unseen).of(Thing::Order),
    ]
}

fn notification() -> Vec<Route> {
    use Caller::{Anybody, Open, Service, Unseen};
    vec![
        Route::get("/api/notifications").list(),
        Route::get("/api/notifications/unread").list(),
        Route::mark("/api/notifications/{id}/read").of_her(Thing::Notification),
        Route::delete("/api/notifications/{id}").of_her(Thing::Notification),
        Route::get("/api/notifications/preferences"),
        Route::put("/api/notifications/preferences", |_| json!({"preferences": [{"kind": "orders", "channel": "sms", "enabled": false}]}))
            .refuses(&[
                ("/preferences/0/kind", r#"["gossip", "supply", ""]"#),
                ("/preferences/0/channel", r#"["in_app", "pigeon", ""]"#),
                ("/preferences/0/enabled", r#"["yes", 1, null]"#),
            ]),
        Route::get("/api/notifications/unsubscribe").by(Open),
        Route::press("/api/notifications/unsubscribe").by(Open),
        Route::post("/api/notifications/send", |w| json!({"to": {"userId": w.asha_id}, "channel": "email", "template": "otp-reset", "parameters": {"code": "1", "minutes": "1"}}))
            .by(Service),
        Route::get("/ws/notifications").by(Anybody),
        Route::get("/internal/trace/{id}")
            .by(Unseen)
            .of(Thing::Order),
    ]
}

fn delivery() -> Vec<Route> {
    use Caller::{Admin, AdminOrService, Agent, Unseen};
    vec![
        Route::post("/api/delivery/assign", |w| json!({"orderId": w.order})).by(AdminOrService),
        Route::get("/api/delivery/order/{orderId}").of_her(Thing::Order).for_guests(),
        Route::get("/api/delivery").by(Admin).list(),
        Route::put("/api/delivery/{id}/status", |_| json!({"status": "DELIVERED", "note": "at the door", "proof": {"kind": "signature", "value": "A. Rao"}}))
            .by(Agent)
            .of_agent(Thing::Order)
            .refuses(&[("/status", r#"["PENDING", "LOST", ""]"#), ("/note", r#"["", " "]"#), ("/proof", r#"["signed", {}, {"kind": "oath", "value": "mine"}, {"kind": "note", "value": " "}]"#)]),
        Route::put("/api/delivery/{id}/location", |_| json!({"latitude": 12.97, "longitude": 77.59}))
            .by(Agent)
            .of_agent(Thing::Order)
            .refuses(&[("/latitude", "[91, -91, \"1\"]"), ("/longitude", "[181, -181, 1e300]")]),
        Route::get("/ws/delivery/tracking/{orderId}").of_her(Thing::Order).for_guests(),
        Route::get("/api/delivery/agent/{id}").by(Agent).of_agent(Thing::Agent),
        Route::put("/api/delivery/agent/{id}/duty", |_| json!({"onDuty": true})).by(Agent).of_agent(Thing::Agent).refuses(&[("/onDuty", "[1, \"yes\", null]")]),
        Route::get("/api/delivery/agent/{id}/route").by(Agent).of_agent(Thing::Agent),
        Route::put("/api/delivery/agents/{id}/shifts", |_| json!({"shifts": [], "version": 1}))
            .by(Admin)
            .of(Thing::Agent)
            .refuses(&[("/shifts", r#"[null, [{}], [{"days": ["MON"]}], [{"date": "2026-02-30"}], [{"days": ["MON"], "start": "25:00", "end": "26:00"}]]"#), ("/version", "[1.5, \"1\"]")]),
        Route::get("/api/delivery/zones").by(Admin).list(),
        Route::post("/api/delivery/zones", |_| json!({"zone": "far-away", "postalCodes": ["99999"]}))
            .by(Admin)
            .refuses(&[("/zone", r#"["", "A B", 7]"#), ("/postalCodes", r#"[[], ["*"], [""], "411", null]"#)]),
        Route::get("/api/delivery/zones/{zone}").by(Admin).of(Thing::Zone),
        Route::put("/api/delivery/zones/{zone}", |_| json!({"postalCodes": ["99999"], "version": 7}))
            .by(Admin)
            .of(Thing::Zone)
            .refuses(&[("/postalCodes", r#"[["*"], [""], "411"]"#), ("/version", "[1.5, \"1\"]")]),
        Route::delete("/api/delivery/zones/{zone}").by(Admin).of(Thing::Zone),
        Route::get("/api/delivery/tracking/{orderId}").of_her(Thing::Order).for_guests(),
        Route::get("/api/delivery/agent/{id}/orders").by(Agent).of_agent(Thing::Agent).list(),
        Route::post("/api/delivery/location", |_| json!({"latitude": 12.97, "longitude": 77.59})).by(Agent).refuses(&[("/latitude", "[91, -91, \"1\"]"), ("/longitude", "[181, -181, 1e300]")]),
        Route::get("/api/delivery/agents").by(Admin).list(),
        Route::post("/api/delivery/agents", |_| json!({"userId": Uuid::now_v7(), "name": "Ravi", "phone": "+91 80", "zone": "default", "onShift": true, "capacity": 1}))
            .by(Admin)
            .refuses(&[("/capacity", "[-1, 1.5, 1000001, \"1\"]"), ("/zone", r#"["", "nowhere"]"#), ("/name", r#"["", " "]"#)]),
        Route::put("/api/delivery/agents/{id}", |_| json!({"name": "Ravi", "onShift": true, "capacity": 1, "version": 1}))
            .by(Admin)
            .of(Thing::Agent)
            .refuses(&[("/capacity", "[-1, 1.5, 1000001, \"1\"]"), ("/name", r#"["", " "]"#)]),
        Route::get("/internal/trace/{orderId}").by(Unseen).of(Thing::Order),
    ]
}

fn analytics() -> Vec<Route> {
    use Caller::{Admin, Service};
    vec![
        Route::get("/api/analytics/dashboard").by(Admin),
        Route::get("/api/analytics/sales").by(Admin),
        Route::get("/api/analytics/revenue").by(Admin),
        Route::get("/api/analytics/funnel").by(Admin),
        Route::get("/api/analytics/products/top").by(Admin),
        Route::get("/api/analytics/users/activity").by(Admin),
        Route::get("/api/analytics/users/cohorts").by(Admin),
        Route::get("/api/analytics/abandonment").by(Admin),
        Route::get("/api/analytics/rebuild").by(Admin),
        Route::ask("/api/analytics/rebuild").by(Admin),
        Route::get("/api/analytics/reports/{report}")
            .by(Admin)
            .of(Thing::Report),
        Route::get("/api/analytics/stream").by(Admin),
        Route::post(
            "/api/analytics/track",
            |_| json!({"name": "SearchMade", "data": {}}),
        )
        .by(Service),
        Route::get("/api/ops/orders/{orderId}/timeline")
            .by(Admin)
            .of(Thing::Order),
    ]
}
