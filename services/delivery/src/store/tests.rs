//! What only shows in the database: the plans of queries, and loads that others move at the same time.

use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, plan::query_plan};
use shared_events::{AgentId, OrderId, Service, UserId};
use uuid::Uuid;

use super::*;
use crate::domain::agent::Agent;

async fn database() -> TestDatabase {
    TestDatabase::create::<Migrator>(Service::Delivery, Clock::manual(START)).await
}

fn agent(capacity: Option<u32>) -> Agent {
    Agent {
        id: AgentId::new(),
        user_id: UserId::new(),
        name: "Asha".to_owned(),
        phone: "0".to_owned(),
        zone: "default".parse().unwrap(),
        on_shift: true,
        capacity,
        load: 0,
        location: None,
        locations: 0,
        version: 1,
    }
}

async fn add(database: &TestDatabase, agents: Vec<Agent>) {
    let write = database.write(agents, |unit, agents| {
        Box::pin(async move { super::agents::insert(unit, agents).await })
    });
    write.await.unwrap();
}

async fn shift(database: &TestDatabase, shifts: Vec<(AgentId, i64)>) -> Result<(), Error> {
    let write = database.write(shifts, |unit, shifts| {
        Box::pin(async move { super::agents::shift_loads(unit, shifts).await })
    });
    write.await
}

async fn load(database: &TestDatabase, agent: AgentId) -> i64 {
    let agent = agents::find(database, agent).await.unwrap();
    agent.unwrap().load
}

#[tokio::test]
async fn loads_of_many_agents_move_together_and_relative_to_what_they_are() {
    let database = database().await;
    let agents: Vec<Agent> = (0..5).map(|_| agent(None)).collect();
    let ids: Vec<AgentId> = agents.iter().map(|agent| agent.id).collect();
    add(&database, agents).await;
    let shifts = |by: [i64; 5]| ids.iter().copied().zip(by).collect::<Vec<_>>();
    shift(&database, shifts([1, 2, 3, 4, 5])).await.unwrap();
    shift(&database, shifts([10, -1, -3, 1, 2])).await.unwrap();
    for (id, expected) in ids.iter().zip([11, 1, 0, 5, 7]) {
        assert_eq!(load(&database, *id).await, expected);
    }
}

#[tokio::test]
async fn an_agent_is_never_loaded_above_capacity_and_nobody_else_is_loaded_then() {
    let database = database().await;
    let (small, large) = (agent(Some(2)), agent(None));
    let (small_id, large_id) = (small.id, large.id);
    add(&database, vec![small, large]).await;
    shift(&database, vec![(small_id, 2), (large_id, 2)])
        .await
        .unwrap();
    let overbooked = shift(&database, vec![(small_id, 1), (large_id, 1)]).await;
    assert!(matches!(overbooked, Err(Error::Overbooked)));
    assert_eq!(load(&database, small_id).await, 2);
    assert_eq!(load(&database, large_id).await, 2, "rolled back");
    shift(&database, vec![(small_id, -1)]).await.unwrap();
    assert_eq!(load(&database, small_id).await, 1);
}

#[tokio::test]
async fn a_load_is_never_negative() {
    let database = database().await;
    let agent = agent(None);
    let id = agent.id;
    add(&database, vec![agent]).await;
    let error = shift(&database, vec![(id, -1)]).await.unwrap_err();
    let Error::Database(error) = error else {
        panic!("{error:?}")
    };
    assert!(error.violates("agents_load_is_not_negative", ""));
}

#[tokio::test]
async fn what_grows_is_read_by_an_index() {
    let database = database().await;
    let (agent, order) = (AgentId::new(), OrderId::new());
    let default = "default".parse().unwrap();
    let zones = vec!["default".to_owned()];
    let plans = [
        (
            query_plan(&database, &deliveries::by_ids(vec![Uuid::nil()])).await,
            "deliveries USING INDEX sqlite_autoindex_deliveries_1 (order_id=?)",
        ),
        (
            query_plan(
                &database,
                &deliveries::of_agent_query(agent, false, Some(order), 21),
            )
            .await,
            "deliveries_by_agent (agent_id=? AND ended=? AND order_id>?)",
        ),
        (
            query_plan(
                &database,
                &deliveries::of_agent_query(agent, true, Some(order), 21),
            )
            .await,
            "deliveries_by_agent (agent_id=? AND ended=? AND order_id<?)",
        ),
        (
            query_plan(&database, &deliveries::in_hand_query()).await,
            "deliveries_by_agent",
        ),
        (
            query_plan(&database, &searches::overdue_query(START, 128)).await,
            "searches_by_expiry (expires_at<?)",
        ),
        (
            query_plan(&database, &searches::in_zone_query(&default, 128)).await,
            "searches_by_zone (zone=?)",
        ),
        (
            query_plan(&database, &locations::latest(agent, 50)).await,
            "agent_locations USING PRIMARY KEY (agent_id=?)",
        ),
        (
            query_plan(&database, &agents::on_shift(zones)).await,
            "agents_on_shift (on_shift=? AND zone=?)",
        ),
        (
            query_plan(&database, &agents::by_login(UserId::new())).await,
            "agents_by_login (user_id=?)",
        ),
    ];
    for (plan, index) in plans {
        assert!(plan.contains(index), "{index} is not used: {plan}");
        let is_of_agents = plan.contains("agents_on_shift");
        assert!(
            is_of_agents || !plan.contains("TEMP B-TREE"),
            "sorted: {plan}"
        );
    }
}
