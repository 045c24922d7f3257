//! `kill -9` at random moments under load: nothing is lost, nothing is done twice.

use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use revcart_tests::{Load, Shop, System};

use crate::load::WAYS_TO_END;
use crate::settings::{FAULTY_BROKER, IMPATIENT, crash_rounds, seed};
use crate::turn;

/// The longest that a system is left alone, in milliseconds. The shortest is nothing: it is killed while it recovers.
const LONGEST_LIFE: u64 = 4000;

#[tokio::test]
async fn a_system_killed_again_and_again_loses_nothing_and_does_nothing_twice() -> anyhow::Result<()>
{
    let _turn = turn::taken().await;
    let mut dice = StdRng::seed_from_u64(seed());
    let rounds = crash_rounds();
    let mut system = System::start_durable(&[IMPATIENT, FAULTY_BROKER].concat()).await?;
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("accepted");
    let log_argument = log.to_str().expect("the folder's name is text").to_owned();
    let args = [
        "--shoppers",
        "16",
        "--for",
        "24h",
        "--mix",
        "faults",
        "--patience",
        "60s",
        "--log",
        &log_argument,
    ];
    let mut load = Load::on(&system, &args)?;
    until_orders_flow(&log, &mut load).await?;

    for round in 1..=rounds {
        let life = Duration::from_millis(dice.random_range(0..LONGEST_LIFE));
        // No waiting for anything: the moment is what is random.
        tokio::time::sleep(life).await;
        assert!(load.is_running()?, "the load run ended in round {round}");
        system.kill().await?;
        system.restart().await?;
        println!("killed {round} of {rounds} times, this time after {life:?}");
    }
    load.wind_up().await?;
    let report = load.report().await?;
    println!("{report:#?}");
    report.has_only(WAYS_TO_END);

    let accepted = accepted(&log)?;
    assert!(
        accepted.len() as u64 >= report.orders,
        "every order is logged"
    );
    all_are_found(&system.shop(), &accepted).await?;
    system.audit().await?.is_clean_over(report.orders);
    Ok(())
}

/// Waits until the first orders have been accepted: accounts are there, and everybody is shopping.
async fn until_orders_flow(log: &Path, load: &mut Load) -> anyhow::Result<()> {
    while accepted(log)?.len() < 16 {
        anyhow::ensure!(load.is_running()?, "the load run ended before it began");
        // Another process cannot be driven until idle, only be asked again.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

pub(crate) fn accepted(log: &Path) -> anyhow::Result<Vec<String>> {
    if !log.exists() {
        return Ok(vec![]);
    }
    let text = std::fs::read_to_string(log)?;
    Ok(text.lines().map(str::to_owned).collect())
}

pub(crate) async fn all_are_found(shop: &Shop, orders: &[String]) -> anyhow::Result<()> {
    let admin = shop.admin().await?;
    for order in orders {
        let path = format!("/api/orders/{order}");
        let found = shop.get(&path, Some(&admin)).await?.expect(200);
        let outcome = found["outcome"].as_str().unwrap_or_default();
        assert!(WAYS_TO_END.contains(&outcome), "{found:#}");
    }
    Ok(())
}
