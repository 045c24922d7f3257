//! The whole service twice on one database server. A file has one owner, and these say nothing about it.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use http::StatusCode;
use revcart_testkit::TestService;
use shared_events::{AgentId, DeliveryAssigned, DeliveryFailed, OrderId};

use crate::world::{self, MAINLAND};

const CAPACITIES: [u32; 3] = [2, 4, 6];
const HANDS: usize = 12;

/// Both run at once; messages that met others too often come again.
async fn settle(replicas: &[TestService; 2]) {
    for _ in 0..4 {
        futures::join!(replicas[0].settle(), replicas[1].settle());
        replicas[0].clock().advance(Duration::from_secs(10));
    }
}

fn given(replicas: &[TestService; 2]) -> Vec<OrderId> {
    let of_both = replicas.iter().flat_map(TestService::published);
    let orders = of_both.map(|assigned: DeliveryAssigned| assigned.order_id);
    orders.collect()
}

async fn everybody_is_loaded_to_the_full(replicas: &[TestService; 2], agents: &[AgentId]) {
    for (agent, capacity) in agents.iter().zip(CAPACITIES) {
        assert_eq!(world::load(&replicas[1], *agent).await, i64::from(capacity));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_replicas_give_out_what_agents_can_carry_and_no_more() {
    let delivery = world::without_agents().await;
    let Some(other) = world::replica(&delivery).await else {
        return;
    };
    let replicas = [delivery, other];
    let mut agents = Vec::new();
    for capacity in CAPACITIES {
        agents.push(world::hire(&replicas[0], Some(capacity)).await.0);
    }
    for _ in 0..60 {
        replicas[0]
            .deliver(world::assign(OrderId::new(), MAINLAND))
            .await;
    }
    settle(&replicas).await;
    let first = given(&replicas);
    assert_eq!(first.len(), HANDS);
    everybody_is_loaded_to_the_full(&replicas, &agents).await;

    // Hands become free on both sides while both sides give out what waits.
    let brought = first.iter().enumerate().map(async |(number, order)| {
        let replica = &replicas[number % 2];
        for status in ["PICKED_UP", "DELIVERED"] {
            let reply = world::report(replica, &replica.admin, *order, status).await;
            reply.expect(StatusCode::OK);
        }
    });
    futures::join!(join_all(brought), settle(&replicas));
    settle(&replicas).await;
    let given = given(&replicas);
    let different: BTreeSet<OrderId> = given.iter().copied().collect();
    assert_eq!(different.len(), 2 * HANDS);
    assert_eq!(given.len(), different.len(), "nobody is told twice");
    everybody_is_loaded_to_the_full(&replicas, &agents).await;

    replicas[0].clock().advance(world::PATIENCE);
    settle(&replicas).await;
    let failed = replicas
        .iter()
        .flat_map(TestService::published::<DeliveryFailed>);
    assert_eq!(failed.count(), 60 - 2 * HANDS, "each is given up once");
}
