//! Single processes killed with messages in hand: another delivery, or the next life, does the work, once.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use revcart_tests::{Cluster, Load};

use super::{all_is_well, lasting, until_accepted};
use crate::settings::{IMPATIENT, seed};
use crate::turn;

/// Who is killed: each of those who take part in the saga, and those who only listen.
const VICTIMS: [&str; 6] = [
    "order",
    "product",
    "payment",
    "delivery",
    "cart",
    "analytics",
];

#[tokio::test]
async fn services_killed_with_messages_in_hand_lose_none() -> anyhow::Result<()> {
    let _turn = turn::taken().await;
    let mut dice = StdRng::seed_from_u64(seed());
    let mut cluster = Cluster::start(1, IMPATIENT).await?;
    let log = cluster.data().join("accepted");
    let argument = log.to_str().expect("the folder's name is text").to_owned();
    let mut load = Load::at(&cluster.address(), &lasting("8", &argument))?;
    until_accepted(&log, &mut load, 8).await?;
    for victim in VICTIMS {
        // No waiting for anything: the moment is what is random.
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..1500))).await;
        assert!(load.is_running()?, "the load run ended before {victim}");
        cluster.kill(victim).await?;
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..1000))).await;
        cluster.restart(victim).await?;
        println!("killed and restarted {victim}");
    }
    cluster.until_ready().await?;
    all_is_well(&cluster, load, &log).await?;
    cluster.stop().await
}
