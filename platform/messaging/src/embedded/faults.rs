//! Misbehaviour on purpose: messages that come twice, messages that come late. Both are allowed to a bus that delivers
//! at least once and in no order; a system that cannot bear them is broken, and tests show it this way.

use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use revcart_runtime::{ConfigError, Environment, Setting};

/// Share of messages delivered twice.
pub const FAULT_DUPLICATE: Setting = Setting {
    name: "REVCART_FAULT_DUPLICATE",
    default: Some("0"),
    meaning: "for tests: share of messages that come twice, 0 to 1",
    secret: false,
};
/// Share of messages delivered late.
pub const FAULT_DELAY: Setting = Setting {
    name: "REVCART_FAULT_DELAY",
    default: Some("0"),
    meaning: "for tests: share of messages that come late, 0 to 1",
    secret: false,
};
/// How late.
pub const FAULT_DELAY_MAX: Setting = Setting {
    name: "REVCART_FAULT_DELAY_MAX",
    default: Some("2s"),
    meaning: "for tests: the longest time by which a message is late or comes again",
    secret: false,
};
/// Which messages.
pub const FAULT_SEED: Setting = Setting {
    name: "REVCART_FAULT_SEED",
    default: Some("1"),
    meaning: "for tests: seed of these faults, a whole number",
    secret: false,
};
/// All of them, for `revcart config`.
pub const SETTINGS: &[Setting] = &[FAULT_DUPLICATE, FAULT_DELAY, FAULT_DELAY_MAX, FAULT_SEED];

/// Which faults to make, and how often. The default makes none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Faults {
    /// Share of deliveries that happen a second time, even though the first is deleted: 0 to 1.
    pub duplicate: f64,
    /// Share of messages that become visible late: 0 to 1.
    pub delay: f64,
    /// How late at the most, and how long after the first a second delivery comes at the most.
    pub max_delay: Duration,
    /// The same seed makes the same decisions, counted per queue.
    pub seed: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            duplicate: 0.0,
            delay: 0.0,
            max_delay: Duration::from_secs(2),
            seed: 1,
        }
    }
}

impl Faults {
    /// The faults that the environment asks for.
    ///
    /// # Errors
    /// [`ConfigError`] when a rate is not between 0 and 1 or a value cannot be read.
    pub fn from_env(env: &Environment) -> Result<Self, ConfigError> {
        Ok(Self {
            duplicate: env.within(&FAULT_DUPLICATE, 0.0..=1.0)?,
            delay: env.within(&FAULT_DELAY, 0.0..=1.0)?,
            max_delay: env.duration(&FAULT_DELAY_MAX)?,
            seed: env.parse(&FAULT_SEED)?,
        })
    }

    /// What decides for one queue; nothing when there is nothing to decide.
    pub(crate) fn dice(&self, queue: usize) -> Option<Dice> {
        (self.duplicate > 0.0 || self.delay > 0.0).then(|| Dice {
            faults: *self,
            random: SmallRng::seed_from_u64(self.seed.wrapping_add(queue as u64)),
        })
    }
}

/// Decides message by message.
#[derive(Debug)]
pub(crate) struct Dice {
    faults: Faults,
    random: SmallRng,
}

impl Dice {
    /// Whether a message that arrives is late, and by how much.
    pub(crate) fn late(&mut self) -> Option<Duration> {
        self.roll(self.faults.delay)
    }

    /// Whether a message that is delivered comes again, and when.
    pub(crate) fn again(&mut self) -> Option<Duration> {
        self.roll(self.faults.duplicate)
    }

    fn roll(&mut self, rate: f64) -> Option<Duration> {
        let hit = rate > 0.0 && self.random.random_bool(rate.min(1.0));
        hit.then(|| self.faults.max_delay.mul_f64(self.random.random::<f64>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_decisions() {
        let faults = Faults {
            duplicate: 0.3,
            delay: 0.3,
            ..Faults::default()
        };
        let decisions = || {
            let mut dice = faults.dice(3).unwrap();
            (0..100)
                .map(|_| (dice.late(), dice.again()))
                .collect::<Vec<_>>()
        };
        assert_eq!(decisions(), decisions());
        assert!(decisions().iter().any(|(late, _)| late.is_some()));
        assert!(decisions().iter().any(|(late, _)| late.is_none()));
    }

    #[test]
    fn a_rate_beyond_one_is_refused() {
        let env = Environment::from_pairs([("REVCART_FAULT_DUPLICATE", "1.5")]);
        assert!(Faults::from_env(&env).is_err());
        let none = Faults::from_env(&Environment::default()).unwrap();
        assert_eq!(none, Faults::default());
    }
}
