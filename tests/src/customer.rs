//! A shopper with an account and an address.

use anyhow::Context;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::shop::{Reply, Shop, fresh_name, items};

const PASSWORD: &str = "a-long-passphrase-9";
/// A postal code where the demo's delivery agents are.
pub const NEAR: &str = "560001";
/// A postal code of a zone without agents.
pub const FAR: &str = "744101";

/// A shopper.
#[derive(Clone)]
pub struct Customer {
    /// The shop.
    pub shop: Shop,
    /// What they sign in with.
    pub email: String,
    /// Their access token.
    pub token: String,
    /// The id of their address.
    pub address: String,
}

/// The body of an address.
#[must_use]
pub fn address(postal_code: &str) -> Value {
    json!({
        "label": "Home", "recipient": "Test Shopper", "line1": "1 MG Road", "city": "Bengaluru", "state": "KA",
        "postalCode": postal_code, "country": "IN", "phone": "+919800000000",
    })
}

impl Customer {
    /// Registers, logs in, and adds an address with this postal code.
    ///
    /// # Errors
    /// When that does not work.
    pub async fn sign_up(shop: &Shop, postal_code: &str) -> anyhow::Result<Self> {
        let email = format!("{}@example.com", fresh_name("shopper"));
        let account = json!({"email": email, "password": PASSWORD, "name": "Test Shopper"});
        let registered = shop.post("/api/users/register", None, &account).await?;
        let status = registered.status;
        anyhow::ensure!(
            status == StatusCode::CREATED,
            "cannot register: {}",
            registered.text
        );
        let token = shop.log_in(&email, PASSWORD).await?;
        let path = "/api/users/addresses";
        let added = shop.post(path, Some(&token), &address(postal_code)).await?;
        let id = added.json["addressId"].as_str().map(str::to_owned);
        Ok(Self {
            shop: shop.clone(),
            email,
            token,
            address: id.with_context(|| format!("cannot add an address: {}", added.text))?,
        })
    }

    /// Logs in again.
    ///
    /// # Errors
    /// When that does not work.
    pub async fn log_in(&mut self) -> anyhow::Result<()> {
        self.token = self.shop.log_in(&self.email, PASSWORD).await?;
        Ok(())
    }

    /// Puts so many units of a product into the cart.
    ///
    /// # Errors
    /// When that does not work.
    pub async fn put(&self, product: &str, quantity: u32) -> anyhow::Result<()> {
        let item = json!({"productId": product, "quantity": quantity});
        let path = "/api/cart/items";
        let reply = self.shop.post(path, Some(&self.token), &item).await?;
        let status = reply.status;
        anyhow::ensure!(
            status == StatusCode::CREATED,
            "cannot fill the cart: {}",
            reply.text
        );
        Ok(())
    }

    /// Checks the cart out, pays with this token of the gateway for tests, and waits for the end.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn check_out(&self, payment_token: &str) -> anyhow::Result<Reply> {
        let order = json!({
            "addressId": self.address, "paymentMethod": "DUMMY", "paymentToken": payment_token,
        });
        self.check_out_as(&order).await
    }

    /// Checks the cart out as this says, and waits for the end.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn check_out_as(&self, order: &Value) -> anyhow::Result<Reply> {
        let token = Some(self.token.as_str());
        let path = "/api/orders/checkout";
        let request = self.shop.request(Method::POST, path, token).json(order);
        let request = request.header("idempotency-key", fresh_name("checkout"));
        self.shop.send(request.header("prefer", "wait=30")).await
    }

    /// Buys so many units of a product: the order, confirmed.
    ///
    /// # Errors
    /// When it is not confirmed.
    pub async fn buy(&self, product: &str, quantity: u32) -> anyhow::Result<Value> {
        self.put(product, quantity).await?;
        let reply = self.check_out("tok_ok").await?;
        let status = reply.status;
        anyhow::ensure!(
            status == StatusCode::CREATED,
            "not confirmed: {}",
            reply.text
        );
        Ok(reply.json)
    }

    /// Cancels an order and waits until it is undone.
    ///
    /// # Errors
    /// When it is not.
    pub async fn cancel(&self, order: &str) -> anyhow::Result<Value> {
        let (path, token) = (format!("/api/orders/{order}"), Some(self.token.as_str()));
        let body = json!({"reason": "changed my mind"});
        let reply = self
            .shop
            .put(&format!("{path}/cancel"), token, &body)
            .await?;
        let status = reply.status;
        anyhow::ensure!(
            status == StatusCode::ACCEPTED,
            "not cancelled: {}",
            reply.text
        );
        let is_over = |order: &Value| order["status"] == "CANCELLED";
        self.shop.until(&path, token, is_over).await
    }

    /// Waits until the cart is empty: it learns of a confirmed order by a message.
    ///
    /// # Errors
    /// When that does not come about.
    pub async fn until_the_cart_is_empty(&self) -> anyhow::Result<()> {
        let is_empty = |cart: &Value| items(cart).is_empty();
        let token = Some(self.token.as_str());
        self.shop.until("/api/cart", token, is_empty).await?;
        Ok(())
    }

    /// What the shop tells this customer.
    ///
    /// # Errors
    /// When it tells nothing.
    pub async fn read(&self, path: &str) -> anyhow::Result<Value> {
        let reply = self.shop.get(path, Some(&self.token)).await?;
        anyhow::ensure!(reply.status.is_success(), "{path}: {}", reply.text);
        Ok(reply.json)
    }
}
