//! What the events of some time come to.

use std::collections::BTreeMap;

use shared_events::{Currency, Money};

use super::measure::Measure;

/// How often, and how much money in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How often.
    pub count: i64,
    /// How much; 0 for what has no money.
    pub minor: i64,
}

impl Sum {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.minor = self.minor.saturating_add(other.minor);
    }
}

/// Money that came and went, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revenue {
    /// Taken from shoppers.
    pub captured: Money,
    /// Given back to them.
    pub refunded: Money,
    /// What is left.
    pub net: Money,
}

/// The sums of some time: a minute, an hour, a day, several, all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures(BTreeMap<(Measure, Option<Currency>), Sum>);

impl Figures {
    /// Adds what was counted of `measure`, in a currency if there is money in it.
    pub fn add(&mut self, measure: Measure, currency: Option<Currency>, sum: Sum) {
        self.0.entry((measure, currency)).or_default().add(sum);
    }

    /// Takes away what was counted.
    pub fn subtract_all(&mut self, others: &Self) {
        for ((measure, currency), sum) in &others.0 {
            let less = Sum {
                count: sum.count.saturating_neg(),
                minor: sum.minor.saturating_neg(),
            };
            self.add(*measure, *currency, less);
        }
    }

    /// Every sum: of what, in which currency, how much.
    pub fn sums(&self) -> impl Iterator<Item = (Measure, Option<Currency>, Sum)> {
        self.0
            .iter()
            .map(|((measure, currency), sum)| (*measure, *currency, *sum))
    }

    /// Adds all of others.
    pub fn add_all(&mut self, others: &Self) {
        for ((measure, currency), sum) in &others.0 {
            self.add(*measure, *currency, *sum);
        }
    }

    /// How often, whatever the currency.
    #[must_use]
    pub fn count(&self, measure: Measure) -> i64 {
        let of_it = self.0.iter().filter(|((it, _), _)| *it == measure);
        of_it.map(|(_, sum)| sum.count).sum()
    }

    /// How much, by currency.
    #[must_use]
    pub fn money(&self, measure: Measure) -> Vec<Money> {
        let of_it = self.0.iter().filter(|((it, _), _)| *it == measure);
        // What came and was taken away again is not there.
        of_it
            .filter(|(_, sum)| **sum != Sum::default())
            .filter_map(|((_, currency), sum)| Some(Money::from_minor(sum.minor, (*currency)?)))
            .collect()
    }

    /// How much in one currency.
    #[must_use]
    pub fn money_in(&self, measure: Measure, currency: Currency) -> Money {
        let sum = self.0.get(&(measure, Some(currency)));
        Money::from_minor(sum.map_or(0, |sum| sum.minor), currency)
    }

    /// The currencies in which anything was taken or given back.
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        let mut currencies: Vec<_> = [Measure::PaymentsCaptured, Measure::PaymentsRefunded]
            .into_iter()
            .flat_map(|measure| self.money(measure))
            .map(Money::currency)
            .collect();
        currencies.sort_unstable();
        currencies.dedup();
        currencies
    }

    /// Taken, given back and left, in one currency.
    #[must_use]
    pub fn revenue_in(&self, currency: Currency) -> Revenue {
        let captured = self.money_in(Measure::PaymentsCaptured, currency);
        let refunded = self.money_in(Measure::PaymentsRefunded, currency);
        let net = captured.minor().saturating_sub(refunded.minor());
        Revenue {
            captured,
            refunded,
            net: Money::from_minor(net, currency),
        }
    }

    /// The same for every currency there is.
    #[must_use]
    pub fn revenue(&self) -> Vec<Revenue> {
        let of = |currency| self.revenue_in(currency);
        self.currencies().into_iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_never_added_up_together() {
        let usd: Currency = "USD".parse().unwrap();
        let mut figures = Figures::default();
        let sum = |minor| Sum { count: 1, minor };
        figures.add(Measure::PaymentsCaptured, Some(Currency::INR), sum(500));
        figures.add(Measure::PaymentsCaptured, Some(usd), sum(70));
        figures.add(Measure::PaymentsRefunded, Some(usd), sum(90));
        let mut twice = figures.clone();
        twice.add_all(&figures);
        assert_eq!(twice.count(Measure::PaymentsCaptured), 4);
        let net: Vec<_> = twice.revenue().iter().map(|it| it.net).collect();
        let expected = [
            Money::from_minor(1000, Currency::INR),
            Money::from_minor(-40, usd),
        ];
        assert_eq!(net, expected);
    }
}
