//! How long the order saga waits for whom.

use std::time::Duration;

use shared_events::PaymentMethod;

use crate::engine::{Backoff, Definition, Patience};

/// All durations of the order saga. The defaults are those of the design.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Stock: one try.
    pub reservation: Duration,
    /// Stock: how many tries.
    pub reservation_tries: u32,
    /// Payment through a gateway where a person pays (`STRIPE`, `RAZORPAY`).
    pub payment_by_person: Duration,
    /// Any other payment.
    pub payment: Duration,
    /// Somebody to deliver.
    pub delivery: Duration,
    /// `AssignDelivery` is sent again this often until then.
    pub delivery_resend: Duration,
    /// A participant is told to give up this much before the saga does, but has at least half of the time.
    pub grace: Duration,
    /// Between the tries of a compensation.
    pub compensation: Backoff,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reservation: Duration::from_secs(30),
            reservation_tries: 3,
            payment_by_person: Duration::from_mins(15),
            payment: Duration::from_secs(60),
            delivery: Duration::from_mins(10),
            delivery_resend: Duration::from_secs(60),
            grace: Duration::from_secs(5),
            compensation: Backoff {
                first: Duration::from_secs(5),
                longest: Duration::from_mins(5),
                tries: 10,
            },
        }
    }
}

impl Settings {
    /// How long each step of `definition` is waited for when the order is paid by `method`.
    pub(crate) fn patience(
        &self,
        definition: &Definition,
        method: PaymentMethod,
    ) -> Vec<Option<Patience>> {
        definition
            .steps
            .iter()
            .map(|step| step.deadline.map(|name| self.named(name, method)))
            .collect()
    }

    /// When the participant gives up on a step that the saga gives up on after `within`: how much before that.
    pub(crate) fn grace_of(&self, within: Duration) -> Duration {
        self.grace.min(within / 2)
    }

    /// `name` is a deadline of [`super::definition`].
    fn named(&self, name: &str, method: PaymentMethod) -> Patience {
        match name {
            "reservation" => Patience {
                every: self.reservation,
                within: self
                    .reservation
                    .saturating_mul(self.reservation_tries.max(1)),
            },
            "payment" => {
                let within = match method {
                    PaymentMethod::Stripe | PaymentMethod::Razorpay => self.payment_by_person,
                    PaymentMethod::Dummy | PaymentMethod::Cod => self.payment,
                };
                Patience {
                    every: within,
                    within,
                }
            }
            _ => Patience {
                every: self.delivery_resend,
                within: self.delivery,
            },
        }
    }
}
