//! What the database itself sees to, and loads that others move at the same time. `plans`: how it answers queries;
//! `replicas`: two processes on one server.

mod plans;
mod replicas;

use revcart_persistence::Database;
use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase};
use shared_events::{AgentId, Service, UserId};

use super::*;
use crate::domain::agent::Agent;
use crate::domain::map::Area;
use crate::domain::place::Point;

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
        shifts: vec![],
        capacity,
        load: 0,
        location: None,
        locations: 0,
        version: 1,
    }
}

async fn add(database: &Database, agents: Vec<Agent>) {
    let write = database.write(agents, |unit, agents| {
        Box::pin(async move { super::agents::insert(unit, agents).await })
    });
    write.await.unwrap();
}

async fn shift(database: &Database, shifts: Vec<(AgentId, i64)>) -> Result<(), Error> {
    let write = database.write(shifts, |unit, shifts| {
        Box::pin(async move { super::agents::shift_loads(unit, shifts).await })
    });
    write.await
}

async fn load(database: &Database, agent: AgentId) -> i64 {
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
    let error = shift(&database, vec![(id, -1)]).await;
    assert!(matches!(error, Err(Error::NothingInHand)), "{error:?}");
    assert_eq!(load(&database, id).await, 0);
}

#[tokio::test]
async fn drawing_is_replaced_by_who_has_read_it_last() {
    let database = database().await;
    assert_eq!(
        zones::read(&database).await.unwrap(),
        zones::Drawing::default()
    );
    for version in [1, 2] {
        let area = Area {
            zone: "pune".parse().unwrap(),
            prefixes: vec!["411".to_owned()],
            depot: Some(Point::at(18.5, 73.8)),
            version,
        };
        let drawing = zones::Drawing {
            areas: vec![area],
            version,
        };
        save(&database, drawing.clone()).await.unwrap();
        assert_eq!(zones::read(&database).await.unwrap(), drawing);
    }
    let stale = zones::Drawing {
        areas: vec![],
        version: 2,
    };
    assert!(save(&database, stale).await.is_err());
    assert_eq!(zones::read(&database).await.unwrap().version, 2);
}

async fn save(database: &Database, drawing: zones::Drawing) -> Result<(), Error> {
    let write = database.write(drawing, |unit, drawing| {
        Box::pin(async move { zones::save(unit, drawing).await })
    });
    write.await
}

#[tokio::test]
async fn agent_is_kept_with_their_plan() {
    let database = database().await;
    let plan = r#"[{"days":["MON"],"start":"09:00","end":"17:00"},{"date":"2026-12-25"}]"#;
    let planned = Agent {
        shifts: serde_json::from_str(plan).unwrap(),
        ..agent(None)
    };
    add(&database, vec![planned.clone(), agent(Some(0))]).await;
    let found = agents::find(&database, planned.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&planned));
    let with_room = agents::zones_with_room(&database).await.unwrap();
    assert_eq!(with_room, [(planned.zone.clone(), planned.shifts.clone())]);
}
