//! Two replicas of every service: they share the work, and do nothing twice.

use revcart_tests::{Cluster, Load};

use crate::settings::{FAULTY_BROKER, IMPATIENT};
use crate::turn;

#[tokio::test]
async fn two_replicas_of_every_service_share_the_work_and_do_nothing_twice() -> anyhow::Result<()> {
    let _turn = turn::taken().await;
    let cluster = Cluster::start(2, &[IMPATIENT, FAULTY_BROKER].concat()).await?;
    let args = ["--shoppers", "16", "--orders", "100", "--mix", "faults"];
    let report = Load::at(&cluster.address(), &args)?.report().await?;
    println!("{report:#?}");
    report.has_only(crate::load::WAYS_TO_END);
    cluster.audit().await?.is_clean_over(report.orders);
    for service in ["order", "product", "payment", "delivery", "analytics"] {
        for process in [service.to_owned(), format!("{service}.2")] {
            let consumed = cluster
                .metric(&process, &["messages_consumed_total"])
                .await?;
            assert!(consumed > 0.0, "{process} has consumed nothing");
        }
    }
    cluster.stop().await
}
