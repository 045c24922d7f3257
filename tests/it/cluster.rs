//! The eight services as processes of their own over SNS, SQS, MySQL, MongoDB and Redis: what holds in one process holds here,
//! and when processes and backends come and go.

mod crashes;
mod outages;
mod replicas;
mod starting;
mod whole;

use std::path::Path;
use std::time::Duration;

use revcart_tests::{Cluster, Load};

/// Arguments of a load run that lasts until it is wound up, and writes down what was accepted.
pub(crate) fn lasting<'a>(shoppers: &'a str, log: &'a str) -> [&'a str; 10] {
    [
        "--shoppers",
        shoppers,
        "--for",
        "24h",
        "--mix",
        "faults",
        "--patience",
        "90s",
        "--log",
        log,
    ]
}

/// Waits until so many orders have been accepted.
pub(crate) async fn until_accepted(
    log: &Path,
    load: &mut Load,
    orders: usize,
) -> anyhow::Result<()> {
    while crate::crash::accepted(log)?.len() < orders {
        anyhow::ensure!(load.is_running()?, "the load run ended too early");
        // Another process cannot be driven until idle, only be asked again.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Every order that was accepted is there and has ended, and every invariant holds.
pub(crate) async fn all_is_well(cluster: &Cluster, load: Load, log: &Path) -> anyhow::Result<()> {
    load.wind_up().await?;
    let report = load.report().await?;
    println!("{report:#?}");
    report.has_only(crate::load::WAYS_TO_END);
    let accepted = crate::crash::accepted(log)?;
    assert!(
        accepted.len() as u64 >= report.orders,
        "every order is logged"
    );
    crate::crash::all_are_found(&cluster.shop(), &accepted).await?;
    cluster.audit().await?.is_clean_over(report.orders);
    Ok(())
}
