//! People and things for every route to speak of, in a running system.

use reqwest::{Method, RequestBuilder};
use revcart_tests::customer::NEAR;
use revcart_tests::shop::{DEMO_PASSWORD, items, text};
use revcart_tests::{Customer, Reply, Shop, System};
use serde_json::{Value, json};
use uuid::Uuid;

use super::route::{Caller, Owner, Route, Thing};

/// A shop in which Asha has bought something, Ravi nothing, and somebody is an agent who brings nothing.
pub(crate) struct World {
    pub(crate) system: System,
    pub(crate) shop: Shop,
    pub(crate) admin: String,
    pub(crate) agent: String,
    pub(crate) asha: Customer,
    pub(crate) asha_id: String,
    pub(crate) ravi: Customer,
    pub(crate) idle_agent: Customer,
    pub(crate) product: String,
    pub(crate) order: String,
    pub(crate) guest: GuestOrder,
    order_number: String,
    category: (String, String),
    /// Somebody to buy from, and an order to them.
    supplier: (String, String),
    item: String,
    agent_id: String,
    notification: String,
    session: String,
    key: String,
}

/// A guest.
pub(crate) const GUEST: &str = "guest-0b37c1a5-3c8f-4d43-9a6b-2f1de26bb6f1";
/// A coupon that nobody has used.
const COUPON: &str = "WELCOME10";

/// What somebody without an account has bought.
pub(crate) struct GuestOrder {
    pub(crate) order: String,
    pub(crate) token: String,
}

fn id(value: &Value, name: &str) -> String {
    text(value, name).to_owned()
}

impl World {
    pub(crate) async fn begin() -> anyhow::Result<Self> {
        let system = System::start(&[]).await?;
        let shop = system.shop();
        let admin = shop.admin().await?;
        let agent = shop.log_in("agent@revcart.local", DEMO_PASSWORD).await?;
        let product = shop.add_product(&admin, 1000).await?;
        let asha = Customer::sign_up(&shop, NEAR).await?;
        let bought = asha.buy(&product, 1).await?;
        let order = id(&bought, "orderId");
        let (item, notification) = left_over(&asha, &product).await?;
        let coupon = json!({"code": COUPON, "kind": "PERCENTAGE", "value": "10"});
        shop.post("/api/coupons", Some(&admin), &coupon)
            .await?
            .expect(201);
        let categories = shop.get("/api/categories", None).await?.expect(200);
        let category = &categories["items"][0];
        let signed_in = asha.read("/api/users/sessions").await?;
        let keys = shop
            .get("/api/users/signing-keys", Some(&admin))
            .await?
            .expect(200);
        let brought = asha.read(&format!("/api/delivery/order/{order}")).await?;
        Ok(Self {
            asha_id: id(&asha.read("/api/users/profile").await?, "userId"),
            ravi: Customer::sign_up(&shop, NEAR).await?,
            idle_agent: idle_agent(&shop, &admin).await?,
            category: (id(category, "categoryId"), id(category, "slug")),
            supplier: supplier(&shop, &admin, &product).await?,
            guest: guest(&shop, &product).await?,
            agent_id: id(&brought["agent"], "agentId"),
            system,
            shop,
            admin,
            agent,
            asha,
            product,
            order,
            order_number: id(&bought, "orderNumber"),
            item,
            notification,
            session: id(&signed_in["items"][0], "sessionId"),
            key: id(&keys["items"][0], "kid"),
        })
    }

    /// The id of such a thing.
    pub(crate) fn id(&self, thing: Thing) -> &str {
        match thing {
            Thing::Nothing => "",
            Thing::User => &self.asha_id,
            Thing::Address => &self.asha.address,
            Thing::Session => &self.session,
            Thing::Key => &self.key,
            Thing::Product => &self.product,
            Thing::Category => &self.category.0,
            Thing::Slug => &self.category.1,
            Thing::Item => &self.item,
            Thing::Order => &self.order,
            Thing::OrderNumber => &self.order_number,
            Thing::Agent => &self.agent_id,
            Thing::Notification => &self.notification,
            Thing::Report => "products",
            Thing::Zone => "default",
            Thing::Guest => GUEST,
            Thing::Coupon => COUPON,
            Thing::Supplier => &self.supplier.0,
        }
    }

    /// The token of somebody who may call the route.
    pub(crate) fn token(&self, route: &Route) -> Option<&str> {
        match route.caller {
            Caller::Open | Caller::Anybody => None,
            Caller::Known => Some(&self.asha.token),
            Caller::Agent => Some(&self.agent),
            Caller::Admin | Caller::AdminOrService | Caller::Service | Caller::Unseen => {
                Some(&self.admin)
            }
        }
    }

    /// The token of somebody like the owner, who is not.
    pub(crate) fn stranger(&self, route: &Route) -> Option<&str> {
        match route.owner {
            Owner::Nobody => None,
            Owner::Asha => Some(&self.ravi.token),
            Owner::Agent => Some(&self.idle_agent.token),
        }
    }

    /// A call of the route, on the thing it is about.
    pub(crate) fn call(&self, route: &Route, token: Option<&str>) -> RequestBuilder {
        self.call_on(route, self.id(route.thing), token)
    }

    /// A call of the route on another thing.
    pub(crate) fn call_on(&self, route: &Route, id: &str, token: Option<&str>) -> RequestBuilder {
        let method = Method::from_bytes(route.method.as_bytes()).expect("it is a method");
        let path = route
            .path_of(id)
            .replace("{productId}", &self.product)
            .replace("{purchaseOrderId}", &self.supplier.1)
            .replace("{imageId}", &"0".repeat(64));
        let request = self.shop.request(method, &path, token);
        request.header("idempotency-key", Uuid::now_v7().to_string())
    }

    /// The answer to it with a body that would do, if it takes one.
    pub(crate) async fn send_good(
        &self,
        route: &Route,
        request: RequestBuilder,
    ) -> anyhow::Result<Reply> {
        let request = match route.body {
            Some(body) => request.json(&body(self)),
            None => request,
        };
        self.shop.send(request).await
    }
}

/// Something in the cart and something in the list of notifications.
async fn left_over(asha: &Customer, product: &str) -> anyhow::Result<(String, String)> {
    asha.until_the_cart_is_empty().await?;
    asha.put(product, 1).await?;
    let cart = asha.read("/api/cart").await?;
    let is_told = |list: &Value| !items(list).is_empty();
    let token = Some(asha.token.as_str());
    let told = asha
        .shop
        .until("/api/notifications", token, is_told)
        .await?;
    Ok((
        id(&cart["items"][0], "itemId"),
        id(&told["items"][0], "notificationId"),
    ))
}

/// A supplier, and a draft of an order to them.
async fn supplier(shop: &Shop, admin: &str, product: &str) -> anyhow::Result<(String, String)> {
    let draft = json!({"name": "Potters", "email": "orders@potters.example"});
    let made = shop.post("/api/suppliers", Some(admin), &draft).await?;
    let supplier = id(&made.expect(201), "supplierId");
    let draft = json!({"lines": [{"productId": product, "quantity": 1}]});
    let path = format!("/api/suppliers/{supplier}/purchase-orders");
    let order = shop.post(&path, Some(admin), &draft).await?.expect(201);
    Ok((supplier, id(&order, "purchaseOrderId")))
}

async fn guest(shop: &Shop, product: &str) -> anyhow::Result<GuestOrder> {
    let customer = format!("guest-{}", Uuid::now_v7());
    let item = json!({"customerId": customer, "productId": product, "quantity": 1});
    shop.post("/api/v1/cart/items", None, &item)
        .await?
        .expect(201);
    let mut address = revcart_tests::customer::address(NEAR);
    address
        .as_object_mut()
        .expect("it is an object")
        .remove("label");
    let contact = json!({"name": "Guest", "email": "guest@example.com", "phone": "+91 98 7654"});
    let order = json!({"customerId": customer, "contact": contact, "shippingAddress": address, "paymentMethod": "DUMMY"});
    let request = shop.request(Method::POST, "/api/v1/cart/checkout", None);
    let request = request
        .header("idempotency-key", Uuid::now_v7().to_string())
        .header("prefer", "wait=20");
    let placed = shop.send(request.json(&order)).await?.expect(201);
    Ok(GuestOrder {
        order: id(&placed, "orderId"),
        token: id(&placed, "orderToken"),
    })
}

async fn idle_agent(shop: &Shop, admin: &str) -> anyhow::Result<Customer> {
    let mut agent = Customer::sign_up(shop, NEAR).await?;
    let profile = agent.read("/api/users/profile").await?;
    let path = format!("/api/users/{}/role", id(&profile, "userId"));
    shop.put(&path, Some(admin), &json!({"role": "agent"}))
        .await?
        .expect(200);
    agent.log_in().await?;
    Ok(agent)
}
