//! The eight services as processes on the real backends: how many orders, at whose cost, how fast the answers are, and
//! whether a large table of orders slows anything.

use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::Method;
use revcart_tests::customer::NEAR;
use revcart_tests::{Cluster, Customer, Load};
use serde_json::json;

use crate::figures::{Checkouts, Large, Query, Servers, Work};
use crate::process::{Machine, Process};
use crate::{Options, queue, say};

/// Requests of one kind, one after another.
const REQUESTS: usize = 200;
/// Checkouts on the small and on the large table.
const CHECKOUTS: usize = 60;
/// Orders in the small table.
const SMALL: u64 = 1_000;
/// Services whose tables are in MySQL.
const ON_MYSQL: [&str; 5] = ["user", "product", "cart", "order", "payment"];

pub(crate) async fn measure(options: &Options) -> anyhow::Result<Servers> {
    say("a queue of SQS");
    let queue = queue::measure().await?;
    say("the services as processes");
    let cluster = Cluster::start(1, &[]).await?;
    let measured = on(&cluster, options, queue).await;
    cluster.stop().await?;
    measured
}

async fn on(
    cluster: &Cluster,
    options: &Options,
    queue: crate::figures::Queue,
) -> anyhow::Result<Servers> {
    let seconds = format!("{}s", options.seconds);
    let shoppers = options.shoppers.min(16);
    let many = shoppers.to_string();
    load(cluster, &["--shoppers", &many, "--for", "5s"]).await?;
    let (before, own, machine) = (sql(cluster).await?, own(cluster)?, Machine::now()?);
    let report = load(cluster, &["--shoppers", &many, "--for", &seconds]).await?;
    let used = own_since(cluster, own)?;
    let all = Machine::now()?.since(machine);
    let after = sql(cluster).await?;
    let orders = report.orders.max(1) as f64;
    let statements = after.0 - before.0;
    let transactions = after.1 - before.1;
    say("answers at half of that rate");
    let rate = report.orders_per_second / 2.0;
    let half = format!("{rate:.3}");
    let calm = load(
        cluster,
        &["--shoppers", &many, "--for", &seconds, "--rate", &half],
    )
    .await?;
    let queries = queries(cluster).await?;
    let large = large(cluster, options.large).await?;
    let audit = cluster.audit().await?;
    anyhow::ensure!(
        audit.findings.is_empty(),
        "an invariant is broken: {:#?}",
        audit.findings
    );
    let share = |time: Duration| 100.0 * time.as_secs_f64() / all.whole.as_secs_f64();
    Ok(Servers {
        queue,
        shoppers,
        orders_per_second: report.orders_per_second,
        processor_own_percent: share(used),
        processor_rest_percent: share(all.busy.saturating_sub(used)),
        statements_per_order: statements / orders,
        round_trips_per_order: (statements + 2.0 * transactions) / orders,
        checkouts: Checkouts {
            rate_wanted: rate,
            rate_reached: calm.orders_per_second,
            p50_ms: calm.checkout_ms.p50,
            p95_ms: calm.checkout_ms.p95,
            p99_ms: calm.checkout_ms.p99,
        },
        queries,
        large,
    })
}

async fn load(cluster: &Cluster, args: &[&str]) -> anyhow::Result<revcart_tests::load::Report> {
    let report = Load::at(&cluster.address(), args)?.report().await?;
    anyhow::ensure!(
        report.errors == 0,
        "orders went wrong: {:?}",
        report.first_errors
    );
    Ok(report)
}

/// Statements and transactions on MySQL so far.
async fn sql(cluster: &Cluster) -> anyhow::Result<(f64, f64)> {
    let (mut statements, mut transactions) = (0.0, 0.0);
    for service in ON_MYSQL {
        statements += cluster.metric(service, &["db_statements_total"]).await?;
        transactions += cluster.metric(service, &["db_transactions_total"]).await?;
    }
    Ok((statements, transactions))
}

fn own(cluster: &Cluster) -> anyhow::Result<Duration> {
    let mut used = Duration::ZERO;
    for pid in cluster.pids() {
        used += Process::numbered(pid).processor_time()?;
    }
    Ok(used)
}

fn own_since(cluster: &Cluster, before: Duration) -> anyhow::Result<Duration> {
    Ok(own(cluster)?.saturating_sub(before))
}

async fn queries(cluster: &Cluster) -> anyhow::Result<Vec<Query>> {
    let shop = cluster.shop();
    let customer = Customer::sign_up(&shop, NEAR).await?;
    let product = shop.add_product(&shop.admin().await?, 1000).await?;
    customer.buy(&product, 1).await?;
    let kinds = [
        ("GET /api/products?limit=20", "/api/products?limit=20"),
        ("GET /api/products/search", "/api/products/search?q=tea"),
        ("GET /api/cart", "/api/cart"),
        ("GET /api/orders", "/api/orders?limit=20"),
    ];
    let mut queries = Vec::new();
    for (what, path) in kinds {
        let mut times = Vec::new();
        for _ in 0..REQUESTS {
            let begun = Instant::now();
            shop.get(path, Some(&customer.token)).await?.expect(200);
            times.push(begun.elapsed());
        }
        queries.push(Query {
            what,
            p50_ms: quantile(&mut times, 0.50),
            p95_ms: quantile(&mut times, 0.95),
            p99_ms: quantile(&mut times, 0.99),
        });
    }
    Ok(queries)
}

/// In milliseconds.
fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let place = ((times.len() - 1) as f64 * share).round() as usize;
    times[place].as_secs_f64() * 1000.0
}

async fn large(cluster: &Cluster, rows: u64) -> anyhow::Result<Large> {
    let shop = cluster.shop();
    let customer = Customer::sign_up(&shop, NEAR).await?;
    let product = shop
        .add_product(&shop.admin().await?, 10 * CHECKOUTS as u32)
        .await?;
    let profile = customer.read("/api/users/profile").await?;
    let user = profile["userId"].as_str().context("a profile has an id")?;
    seed(cluster, SMALL, user).await?;
    // What is first of everything does not count.
    works(&customer, &product).await?;
    say("with a small table of orders");
    let small = works(&customer, &product).await?;
    say("with a large one");
    seed(cluster, rows.saturating_sub(SMALL), user).await?;
    works(&customer, &product).await?;
    let large = works(&customer, &product).await?;
    let pair = |((what, small_ms), (_, large_ms))| Work {
        what,
        small_ms,
        large_ms,
    };
    Ok(Large {
        small_rows: SMALL,
        large_rows: rows,
        works: small.into_iter().zip(large).map(pair).collect(),
    })
}

async fn seed(cluster: &Cluster, count: u64, user: &str) -> anyhow::Result<()> {
    let count = count.to_string();
    let args = ["seed", "orders", "--yes", "--count", &count, "--user", user];
    let seeded = cluster.command(&args).await?;
    anyhow::ensure!(seeded.status == Some(0), "{seeded}");
    Ok(())
}

/// Medians: accepting a checkout, carrying it to its end (through outbox, relay and saga), and listing orders.
async fn works(customer: &Customer, product: &str) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let (mut accepted, mut ended, mut listed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..CHECKOUTS {
        customer.put(product, 1).await?;
        let order = json!({"addressId": customer.address, "paymentMethod": "DUMMY"});
        let request =
            customer
                .shop
                .request(Method::POST, "/api/orders/checkout", Some(&customer.token));
        let key = revcart_tests::shop::fresh_name("large");
        let begun = Instant::now();
        let request = request.json(&order).header("idempotency-key", key);
        let reply = customer.shop.send(request).await?.expect(202);
        accepted.push(begun.elapsed());
        let id = reply["orderId"].as_str().context("an order has an id")?;
        let path = format!("/api/orders/{id}/status");
        let confirmed = |status: &serde_json::Value| status["status"] == "CONFIRMED";
        customer
            .shop
            .until(&path, Some(&customer.token), confirmed)
            .await?;
        ended.push(begun.elapsed());
        customer.until_the_cart_is_empty().await?;
    }
    for _ in 0..REQUESTS {
        let begun = Instant::now();
        customer.read("/api/orders?limit=20").await?;
        listed.push(begun.elapsed());
    }
    Ok(vec![
        ("checkout accepted", quantile(&mut accepted, 0.5)),
        ("checkout confirmed", quantile(&mut ended, 0.5)),
        ("list of orders", quantile(&mut listed, 0.5)),
    ])
}
