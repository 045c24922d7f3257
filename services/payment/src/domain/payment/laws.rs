//! Whatever comes, in whatever order and however often: money is taken once, never given back twice, and whatever has gone in
//! comes out when the payment is closed; answers do not change.

use std::collections::HashMap;

use proptest::prelude::*;
use shared_events::{
    AnyMessage, DeliveryCompleted, DeliveryId, PaymentToken, RefundPayment, RequestPayment, SagaId,
    SagaRef, reasons,
};

use super::*;

const ALL: &[PaymentMethod] = &[PaymentMethod::Cod, PaymentMethod::Dummy];
const PRICE: i64 = 100;
const EXPIRY: Timestamp = Timestamp::from_micros(10);

/// What can happen to a payment.
#[derive(Debug, Clone)]
enum Happening {
    Message(Box<AnyMessage>),
    /// The gateway is asked what there is to ask, and does this if it is free to choose.
    Visit(Mood),
    /// The process dies at it.
    Death,
    TimePasses,
    RefundByHand(i64),
    Retry,
    CaptureByHand,
    /// The gateway takes the money after it has said that it would not.
    LateCapture,
}

#[derive(Debug, Clone, Copy)]
enum Mood {
    Takes,
    Declines,
    Waits,
    LosesAnswer,
    IsDeaf,
    Refuses,
}

fn order() -> OrderId {
    OrderId::from_uuid(Uuid::from_u128(1))
}

fn money(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

fn saga(attempt: u32) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(Uuid::nil()),
        step: "payment".to_owned(),
        attempt,
    }
}

fn message() -> impl Strategy<Value = AnyMessage> {
    let request = (1..=2_u32, any::<bool>()).prop_map(|(attempt, with_token)| RequestPayment {
        order_id: order(),
        user_id: None,
        amount: money(PRICE),
        method: PaymentMethod::Dummy,
        payment_token: with_token.then(|| PaymentToken::new("tok")),
        expires_at: EXPIRY,
        saga: saga(attempt),
    });
    let refund = (2..=4_u32).prop_map(|attempt| RefundPayment {
        order_id: order(),
        reason: reasons::CANCELLED_BY_CUSTOMER.to_owned(),
        saga: saga(attempt),
    });
    let delivered = any::<bool>().prop_map(|in_cash| DeliveryCompleted {
        delivery_id: DeliveryId::from_uuid(Uuid::nil()),
        order_id: order(),
        delivered_at: EXPIRY,
        collected: in_cash.then(|| money(PRICE)),
    });
    prop_oneof![
        4 => request.prop_map(AnyMessage::from),
        2 => refund.prop_map(AnyMessage::from),
        1 => delivered.prop_map(AnyMessage::from),
    ]
}

fn mood() -> impl Strategy<Value = Mood> {
    prop_oneof![
        3 => Just(Mood::Takes),
        1 => Just(Mood::Declines),
        1 => Just(Mood::Waits),
        1 => Just(Mood::LosesAnswer),
        1 => Just(Mood::IsDeaf),
        1 => Just(Mood::Refuses),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => message().prop_map(|message| Happening::Message(Box::new(message))),
        8 => mood().prop_map(Happening::Visit),
        1 => Just(Happening::Death),
        1 => Just(Happening::TimePasses),
        1 => (1..=PRICE).prop_map(Happening::RefundByHand),
        1 => Just(Happening::Retry),
        1 => Just(Happening::CaptureByHand),
        1 => Just(Happening::LateCapture),
    ]
}

/// The same in cash.
fn in_cash(happening: Happening) -> Happening {
    let Happening::Message(message) = happening else {
        return happening;
    };
    Happening::Message(Box::new(match *message {
        AnyMessage::RequestPayment(command) => {
            let method = PaymentMethod::Cod;
            RequestPayment { method, ..command }.into()
        }
        other => other,
    }))
}

/// What the gateway has on its books.
#[derive(Debug, Default)]
struct Gateway {
    charges: HashMap<u32, Finding>,
    refunds: HashMap<u32, i64>,
}

impl Gateway {
    fn asked(&mut self, task: Task, mood: Mood) -> Finding {
        if matches!(mood, Mood::IsDeaf) {
            return Finding::Silent;
        }
        let finding = match task {
            Task::Charge(attempt) => {
                let fresh = match mood {
                    Mood::Declines => declined(),
                    Mood::Waits => Finding::Waiting { next_action: None },
                    _ => taken(),
                };
                self.charges.entry(attempt).or_insert(fresh).clone()
            }
            Task::LookUp(attempt) => {
                let charge = self.charges.entry(attempt).or_insert(Finding::Absent);
                if matches!(charge, Finding::Waiting { .. }) {
                    match mood {
                        Mood::Takes => *charge = taken(),
                        Mood::Declines => *charge = declined(),
                        _ => {}
                    }
                }
                charge.clone()
            }
            Task::Cancel(attempt) => {
                let charge = self.charges.entry(attempt).or_insert(Finding::Void);
                if matches!(charge, Finding::Waiting { .. } | Finding::Absent) {
                    *charge = Finding::Void;
                }
                charge.clone()
            }
            Task::Refund { number, .. } if matches!(mood, Mood::Refuses) => {
                match self.refunds.get(&number) {
                    Some(_) => Finding::Refunded,
                    None => Finding::Refused,
                }
            }
            Task::Refund { number, amount } => {
                let first = *self.refunds.entry(number).or_insert(amount);
                assert_eq!(first, amount, "a key stands for one amount");
                Finding::Refunded
            }
        };
        match mood {
            Mood::LosesAnswer => Finding::Silent,
            _ => finding,
        }
    }

    fn took(&self) -> i64 {
        let charges = self.charges.values();
        let taken = charges.filter(|charge| matches!(charge, Finding::Captured { .. }));
        taken.map(|_| PRICE).sum()
    }

    fn gave_back(&self) -> i64 {
        self.refunds.values().sum()
    }
}

fn taken() -> Finding {
    Finding::Captured {
        reference: "g".to_owned(),
    }
}

fn declined() -> Finding {
    Finding::Declined {
        reason: reasons::DECLINED.to_owned(),
    }
}

/// A payment at a gateway, and all that was ever said.
#[derive(Default)]
struct World {
    state: State,
    now: i64,
    gateway: Gateway,
    replies: HashMap<Ask, AnyMessage>,
    by_hand: i64,
}

impl World {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now)
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Message(message) => self.tell(&message),
            Happening::Visit(mood) => self.visit(mood),
            Happening::Death => self.enter((lost(&self.state), vec![])),
            Happening::TimePasses => self.now += 6,
            Happening::RefundByHand(amount) => {
                if let Ok((next, _)) = refund(&self.state, money(amount)) {
                    self.by_hand += amount;
                    self.enter((next, vec![]));
                }
            }
            Happening::Retry => {
                if let Ok(next) = retry(&self.state) {
                    self.enter((next, vec![]));
                }
            }
            Happening::CaptureByHand => {
                if let Ok(next) = capture(&self.state) {
                    self.enter(next);
                }
            }
            Happening::LateCapture => self.take_late(),
        }
    }

    /// Only where an answer was once missing: who got a clear no relies on it.
    fn take_late(&mut self) {
        let charge = self.state.charge();
        let is_over = matches!(self.state.phase(), Phase::Failed | Phase::Closed);
        if is_over && charge.is_doubted && charge.standing != Standing::Captured {
            self.gateway.charges.insert(charge.attempt, taken());
        }
    }

    fn tell(&mut self, message: &AnyMessage) {
        self.enter(obey(&self.state, message, ALL));
    }

    fn visit(&mut self, mood: Mood) {
        let Some(task) = task(&self.state, self.now()) else {
            return;
        };
        let is_cash = self.state.bill().map(|bill| bill.method) == Some(PaymentMethod::Cod);
        let finding = self.gateway.asked(task, mood);
        let finding = match task {
            Task::Charge(_) | Task::LookUp(_) if is_cash => Finding::Absent,
            _ => finding,
        };
        let before = self.state.clone();
        self.enter(heard(&before, task, &finding));
        // A word that comes twice changes nothing the second time.
        if finding != Finding::Refused {
            let (again, says) = heard(&self.state, task, &finding);
            assert_eq!(again, self.state);
            assert!(says.is_empty(), "{says:?}");
        }
    }

    fn enter(&mut self, (next, says): (State, Vec<AnyMessage>)) {
        if self.state.phase() == Phase::Closed {
            assert_eq!(next.phase(), Phase::Closed, "what is closed stays so");
        }
        self.state = next;
        for message in says {
            self.note(message);
        }
        self.check();
    }

    fn note(&mut self, message: AnyMessage) {
        let Some(saga) = message.saga_ref().cloned() else {
            return;
        };
        let ask = match &message {
            AnyMessage::PaymentInitiated(_) => return,
            AnyMessage::PaymentFailed(failed) if !failed.is_final => return,
            AnyMessage::RefundProcessed(_) => {
                assert!(!self.state.is_payable(), "a refund is the end of taking");
                Ask::refund(&saga)
            }
            _ => Ask::payment(&saga),
        };
        let first = self.replies.entry(ask).or_insert_with(|| message.clone());
        assert_eq!(*first, message, "an answer does not change");
    }

    fn check(&self) {
        let sums = self.state.sums();
        assert!((0..=PRICE).contains(&sums.captured), "{sums:?}");
        assert!((0..=sums.captured).contains(&sums.refunded), "{sums:?}");
        assert!((0..=sums.refunded).contains(&sums.by_hand), "{sums:?}");
        assert!(sums.by_hand <= self.by_hand);
        assert!(self.state.remaining() >= 0);
        if matches!(self.state.phase(), Phase::Closed | Phase::Failed) {
            assert_eq!(self.state.remaining(), 0, "nothing stays after the end");
        }
        assert!(self.gateway.took() <= PRICE, "taken twice");
        assert!(self.gateway.gave_back() <= PRICE, "given back twice");
    }

    /// Everything is answered from now on.
    fn come_to_rest(&mut self) {
        self.now += 60;
        for _ in 0..20 {
            self.visit(Mood::Takes);
        }
        assert_eq!(task(&self.state, self.now()), None, "{:?}", self.state);
    }
}

proptest! {
    #[test]
    fn money_adds_up_whatever_happens(happenings in prop::collection::vec(happening(), 1..50), cash in any::<bool>()) {
        let mut world = World::default();
        for happening in happenings {
            world.happen(if cash { in_cash(happening) } else { happening });
        }
        world.come_to_rest();
        let sums = world.state.sums();
        if !cash {
            prop_assert_eq!(sums.captured, world.gateway.took());
        }
        prop_assert_eq!(sums.refunded, world.gateway.gave_back());
        let is_paid = world.state.phase() == Phase::Captured;
        if is_paid {
            prop_assert_eq!(sums.captured, PRICE);
            prop_assert_eq!(sums.refunded, sums.by_hand);
        } else {
            prop_assert_eq!(sums.captured, sums.refunded);
        }
        prop_assert!(world.state.course().asks.is_empty());
    }

    #[test]
    fn hearing_a_message_again_changes_nothing(happenings in prop::collection::vec(happening(), 1..40)) {
        let mut world = World::default();
        for happening in happenings {
            world.happen(happening.clone());
            if let Happening::Message(message) = happening {
                let before = world.state.clone();
                world.tell(&message);
                prop_assert_eq!(&world.state, &before);
            }
        }
    }

    #[test]
    fn course_is_the_same_after_it_was_stored(happenings in prop::collection::vec(happening(), 1..40)) {
        let mut world = World::default();
        for happening in happenings {
            world.happen(happening);
        }
        let state = &world.state;
        let course = serde_json::to_string(state.course()).unwrap();
        let course = serde_json::from_str(&course).unwrap();
        let again = State::stored(state.phase(), state.bill().cloned(), state.sums(), course);
        prop_assert_eq!(&again, state);
    }

    #[test]
    fn order_is_left_unpaid_in_whichever_order_request_and_refund_come(mood in mood(), refund_first in any::<bool>()) {
        let request: AnyMessage = RequestPayment {
            order_id: order(),
            user_id: None,
            amount: money(PRICE),
            method: PaymentMethod::Dummy,
            payment_token: None,
            expires_at: EXPIRY,
            saga: saga(1),
        }.into();
        let refund: AnyMessage = RefundPayment { order_id: order(), reason: String::new(), saga: saga(2) }.into();
        let mut world = World::default();
        let messages = if refund_first { [&refund, &request] } else { [&request, &refund] };
        for message in messages {
            world.tell(message);
            world.visit(mood);
        }
        world.come_to_rest();
        prop_assert_eq!(world.state.phase(), Phase::Closed);
        prop_assert_eq!(world.gateway.took(), world.gateway.gave_back());
        prop_assert!(world.replies.contains_key(&Ask::refund(&saga(2))));
    }
}
