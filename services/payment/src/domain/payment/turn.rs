//! One step of a payment: the state that it leads to, and what is said on the way.

use shared_events::{
    AnyMessage, NextAction, OrderId, PaymentAuthorized, PaymentCompleted, PaymentFailed,
    PaymentInitiated, PaymentMethod, RefundProcessed, SagaRef,
};

use super::answers::{Answer, Ask, Asked, Outcome};
use super::{Phase, Refund, State, of_order, refund_of};

pub(super) struct Turn {
    pub(super) next: State,
    order: OrderId,
    says: Vec<AnyMessage>,
}

impl Turn {
    pub(super) fn of(state: &State, order: OrderId) -> Self {
        Self {
            next: state.clone(),
            order,
            says: Vec::new(),
        }
    }

    pub(super) fn end(self) -> (State, Vec<AnyMessage>) {
        (self.next, self.says)
    }

    /// Whether this was asked before; then the first answer is repeated, if there is one yet.
    pub(super) fn repeats(&mut self, ask: &Ask) -> bool {
        let course = &self.next.course;
        let first = course.answers.iter().find(|answer| answer.ask == *ask);
        if let Some(Answer { outcome, .. }) = first.cloned() {
            self.reply(ask, &outcome);
            return true;
        }
        self.next.course.asks.contains(ask)
    }

    /// The answer comes later.
    pub(super) fn wait(&mut self, ask: Ask) {
        self.next.course.asks.push(ask);
    }

    pub(super) fn answer(&mut self, ask: Ask, outcome: Outcome) {
        self.reply(&ask, &outcome);
        self.next.course.answers.push(Answer { ask, outcome });
    }

    /// Gives everybody who waits the same answer.
    pub(super) fn answer_all(&mut self, asked: Asked, outcome: &Outcome) {
        let asks = std::mem::take(&mut self.next.course.asks);
        for ask in asks {
            if ask.asked == asked {
                self.answer(ask, outcome.clone());
            }
        }
    }

    /// The payment fails for good.
    pub(super) fn fail(&mut self, reason: &str) {
        self.next.phase = Phase::Failed;
        let reason = reason.to_owned();
        self.answer_all(Asked::Payment, &Outcome::Failed { reason });
    }

    /// Says once that the gateway knows of the payment.
    pub(super) fn announce(&mut self, next_action: Option<NextAction>) {
        if std::mem::replace(&mut self.next.course.is_announced, true) {
            return;
        }
        let Some(bill) = self.next.bill.clone() else {
            return;
        };
        self.say(PaymentInitiated {
            payment_id: of_order(self.order),
            order_id: self.order,
            user_id: bill.user_id,
            gateway: bill.method,
            amount: bill.amount,
            next_action,
            saga: self.next.course.asks.first().map(|ask| ask.saga.clone()),
        });
    }

    /// Says that a try has failed that is not the last.
    pub(super) fn say_declined(&mut self, reason: String) {
        let saga = self.next.course.asks.first().map(|ask| ask.saga.clone());
        self.say_failed(reason, false, saga);
    }

    pub(super) fn say_completed(&mut self, saga: Option<SagaRef>) {
        let Some(bill) = &self.next.bill else {
            return;
        };
        let reference = self.next.course.charge.reference.clone();
        let completed = PaymentCompleted {
            payment_id: of_order(self.order),
            order_id: self.order,
            user_id: bill.user_id,
            gateway: bill.method,
            gateway_reference: reference.unwrap_or_default(),
            amount: self.next.money(self.next.sums.captured),
            saga,
        };
        self.say(completed);
    }

    pub(super) fn say_refunded(&mut self, number: u32, amount: i64, saga: Option<SagaRef>) {
        self.say(RefundProcessed {
            refund_id: refund_of(self.order, number),
            payment_id: of_order(self.order),
            order_id: self.order,
            user_id: self.next.bill.as_ref().and_then(|bill| bill.user_id),
            amount: self.next.money(amount),
            saga,
        });
    }

    /// After the end nothing stays here: what is left goes back, and whoever waits for that is told.
    pub(super) fn wind_up(&mut self) {
        match self.next.phase {
            Phase::Closing | Phase::Failed | Phase::Closed => self.give_back_rest(),
            Phase::Unheard | Phase::Open | Phase::Authorized | Phase::Captured => return,
        }
        let state = &self.next;
        let is_settled = state.course.refunds.is_empty() && !state.course.charge.is_unsettled();
        if state.phase == Phase::Closing && is_settled {
            self.next.phase = Phase::Closed;
            let outcome = self.next.given_back();
            self.answer_all(Asked::Refund, &outcome);
        }
    }

    /// What was paid beyond the bill goes back.
    pub(super) fn give_back_surplus(&mut self) {
        let due = self
            .next
            .bill
            .as_ref()
            .map_or(0, |bill| bill.amount.minor());
        let surplus = self.next.remaining() - due;
        if self.next.phase == Phase::Captured && surplus > 0 {
            self.next.begin_refund(surplus, false);
        }
    }

    fn give_back_rest(&mut self) {
        let amount = self.next.remaining();
        if amount > 0 {
            self.next.begin_refund(amount, false);
        }
    }

    fn reply(&mut self, ask: &Ask, outcome: &Outcome) {
        let saga = Some(ask.saga.clone());
        match outcome {
            Outcome::Authorized => self.say_authorized(saga),
            Outcome::Completed => self.say_completed(saga),
            Outcome::Failed { reason } => self.say_failed(reason.clone(), true, saga),
            Outcome::Refunded { number, amount } => self.say_refunded(*number, *amount, saga),
        }
    }

    fn say_authorized(&mut self, saga: Option<SagaRef>) {
        let Some(bill) = &self.next.bill else {
            return;
        };
        let authorized = PaymentAuthorized {
            payment_id: of_order(self.order),
            order_id: self.order,
            user_id: bill.user_id,
            gateway: PaymentMethod::Cod,
            amount: bill.amount,
            saga,
        };
        self.say(authorized);
    }

    fn say_failed(&mut self, reason: String, is_final: bool, saga: Option<SagaRef>) {
        self.say(PaymentFailed {
            payment_id: of_order(self.order),
            order_id: self.order,
            user_id: self.next.bill.as_ref().and_then(|bill| bill.user_id),
            reason,
            is_final,
            saga,
        });
    }

    fn say(&mut self, message: impl Into<AnyMessage>) {
        self.says.push(message.into());
    }
}

impl State {
    /// What a saga is told that has the payment closed: all that went back without anybody wanting it by hand.
    pub(super) fn given_back(&self) -> Outcome {
        Outcome::Refunded {
            number: self.course.returned,
            amount: self.sums.refunded - self.sums.by_hand,
        }
    }

    /// Queues money to go back; returns the number of the refund.
    pub(super) fn begin_refund(&mut self, amount: i64, by_hand: bool) -> u32 {
        self.course.refunds_begun += 1;
        let number = self.course.refunds_begun;
        self.course.refunds.push(Refund {
            number,
            amount,
            by_hand,
        });
        number
    }
}
