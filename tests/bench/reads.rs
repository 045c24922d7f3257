//! Every reading route of the OpenAPI document at a steady 200 requests a second, one route after the other, over the history that
//! the order runs have left. A route that cannot be measured is named, with the reason.

use std::time::{Duration, Instant};

use reqwest::Method;
use revcart_tests::customer::NEAR;
use revcart_tests::shop::{items, text};
use revcart_tests::{Customer, Shop, System};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::figures::{Read, Reads};

const PER_SECOND: u32 = 200;
/// What the slowest twentieth may take.
pub(crate) const AIM_MS: f64 = 20.0;

/// Streams do not end, and what an edge serves of its own is no route of a service.
const ENDLESS: [&str; 3] = ["/ws/", "/stream", "/internal/"];

/// Things for routes to speak of, and people who may call them.
struct World {
    shop: Shop,
    tokens: [Option<String>; 4],
    things: Vec<(&'static str, &'static str, String)>,
}

impl World {
    async fn of(system: &System) -> anyhow::Result<Self> {
        let shop = system.shop();
        let admin = shop.admin().await?;
        let product = shop.add_product(&admin, 1000).await?;
        let customer = Customer::sign_up(&shop, NEAR).await?;
        let order = customer.buy(&product, 1).await?;
        let order_id = text(&order, "orderId").to_owned();
        let profile = customer.read("/api/users/profile").await?;
        let categories = shop.get("/api/categories", None).await?.expect(200);
        let payment = customer
            .read(&format!("/api/payments/order/{order_id}"))
            .await?;
        let brought = customer
            .read(&format!("/api/delivery/order/{order_id}"))
            .await?;
        let name = |value: &Value, field| text(value, field).to_owned();
        // By what the path begins with and what its parameter is called, the first that fits.
        let things = vec![
            ("/api/orders/number/", "", name(&order, "orderNumber")),
            ("/api/orders/user/", "", name(&profile, "userId")),
            ("/api/orders/", "", order_id.clone()),
            ("/api/ops/", "", order_id.clone()),
            ("/api/payments/order/", "", order_id.clone()),
            ("/api/payments/", "", name(&payment, "paymentId")),
            (
                "/api/delivery/agent",
                "",
                name(&brought["agent"], "agentId"),
            ),
            ("/api/delivery/order/", "", order_id.clone()),
            ("/api/delivery/tracking/", "", order_id),
            (
                "/api/products/category/",
                "",
                name(&items(&categories)[0], "slug"),
            ),
            ("/api/products/", "{productId}", product.clone()),
            ("/api/inventory/", "{productId}", product),
            ("/api/users/", "{id}", name(&profile, "userId")),
            ("/api/v1/cart/", "", name(&profile, "userId")),
            ("/api/analytics/reports/", "", "products".to_owned()),
        ];
        let agent = shop
            .log_in("agent@revcart.local", revcart_tests::shop::DEMO_PASSWORD)
            .await?;
        let tokens = [Some(customer.token), Some(admin), Some(agent), None];
        Ok(Self {
            shop,
            tokens,
            things,
        })
    }

    /// The path with things in the place of its parameters, and the query that the route cannot do without.
    fn address(&self, path: &str) -> String {
        let mut address = path.to_owned();
        while let Some((before, rest)) = address.clone().split_once('{') {
            let (name, after) = rest.split_once('}').unwrap_or_default();
            let name = format!("{{{name}}}");
            let fits = |(begin, parameter, _): &&(&str, &str, String)| {
                path.starts_with(begin) && (parameter.is_empty() || *parameter == name)
            };
            let thing = self
                .things
                .iter()
                .find(fits)
                .map_or("unknown", |(.., thing)| thing.as_str());
            address = format!("{before}{thing}{after}");
        }
        match path {
            "/api/products/search" => format!("{address}?q=tea"),
            "/api/payments/settlements" => format!("{address}?date=2026-01-01"),
            _ => address,
        }
    }

    /// Who is answered well, or why nobody is.
    async fn caller(&self, address: &str) -> anyhow::Result<Result<Option<&str>, String>> {
        let mut told = String::new();
        for token in &self.tokens {
            let reply = self.shop.get(address, token.as_deref()).await?;
            if reply.status.is_success() {
                return Ok(Ok(token.as_deref()));
            }
            told = format!("{} {}", reply.status.as_u16(), reply.code());
        }
        Ok(Err(told))
    }
}

/// Measures them all, each for `time`.
pub(crate) async fn measure(system: &System, time: Duration) -> anyhow::Result<Reads> {
    let world = World::of(system).await?;
    let document = world.shop.get("/openapi.json", None).await?.expect(200);
    let paths = document["paths"].as_object().into_iter().flatten();
    let paths = paths
        .filter(|(path, item)| {
            item["get"].is_object() && !ENDLESS.iter().any(|part| path.contains(part))
        })
        .map(|(path, _)| path.as_str());
    let mut reads = Reads {
        per_second: PER_SECOND,
        aim_ms: AIM_MS,
        routes: Vec::new(),
        unmeasured: Vec::new(),
    };
    for path in paths {
        let address = world.address(path);
        match world.caller(&address).await? {
            Ok(token) => reads
                .routes
                .push(route(&world.shop, path, (&address, token), time).await?),
            Err(why) => reads.unmeasured.push(format!("{path}: {why}")),
        }
    }
    Ok(reads)
}

/// Requests leave on time whether or not those before them have been answered; each is timed from when it should have left.
async fn route(
    shop: &Shop,
    path: &str,
    (address, token): (&str, Option<&str>),
    time: Duration,
) -> anyhow::Result<Read> {
    let mut answers = JoinSet::new();
    let mut clock = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    let begun = Instant::now();
    while begun.elapsed() < time {
        let due = clock.tick().await;
        let (shop, request) = (shop.clone(), shop.request(Method::GET, address, token));
        answers.spawn(async move {
            let reply = shop.send(request).await?;
            anyhow::ensure!(
                reply.status.is_success(),
                "{}: {}",
                reply.status,
                reply.text
            );
            Ok(due.elapsed())
        });
    }
    let mut times = Vec::new();
    while let Some(answered) = answers.join_next().await {
        times.push(answered??);
    }
    times.sort_unstable();
    let quantile = |share: f64| {
        let place = ((times.len() - 1) as f64 * share).round() as usize;
        times[place].as_secs_f64() * 1000.0
    };
    Ok(Read {
        path: path.to_owned(),
        p50_ms: quantile(0.5),
        p95_ms: quantile(0.95),
        p99_ms: quantile(0.99),
    })
}
