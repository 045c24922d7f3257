//! What is to be done at the gateway, and what follows from its answers.

use shared_events::{AnyMessage, NextAction, Timestamp, reasons};

use super::answers::{Asked, Outcome};
use super::turn::Turn;
use super::{Phase, Standing, State};

/// Something to do at the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// Take the money: the try of this number.
    Charge(u32),
    /// Ask how far that try has come.
    LookUp(u32),
    /// See to it that the try takes nothing any more.
    Cancel(u32),
    /// Give money back: the refund of this number.
    Refund {
        /// Its number.
        number: u32,
        /// How much, in minor units.
        amount: i64,
    },
}

/// What the gateway says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The money was taken.
    Captured {
        /// What the gateway calls it.
        reference: String,
    },
    /// Nothing was taken.
    Declined {
        /// A code of [`reasons`].
        reason: String,
    },
    /// It is at it, or waits for the shopper to do something.
    Waiting {
        /// What.
        next_action: Option<NextAction>,
    },
    /// Nothing can be taken any more.
    Void,
    /// It was given up, but the gateway cannot keep the shopper from paying: it is looked up once more after the end.
    GivenUp,
    /// It has never heard of this.
    Absent,
    /// The money went back.
    Refunded,
    /// It will not give the money back.
    Refused,
    /// Nothing: it was out of reach, had an error, or did not answer in time.
    Silent,
}

/// What is to be done at the gateway at this time, if anything.
#[must_use]
pub fn task(state: &State, now: Timestamp) -> Option<Task> {
    if let Some(refund) = state.course.refunds.first() {
        return Some(Task::Refund {
            number: refund.number,
            amount: refund.amount,
        });
    }
    let bill = state.bill.as_ref()?;
    let charge = &state.course.charge;
    match state.phase {
        Phase::Open if now >= bill.expires_at => Some(Task::Cancel(charge.attempt)),
        Phase::Open => match charge.standing {
            Standing::Wanted => Some(Task::Charge(charge.attempt)),
            Standing::Waiting => Some(Task::LookUp(charge.attempt)),
            Standing::None | Standing::Declined | Standing::Captured | Standing::Void => None,
        },
        Phase::Closing => charge
            .is_unsettled()
            .then_some(Task::Cancel(charge.attempt)),
        // A gateway that once owed an answer is asked again after the end.
        Phase::Failed | Phase::Closed => charge.is_doubted.then_some(Task::LookUp(charge.attempt)),
        Phase::Unheard | Phase::Authorized | Phase::Captured => None,
    }
}

/// The next state after the gateway's word on a task, and what is said. A word on what no longer counts changes nothing.
#[must_use]
pub fn heard(state: &State, task: Task, finding: &Finding) -> (State, Vec<AnyMessage>) {
    let Some(bill) = &state.bill else {
        return (state.clone(), vec![]);
    };
    let mut turn = Turn::of(state, bill.order_id);
    match task {
        Task::Refund { number, .. } => of_refund(&mut turn, number, finding),
        Task::Charge(attempt) | Task::LookUp(attempt) | Task::Cancel(attempt) => {
            if attempt == state.course.charge.attempt {
                of_charge(&mut turn, task, finding);
            }
        }
    }
    turn.wind_up();
    turn.end()
}

/// The next state when the process died that was at a task: nobody knows whether the gateway was asked.
#[must_use]
pub fn lost(state: &State) -> State {
    let mut next = state.clone();
    next.course.charge.is_doubted |= next.course.charge.standing == Standing::Wanted;
    next
}

/// The next state when the gateway says that something has happened, without saying what can be relied on: a payment that is
/// over is looked up once more.
#[must_use]
pub fn told(state: &State) -> State {
    let mut next = state.clone();
    let is_over = matches!(state.phase, Phase::Failed | Phase::Closed);
    let charge = &mut next.course.charge;
    charge.is_doubted |= is_over && charge.attempt > 0 && charge.standing != Standing::Captured;
    next
}

fn of_charge(turn: &mut Turn, task: Task, finding: &Finding) {
    if turn.next.course.charge.standing == Standing::Captured {
        return;
    }
    let is_over = matches!(turn.next.phase, Phase::Failed | Phase::Closed);
    turn.next.course.charge.is_doubted &= !resolves(task, finding, is_over);
    match finding {
        Finding::Silent => {
            let charge = &mut turn.next.course.charge;
            // Given up by somebody else while it was under way: it may still arrive.
            let may_arrive = matches!(task, Task::Charge(_)) && charge.standing == Standing::Void;
            charge.is_doubted |= charge.standing == Standing::Wanted || may_arrive;
        }
        Finding::Captured { reference } => captured(turn, reference),
        Finding::Declined { .. } | Finding::Void | Finding::GivenUp if is_over => {}
        Finding::Declined { reason } => declined(turn, task, reason),
        Finding::Void => void(turn),
        Finding::GivenUp => {
            turn.next.course.charge.is_doubted = true;
            void(turn);
        }
        Finding::Waiting { next_action } if !is_over => {
            let charge = &mut turn.next.course.charge;
            charge.standing = Standing::Waiting;
            charge.next_action.clone_from(next_action);
            turn.announce(next_action.clone());
        }
        Finding::Waiting { .. } | Finding::Absent | Finding::Refunded | Finding::Refused => {}
    }
}

/// Whether this is the answer that was once missing. That a charge was given up (or is unknown) while it was in doubt is
/// not: after the end it is looked up once more.
fn resolves(task: Task, finding: &Finding, is_over: bool) -> bool {
    let is_looked_up = matches!(task, Task::LookUp(_));
    match finding {
        Finding::Captured { .. } | Finding::Declined { .. } => true,
        Finding::Void => is_looked_up,
        Finding::Absent => is_looked_up && is_over,
        Finding::GivenUp
        | Finding::Waiting { .. }
        | Finding::Refunded
        | Finding::Refused
        | Finding::Silent => false,
    }
}

fn captured(turn: &mut Turn, reference: &str) {
    let Some(bill) = &turn.next.bill else {
        return;
    };
    turn.next.sums.captured = bill.amount.minor();
    let charge = &mut turn.next.course.charge;
    charge.standing = Standing::Captured;
    charge.reference = Some(reference.to_owned());
    charge.next_action = None;
    if turn.next.phase == Phase::Open {
        turn.announce(None);
        turn.next.phase = Phase::Captured;
        turn.answer_all(Asked::Payment, &Outcome::Completed);
    } else {
        // Too late: a fact all the same, and the money goes back.
        turn.say_completed(None);
    }
}

fn declined(turn: &mut Turn, task: Task, reason: &str) {
    let charge = &mut turn.next.course.charge;
    let known = std::mem::replace(&mut charge.standing, Standing::Declined) == Standing::Declined;
    charge.next_action = None;
    let is_final = charge.is_final;
    if turn.next.phase != Phase::Open {
        return;
    }
    turn.announce(None);
    match task {
        Task::Cancel(_) if known => turn.fail(reasons::EXPIRED),
        Task::Cancel(_) => turn.fail(reason),
        _ if is_final => turn.fail(reason),
        _ if known => {}
        _ => turn.say_declined(reason.to_owned()),
    }
}

fn void(turn: &mut Turn) {
    let charge = &mut turn.next.course.charge;
    charge.standing = Standing::Void;
    charge.next_action = None;
    if turn.next.phase == Phase::Open {
        turn.fail(reasons::EXPIRED);
    }
}

fn of_refund(turn: &mut Turn, number: u32, finding: &Finding) {
    let refunds = &mut turn.next.course.refunds;
    let Some(position) = refunds.iter().position(|refund| refund.number == number) else {
        return;
    };
    let refund = refunds[position];
    match finding {
        Finding::Refunded => {
            refunds.remove(position);
            turn.next.sums.refunded += refund.amount;
            if refund.by_hand {
                turn.next.sums.by_hand += refund.amount;
                turn.say_refunded(number, refund.amount, None);
                return;
            }
            turn.next.course.returned = number;
            // Whoever has the payment closed is answered when all of it is done.
            if turn.next.phase != Phase::Closing {
                turn.say_refunded(number, refund.amount, None);
            }
        }
        // What somebody wanted by hand is given up; what must go back is asked for anew, as another refund.
        Finding::Refused => {
            refunds.remove(position);
        }
        Finding::Captured { .. }
        | Finding::Declined { .. }
        | Finding::Waiting { .. }
        | Finding::Void
        | Finding::GivenUp
        | Finding::Absent
        | Finding::Silent => {}
    }
}
