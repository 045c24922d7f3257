use shared_events::{
    Address, AssignDelivery, CancelDelivery, Contact, OrderId, SagaId, SagaRef, Timestamp, UserId,
};

use super::*;
use crate::domain::delivery::{self, Courier};

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn agent(zone_name: &str, capacity: Option<u32>, load: i64) -> Agent {
    Agent {
        id: AgentId::new(),
        user_id: UserId::new(),
        name: "Asha".to_owned(),
        phone: "0".to_owned(),
        zone: zone(zone_name),
        on_shift: true,
        shifts: vec![],
        capacity,
        load,
        location: None,
        locations: 0,
        version: 1,
    }
}

fn saga(attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(uuid::Uuid::nil()),
        step: "delivery".to_owned(),
        attempt,
    }
}

fn assigned_to(agent: &Agent) -> State {
    let courier = Courier {
        agent_id: agent.id,
        name: agent.name.clone(),
        estimated_arrival: Timestamp::MIN,
    };
    let text = String::new;
    let command = AssignDelivery {
        order_id: OrderId::from_uuid(uuid::Uuid::nil()),
        shipping_address: Address {
            recipient: text(),
            line1: text(),
            line2: None,
            city: text(),
            state: text(),
            postal_code: text(),
            country: text(),
            phone: text(),
        },
        lines: vec![],
        contact: Contact {
            name: text(),
            email: text(),
            phone: None,
        },
        collect: None,
        expires_at: Timestamp::MAX,
        saga: saga(1),
    };
    delivery::assign(&State::default(), &command, Some(&courier)).0
}

fn cancelled(state: &State) -> State {
    let command = CancelDelivery {
        order_id: OrderId::from_uuid(uuid::Uuid::nil()),
        saga: saga(2),
    };
    delivery::cancel(state, &command).0
}

#[test]
fn the_free_agent_of_the_zone_with_the_least_in_hand_is_chosen() {
    let (busy, idle) = (agent("default", None, 7), agent("default", None, 3));
    let full = agent("default", Some(1), 1);
    let elsewhere = agent("islands", None, 0);
    let off = Agent {
        on_shift: false,
        ..agent("default", None, 0)
    };
    let all = [busy, idle.clone(), full, elsewhere, off];
    let roster: Roster = all.into_iter().collect();
    let chosen = roster.best(&zone("default"), None);
    assert_eq!(chosen.map(|agent| agent.id), Some(idle.id));
    assert_eq!(roster.best(&zone("moon"), None), None);
}

#[test]
fn a_load_counts_the_deliveries_in_hand() {
    let agent = agent("default", Some(2), 0);
    let mut roster: Roster = [agent.clone()].into_iter().collect();
    let assigned = assigned_to(&agent);
    roster.settle(&State::default(), &assigned);
    assert!(roster.free(agent.id).is_some(), "there is room for another");
    roster.settle(&State::default(), &assigned);
    assert!(roster.free(agent.id).is_none());
    assert_eq!(roster.shifts().collect::<Vec<_>>(), [(agent.id, 2)]);
    roster.settle(&assigned, &cancelled(&assigned));
    assert!(roster.free(agent.id).is_some());
    assert_eq!(roster.shifts().collect::<Vec<_>>(), [(agent.id, 1)]);
}

#[test]
fn a_load_that_ends_where_it_began_is_not_written() {
    let agent = agent("default", None, 0);
    let mut roster: Roster = [agent.clone()].into_iter().collect();
    let assigned = assigned_to(&agent);
    roster.settle(&State::default(), &assigned);
    roster.settle(&assigned, &cancelled(&assigned));
    assert_eq!(roster.shifts().count(), 0);
}

#[test]
fn the_load_of_an_agent_who_is_not_on_the_roster_moves_too() {
    let agent = agent("default", None, 1);
    let mut roster = Roster::default();
    let assigned = assigned_to(&agent);
    roster.settle(&assigned, &cancelled(&assigned));
    assert_eq!(roster.shifts().collect::<Vec<_>>(), [(agent.id, -1)]);
}
