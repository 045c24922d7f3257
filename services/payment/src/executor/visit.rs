//! One payment's turn at its gateway: at most two calls, each with a deadline. A gateway that may have been asked before is
//! asked what became of it first.

use std::fmt::Display;

use revcart_runtime::telemetry::names;
use shared_events::{Money, PaymentId, PaymentMethod, Timestamp};

use crate::app::App;
use crate::domain::payment::{Bill, Finding, Task};
use crate::gateways::{ChargeCall, Error, Gateway, RefundCall, keys};
use crate::store::attempts::Attempt;
use crate::store::till::Visit;

/// What came of a visit.
#[derive(Debug, Clone)]
pub(crate) struct Landing {
    pub(crate) payment: PaymentId,
    pub(crate) task: Task,
    pub(crate) leased_until: Option<Timestamp>,
    pub(crate) finding: Finding,
    pub(crate) calls: Vec<Attempt>,
}

/// Makes the visit.
pub(crate) async fn go(app: App, visit: Visit) -> Landing {
    let mut errand = Errand {
        app: &app,
        payment: visit.payment,
        calls: Vec::new(),
    };
    let finding = match visit.state.bill() {
        Some(bill) => match app.gateways.of(bill.method) {
            Some(gateway) => errand.run(&gateway, &visit, bill).await,
            None => Finding::Silent,
        },
        None => Finding::Silent,
    };
    Landing {
        payment: visit.payment,
        task: visit.task,
        leased_until: visit.leased_until,
        finding,
        calls: errand.calls,
    }
}

struct Errand<'a> {
    app: &'a App,
    payment: PaymentId,
    calls: Vec<Attempt>,
}

impl Errand<'_> {
    async fn run(&mut self, gateway: &Gateway, visit: &Visit, bill: &Bill) -> Finding {
        let method = bill.method;
        match visit.task {
            Task::Charge(attempt) => {
                let key = keys::charge(self.payment, attempt);
                if !visit.is_first {
                    let found = self.look_up(gateway, method, &key).await;
                    if found != Finding::Absent {
                        return found;
                    }
                }
                let call = ChargeCall {
                    key: key.clone(),
                    amount: bill.amount,
                    token: visit.token.clone(),
                };
                self.call("charge", method, key, gateway.charge(&call))
                    .await
            }
            Task::LookUp(attempt) => {
                let key = keys::charge(self.payment, attempt);
                self.look_up(gateway, method, &key).await
            }
            Task::Cancel(attempt) => {
                let charge = keys::charge(self.payment, attempt);
                let key = keys::cancel(self.payment, attempt);
                self.call("cancel", method, key, gateway.cancel(&charge))
                    .await
            }
            Task::Refund { number, amount } => {
                let amount = Money::from_minor(amount, bill.amount.currency());
                self.refund(gateway, visit, (number, amount), method).await
            }
        }
    }

    async fn look_up(&mut self, gateway: &Gateway, method: PaymentMethod, key: &str) -> Finding {
        self.call("look-up", method, key.to_owned(), gateway.look_up(key))
            .await
    }

    async fn refund(
        &mut self,
        gateway: &Gateway,
        visit: &Visit,
        (number, amount): (u32, Money),
        method: PaymentMethod,
    ) -> Finding {
        let key = keys::refund(self.payment, number);
        let call = RefundCall {
            key: key.clone(),
            charge: keys::charge(self.payment, visit.state.charge().attempt),
            amount,
        };
        if !visit.is_first {
            let request = gateway.look_up_refund(&call);
            let found = self.call("look-up", method, key.clone(), request).await;
            if found != Finding::Absent {
                return found;
            }
        }
        self.call("refund", method, key, gateway.refund(&call))
            .await
    }

    /// One call, its time and what came of it on record. No answer in time is no answer.
    async fn call(
        &mut self,
        operation: &'static str,
        method: PaymentMethod,
        key: String,
        request: impl Future<Output = Result<Finding, Error>>,
    ) -> Finding {
        let clock = &self.app.clock;
        let started_at = clock.now();
        let answer = tokio::select! {
            biased;
            answer = request => Some(answer),
            () = clock.sleep(self.app.config.gateway_deadline) => None,
        };
        let finished_at = clock.now();
        let (outcome, detail) = outcome(answer.as_ref());
        metrics::histogram!(names::PAYMENT_GATEWAY_DURATION,
            "gateway" => method.as_str(), "operation" => operation, "outcome" => outcome)
        .record((finished_at - started_at).as_secs_f64());
        self.calls.push(Attempt {
            payment: self.payment,
            sequence: 0,
            operation,
            key,
            outcome,
            detail,
            started_at,
            finished_at,
        });
        match answer {
            Some(Ok(finding)) => finding,
            Some(Err(_)) | None => Finding::Silent,
        }
    }
}

fn outcome(answer: Option<&Result<Finding, Error>>) -> (&'static str, Option<String>) {
    let text = |detail: &dyn Display| Some(detail.to_string());
    match answer {
        None => ("timeout", None),
        Some(Err(error)) => ("error", text(&revcart_runtime::error_chain(error))),
        Some(Ok(finding)) => match finding {
            Finding::Captured { reference } => ("captured", text(reference)),
            Finding::Declined { reason } => ("declined", text(reason)),
            Finding::Waiting { next_action } => (
                "waiting",
                next_action.as_ref().map(|action| action.kind.clone()),
            ),
            Finding::Void => ("void", None),
            Finding::GivenUp => ("given-up", None),
            Finding::Absent => ("absent", None),
            Finding::Refunded => ("refunded", None),
            Finding::Refused => ("refused", None),
            Finding::Silent => ("silent", None),
        },
    }
}
