//! What shoppers do, and how often: shares of one, the rest are plain purchases.

use rand::Rng;
use serde::{Deserialize, Serialize};

/// Shares of the ways in which an order can go; what is left over goes well.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Mix {
    /// The card is declined.
    pub(crate) declined: f64,
    /// The gateway never answers.
    pub(crate) hanging: f64,
    /// A product that runs out is ordered.
    pub(crate) out_of_stock: f64,
    /// The address is in a zone without delivery agents.
    pub(crate) no_agent: f64,
    /// The customer cancels at a random moment.
    pub(crate) cancelled: f64,
    /// Cash on delivery instead of a card.
    pub(crate) cash: f64,
}

/// How one order is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    Buy,
    BuyForCash,
    BeDeclined,
    Hang,
    RunOut,
    LiveFarAway,
    Cancel,
}

impl Mix {
    /// Five in a hundred of every way to fail.
    #[must_use]
    pub(crate) fn faults() -> Self {
        Self {
            declined: 0.05,
            hanging: 0.05,
            out_of_stock: 0.05,
            no_agent: 0.05,
            cancelled: 0.05,
            cash: 0.05,
        }
    }

    /// Refuses shares that are no shares.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub(crate) fn check(self) -> anyhow::Result<Self> {
        let shares = [
            self.declined,
            self.hanging,
            self.out_of_stock,
            self.no_agent,
            self.cancelled,
            self.cash,
        ];
        anyhow::ensure!(
            shares.iter().all(|share| (0.0..=1.0).contains(share)),
            "every share of a mix lies between 0 and 1"
        );
        anyhow::ensure!(
            shares.iter().sum::<f64>() <= 1.0 + f64::EPSILON,
            "the shares of a mix add up to 1 at the most"
        );
        Ok(self)
    }

    pub(crate) fn draw(&self, rng: &mut impl Rng) -> Intent {
        let mut at = rng.random::<f64>();
        for (share, intent) in [
            (self.declined, Intent::BeDeclined),
            (self.hanging, Intent::Hang),
            (self.out_of_stock, Intent::RunOut),
            (self.no_agent, Intent::LiveFarAway),
            (self.cancelled, Intent::Cancel),
            (self.cash, Intent::BuyForCash),
        ] {
            if at < share {
                return intent;
            }
            at -= share;
        }
        Intent::Buy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_beyond_one_are_refused() {
        assert!(
            Mix {
                declined: 0.7,
                hanging: 0.7,
                ..Mix::default()
            }
            .check()
            .is_err()
        );
        assert!(
            Mix {
                declined: -0.1,
                ..Mix::default()
            }
            .check()
            .is_err()
        );
        assert!(Mix::faults().check().is_ok());
    }

    #[test]
    fn intents_are_drawn_about_as_often_as_their_shares_say() {
        let mut rng = rand::rng();
        let declined = (0..20_000)
            .filter(|_| Mix::faults().draw(&mut rng) == Intent::BeDeclined)
            .count();
        assert!(
            (700..1300).contains(&declined),
            "{declined} of 20,000 is far from 5 %"
        );
    }
}
