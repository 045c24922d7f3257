//! What a run needs before it begins: an administrator's token, products with enough stock, one that runs out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::Plan;
use super::storefront::Storefront;

/// Stock below which a product is topped up before a run, in units.
const ENOUGH: i64 = 50_000;
/// Units that the product which runs out is given at a time.
const SCARCE: i64 = 3;
/// Shorter than the life of an access token.
const TOKEN_AGE: Duration = Duration::from_secs(600);

/// Products and accounts of one run.
pub(crate) struct Stage {
    storefront: Storefront,
    admin: (String, String),
    token: Mutex<Option<(Instant, Arc<str>)>>,
    products: Vec<String>,
    scarce: String,
    /// Tells the accounts of this run from those of others.
    pub(crate) run: String,
}

impl Stage {
    pub(crate) async fn prepare(storefront: &Storefront, plan: &Plan) -> anyhow::Result<Self> {
        let run = format!("{:08x}", rand::rng().random::<u32>());
        let mut stage = Self {
            storefront: storefront.clone(),
            admin: plan.admin.clone(),
            token: Mutex::new(None),
            products: Vec::new(),
            scarce: String::new(),
            run,
        };
        stage.products = stage.stocked_products().await?;
        if plan.mix.out_of_stock > 0.0 {
            stage.scarce = stage.create_scarce().await?;
        }
        Ok(stage)
    }

    /// A product of which there is enough.
    pub(crate) fn any_product(&self) -> &str {
        &self.products[rand::rng().random_range(0..self.products.len())]
    }

    /// The product that runs out; now and then somebody brings a few more.
    pub(crate) async fn scarce_product(&self) -> anyhow::Result<&str> {
        if rand::rng().random_bool(0.2) {
            self.supply(&self.scarce, SCARCE).await?;
        }
        Ok(&self.scarce)
    }

    async fn admin_token(&self) -> anyhow::Result<Arc<str>> {
        let mut token = self.token.lock().await;
        if let Some((since, token)) = &*token
            && since.elapsed() < TOKEN_AGE
        {
            return Ok(Arc::clone(token));
        }
        let fresh: Arc<str> = log_in(&self.storefront, &self.admin.0, &self.admin.1)
            .await?
            .into();
        *token = Some((Instant::now(), Arc::clone(&fresh)));
        Ok(fresh)
    }

    async fn stocked_products(&self) -> anyhow::Result<Vec<String>> {
        let listed = self
            .storefront
            .get("/api/products?limit=100", None)
            .await?
            .ok("listing products")?;
        let items = listed["items"].as_array().cloned().unwrap_or_default();
        let mut products = Vec::new();
        for item in items.iter().filter(|item| {
            item["sku"]
                .as_str()
                .is_some_and(|sku| !sku.starts_with("SCARCE-"))
        }) {
            let id = item["productId"].as_str().unwrap_or_default().to_owned();
            let available = item["available"].as_i64().unwrap_or(0);
            if available < ENOUGH {
                self.supply(&id, ENOUGH - available).await?;
            }
            products.push(id);
        }
        anyhow::ensure!(
            !products.is_empty(),
            "there are no products: start the system with its demo catalogue"
        );
        Ok(products)
    }

    async fn supply(&self, product: &str, quantity: i64) -> anyhow::Result<()> {
        let token = self.admin_token().await?;
        let body = json!({"productId": product, "quantity": quantity, "reason": "topped up for a load run"});
        self.storefront
            .post("/api/inventory/adjustments", Some(&token), body)
            .await?
            .ok("topping up stock")?;
        Ok(())
    }

    async fn create_scarce(&self) -> anyhow::Result<String> {
        let token = self.admin_token().await?;
        let body = json!({
            "sku": format!("SCARCE-{}", self.run.to_uppercase()), "name": "Limited edition print", "description": "Runs out quickly.",
            "price": {"amount": "99.00", "currency": "INR"}, "stock": SCARCE,
        });
        let created = self
            .storefront
            .post("/api/products", Some(&token), body)
            .await?
            .ok("creating a product")?;
        Ok(created["productId"].as_str().unwrap_or_default().to_owned())
    }
}

/// Logs in and returns the access token.
pub(crate) async fn log_in(
    storefront: &Storefront,
    email: &str,
    password: &str,
) -> anyhow::Result<String> {
    let body = json!({"email": email, "password": password});
    let reply: Value = storefront
        .post("/api/users/login", None, body)
        .await?
        .ok("logging in")?;
    Ok(reply["accessToken"].as_str().unwrap_or_default().to_owned())
}
