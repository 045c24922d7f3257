use shared_events::{
    AnyMessage, DeliveryAssigned, DeliveryCancelRefused, DeliveryCancelled, DeliveryCompleted,
    DeliveryFailed, DeliveryStage, DeliveryStatus,
};

use super::samples::{EXPIRY, assignment, cancellation, cash, courier, order, saga};
use super::*;

/// An order of messages, and what was answered.
#[derive(Default)]
struct Story {
    state: State,
    said: Vec<AnyMessage>,
}

impl Story {
    fn assign(self, attempt: u32, free: Option<&Courier>) -> Self {
        let step = assign(&self.state, &assignment(attempt), free);
        self.goes_on(step)
    }

    fn cancel(self, attempt: u32) -> Self {
        let step = cancel(&self.state, &cancellation(attempt));
        self.goes_on(step)
    }

    fn pick_up(self) -> Self {
        let step = pick_up(&self.state, order()).unwrap();
        self.goes_on(step)
    }

    fn deliver(self) -> Self {
        let step = deliver(&self.state, order(), EXPIRY).unwrap();
        self.goes_on(step)
    }

    fn come_back(self) -> Self {
        let step = fail_at_doorstep(&self.state, order(), "nobody at home").unwrap();
        self.goes_on(step)
    }

    fn goes_on(mut self, (state, said): Step) -> Self {
        self.state = state;
        self.said.extend(said);
        self
    }

    fn last(&self) -> &AnyMessage {
        self.said.last().unwrap()
    }

    fn status(&self) -> DeliveryStatus {
        self.state.status().unwrap()
    }
}

fn assigned_to(courier: &Courier, attempt: u32) -> AnyMessage {
    DeliveryAssigned {
        delivery_id: of_order(order()),
        order_id: order(),
        agent_id: courier.agent_id,
        agent_name: courier.name.clone(),
        estimated_arrival: courier.estimated_arrival,
        saga: Some(saga(attempt)),
    }
    .into()
}

fn not_assigned(reason: &str, attempt: u32) -> AnyMessage {
    DeliveryFailed {
        delivery_id: Some(of_order(order())),
        order_id: order(),
        reason: reason.to_owned(),
        stage: DeliveryStage::Assignment,
        saga: Some(saga(attempt)),
    }
    .into()
}

fn cancelled(existed: bool, attempt: u32) -> AnyMessage {
    DeliveryCancelled {
        delivery_id: existed.then(|| of_order(order())),
        order_id: order(),
        saga: Some(saga(attempt)),
    }
    .into()
}

fn refused(status: DeliveryStatus, attempt: u32) -> AnyMessage {
    DeliveryCancelRefused {
        delivery_id: of_order(order()),
        order_id: order(),
        status,
        saga: Some(saga(attempt)),
    }
    .into()
}

#[test]
fn a_free_agent_gets_the_delivery_at_once() {
    let story = Story::default().assign(1, Some(&courier(7)));
    assert_eq!(story.said, [assigned_to(&courier(7), 1)]);
    assert_eq!(story.state.in_hand_of(), Some(courier(7).agent_id));
    assert_eq!(story.state.collect(), Some(cash()));
}

#[test]
fn with_nobody_free_the_assignment_stays_open_and_unanswered() {
    let story = Story::default().assign(1, None).assign(1, None);
    assert!(story.said.is_empty());
    assert_eq!(story.status(), DeliveryStatus::Pending);
    let found = found(&story.state, order(), &courier(7));
    assert_eq!(found.1, [assigned_to(&courier(7), 1)]);
}

#[test]
fn an_open_assignment_that_is_sent_again_takes_whoever_is_free_by_then() {
    let story = Story::default().assign(1, None);
    let story = story.assign(1, Some(&courier(7)));
    assert_eq!(story.said, [assigned_to(&courier(7), 1)]);
}

#[test]
fn a_search_is_given_up_when_its_time_is_over_and_not_before() {
    let story = Story::default().assign(1, None);
    let early = Timestamp::from_micros(EXPIRY.micros() - 1);
    assert_eq!(
        expire(&story.state, order(), early),
        (story.state.clone(), vec![])
    );
    let (given_up, said) = expire(&story.state, order(), EXPIRY);
    assert_eq!(said, [not_assigned(reasons::NO_DELIVERY_AGENT, 1)]);
    assert_eq!(expire(&given_up, order(), EXPIRY).1, []);
    assert_eq!(found(&given_up, order(), &courier(7)).1, []);
}

#[test]
fn the_first_answer_is_repeated_whoever_is_free_later() {
    let story = Story::default().assign(1, Some(&courier(7)));
    let before = story.state.clone();
    let story = story.assign(1, Some(&courier(8)));
    assert_eq!(story.last(), &assigned_to(&courier(7), 1));
    assert_eq!(story.state, before);
    let story = story.cancel(2).cancel(2).assign(1, Some(&courier(8)));
    let answers = [
        assigned_to(&courier(7), 1),
        assigned_to(&courier(7), 1),
        cancelled(true, 2),
        cancelled(true, 2),
        assigned_to(&courier(7), 1),
    ];
    assert_eq!(story.said, answers);
    assert_eq!(story.status(), DeliveryStatus::Cancelled);
}

#[test]
fn a_cancellation_that_comes_first_is_a_tombstone() {
    let story = Story::default().cancel(2).assign(1, Some(&courier(7)));
    let answers = [
        cancelled(false, 2),
        not_assigned(reasons::ALREADY_COMPENSATED, 1),
    ];
    assert_eq!(story.said, answers);
    let story = story.assign(3, Some(&courier(7)));
    assert_eq!(
        story.last(),
        &not_assigned(reasons::ALREADY_COMPENSATED, 3),
        "for good"
    );
}

#[test]
fn an_open_search_ends_with_a_cancellation() {
    let story = Story::default().assign(1, None).cancel(2);
    assert_eq!(story.last(), &cancelled(true, 2));
    assert_eq!(found(&story.state, order(), &courier(7)).1, []);
    assert_eq!(expire(&story.state, order(), EXPIRY).1, []);
    let story = story.assign(1, Some(&courier(7)));
    assert_eq!(story.last(), &not_assigned(reasons::ALREADY_COMPENSATED, 1));
}

#[test]
fn after_the_pick_up_a_cancellation_is_refused() {
    let story = Story::default().assign(1, Some(&courier(7))).pick_up();
    let story = story.cancel(2);
    assert_eq!(story.last(), &refused(DeliveryStatus::PickedUp, 2));
    let story = story.deliver().cancel(2).cancel(3);
    assert_eq!(
        story.said[3..],
        [
            AnyMessage::from(DeliveryCompleted {
                delivery_id: of_order(order()),
                order_id: order(),
                delivered_at: EXPIRY,
                collected: Some(cash()),
            }),
            refused(DeliveryStatus::PickedUp, 2),
            refused(DeliveryStatus::Delivered, 3),
        ]
    );
}

#[test]
fn after_a_cancellation_nothing_is_picked_up() {
    let story = Story::default().assign(1, Some(&courier(7))).cancel(2);
    let refusal = pick_up(&story.state, order()).unwrap_err();
    assert_eq!(refusal.from, Some(DeliveryStatus::Cancelled));
}

#[test]
fn what_came_back_is_attempted_again_under_a_higher_attempt_only() {
    let story = Story::default().assign(1, Some(&courier(7))).pick_up();
    let story = story.come_back().assign(1, Some(&courier(8)));
    assert_eq!(story.last(), &assigned_to(&courier(7), 1), "a re-send");
    assert_eq!(story.status(), DeliveryStatus::Failed);
    let story = story.assign(2, Some(&courier(8)));
    assert_eq!(story.last(), &assigned_to(&courier(8), 2));
    let story = story.pick_up().deliver();
    assert_eq!(story.status(), DeliveryStatus::Delivered);
}

#[test]
fn what_came_back_can_be_cancelled() {
    let story = Story::default().assign(1, Some(&courier(7))).pick_up();
    let story = story.come_back().cancel(2);
    assert_eq!(story.last(), &cancelled(true, 2));
}

#[test]
fn a_search_that_was_given_up_begins_again_under_a_higher_attempt() {
    let story = Story::default().assign(1, None);
    let (given_up, _) = expire(&story.state, order(), EXPIRY);
    let again = assign(&given_up, &assignment(1), Some(&courier(7)));
    assert_eq!(again.1, [not_assigned(reasons::NO_DELIVERY_AGENT, 1)]);
    let again = assign(&given_up, &assignment(2), Some(&courier(7)));
    assert_eq!(again.1, [assigned_to(&courier(7), 2)]);
}

#[test]
fn what_was_asked_under_a_lower_attempt_is_out_of_date() {
    let story = Story::default().assign(1, Some(&courier(7))).pick_up();
    let story = story.come_back().assign(4, None);
    let searching = story.state.search().cloned();
    let story = story.assign(3, Some(&courier(8)));
    assert_eq!(story.last(), &not_assigned(reasons::EXPIRED, 3));
    let story = story.cancel(2);
    assert_eq!(story.last(), &refused(DeliveryStatus::Pending, 2));
    assert_eq!(story.state.search().cloned(), searching);
    let story = story.assign(4, Some(&courier(9))).cancel(3);
    assert_eq!(story.last(), &refused(DeliveryStatus::Assigned, 3));
    assert_eq!(story.state.in_hand_of(), Some(courier(9).agent_id));
}

#[test]
fn an_agent_who_says_it_again_changes_nothing() {
    let story = Story::default().assign(1, Some(&courier(7))).pick_up();
    assert_eq!(
        pick_up(&story.state, order()),
        Ok((story.state.clone(), vec![]))
    );
    let story = story.deliver();
    let again = deliver(&story.state, order(), EXPIRY);
    assert_eq!(again, Ok((story.state, vec![])));
}

#[test]
fn an_agent_cannot_leave_out_or_go_back_a_step() {
    let assigned = Story::default().assign(1, Some(&courier(7)));
    assert!(deliver(&assigned.state, order(), EXPIRY).is_err());
    assert!(fail_at_doorstep(&assigned.state, order(), "").is_err());
    let delivered = assigned.pick_up().deliver();
    assert!(pick_up(&delivered.state, order()).is_err());
    let refusal = fail_at_doorstep(&delivered.state, order(), "").unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "a delivery that is DELIVERED cannot become FAILED"
    );
    let unheard = pick_up(&State::default(), order()).unwrap_err();
    assert_eq!(
        unheard.to_string(),
        "a delivery that is not asked for cannot become PICKED_UP"
    );
}

#[test]
fn other_messages_change_nothing() {
    let state = Story::default().assign(1, Some(&courier(7))).state;
    let other = shared_events::samples::find("OrderConfirmed").unwrap();
    assert_eq!(obey(&state, &other, None), (state.clone(), vec![]));
}

#[test]
fn a_state_survives_being_stored() {
    let story = Story::default().assign(1, Some(&courier(7))).pick_up();
    let story = story.cancel(2).come_back().assign(3, None);
    let stored = serde_json::to_string(&story.state).unwrap();
    assert_eq!(serde_json::from_str::<State>(&stored).unwrap(), story.state);
}
