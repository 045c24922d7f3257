//! Backends that go away under load and come back: no order is lost, nothing is paid twice, and readiness tells the truth.

use std::time::{Duration, Instant};

use revcart_tests::stack::Part;
use revcart_tests::{Cluster, Load};

use super::{all_is_well, lasting, until_accepted};
use crate::settings::IMPATIENT;
use crate::turn;

/// How long each is away.
const AWAY: Duration = Duration::from_secs(20);

/// A process that needs this backend, and one that does not.
fn concerned(part: Part) -> (Option<&'static str>, Option<&'static str>) {
    match part {
        Part::Broker => (Some("order"), None),
        Part::MySql => (Some("order"), Some("analytics")),
        Part::MongoDb => (Some("analytics"), Some("order")),
        Part::Redis => (None, Some("cart")),
    }
}

#[tokio::test]
async fn each_backend_may_go_away_for_twenty_seconds() -> anyhow::Result<()> {
    let _turn = turn::taken().await;
    let cluster = Cluster::start(1, IMPATIENT).await?;
    let log = cluster.data().join("accepted");
    let argument = log.to_str().expect("the folder's name is text").to_owned();
    let mut load = Load::at(&cluster.address(), &lasting("6", &argument))?;
    until_accepted(&log, &mut load, 6).await?;
    for part in Part::ALL {
        let before = crate::crash::accepted(&log)?.len();
        let (needs, spared) = concerned(part);
        let (went, told) = tokio::join!(part.is_away(AWAY), watch(&cluster, needs, spared));
        went?;
        told?;
        cluster.until_ready().await?;
        // Life goes on before the next one goes.
        until_accepted(&log, &mut load, before + 6).await?;
        println!("{part:?} was away for {AWAY:?}");
    }
    all_is_well(&cluster, load, &log).await?;
    cluster.stop().await
}

/// Somebody who needs the backend says so before it is back; somebody who does not never stops serving.
async fn watch(cluster: &Cluster, needs: Option<&str>, spared: Option<&str>) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut has_told = needs.is_none();
    while began.elapsed() < AWAY - Duration::from_secs(4) {
        if let Some(process) = needs
            && !cluster.is_ready(process).await?
        {
            has_told = true;
        }
        if let Some(process) = spared {
            assert!(cluster.is_ready(process).await?, "{process} needs it not");
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert!(has_told, "{needs:?} went on to call itself ready");
    Ok(())
}
