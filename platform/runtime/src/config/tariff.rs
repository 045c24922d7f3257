//! The settings that every service reads which tells a shopper what something costs: currency, delivery, tax.

use shared_events::pricing::{DeliveryRate, DeliveryRules, Region, Tariff, TaxRate, TaxRules};
use shared_events::{Currency, Money};

use super::{ConfigError, Environment, Setting};

/// The currency of every price.
pub const CURRENCY: Setting = Setting {
    name: "REVCART_CURRENCY",
    default: Some("INR"),
    meaning: "the currency that the shop sells in: an ISO 4217 code",
    secret: false,
};
const DELIVERY_FEE: Setting = Setting {
    name: "REVCART_DELIVERY_FEE",
    default: Some("40.00"),
    meaning: "what delivery costs, once per order: an amount such as 40.00",
    secret: false,
};
const FREE_DELIVERY_FROM: Setting = Setting {
    name: "REVCART_FREE_DELIVERY_FROM",
    default: Some("500.00"),
    meaning: "value of goods from which delivery is free: an amount such as 500.00, or never",
    secret: false,
};
const TAX_PERCENT: Setting = Setting {
    name: "REVCART_TAX_PERCENT",
    default: Some("5"),
    meaning: "tax on the goods in percent, 0 to 100 with at most two digits after the point",
    secret: false,
};
const TAX_RATES: Setting = Setting {
    name: "REVCART_TAX_RATES",
    default: None,
    meaning: "other taxes by category and region, such as: books=0, @IN/Kerala=9, books@IN/Kerala=2.5 (percent; the closest holds: both, state, country, category)",
    secret: false,
};
const DELIVERY_RATES: Setting = Setting {
    name: "REVCART_DELIVERY_RATES",
    default: None,
    meaning: "other delivery fees by region, with the value of goods from which it is free there if it ever is, such as: IN/Ladakh=120.00, US=900.00:5000.00",
    secret: false,
};

/// What [`read`] reads. They are the shop's, not one service's: services list only their own beside them.
pub const SETTINGS: &[Setting] = &[
    CURRENCY,
    DELIVERY_FEE,
    FREE_DELIVERY_FROM,
    TAX_PERCENT,
    TAX_RATES,
    DELIVERY_RATES,
];

/// Reads the shop's tariff.
pub fn read(env: &Environment) -> Result<Tariff, ConfigError> {
    let currency: Currency = env.parse(&CURRENCY)?;
    let threshold = env.text(&FREE_DELIVERY_FROM)?;
    Ok(Tariff {
        currency,
        tax: TaxRules {
            default_basis_points: basis_points(&TAX_PERCENT, &env.text(&TAX_PERCENT)?)?,
            rates: tax_rates(&env.optional_text(&TAX_RATES)?.unwrap_or_default())?,
        },
        delivery: DeliveryRules {
            fee: amount(&DELIVERY_FEE, &env.text(&DELIVERY_FEE)?, currency)?,
            free_from: match threshold.as_str() {
                "never" => None,
                from => Some(amount(&FREE_DELIVERY_FROM, from, currency)?),
            },
            regions: delivery_rates(
                &env.optional_text(&DELIVERY_RATES)?.unwrap_or_default(),
                currency,
            )?,
        },
    })
}

fn tax_rates(list: &str) -> Result<Vec<TaxRate>, ConfigError> {
    let mut rates: Vec<TaxRate> = Vec::new();
    for (entry, what, percent) in entries(&TAX_RATES, list)? {
        let (category, region) = match what.split_once('@') {
            Some((category, place)) => (category.trim(), Some(region(&TAX_RATES, entry, place)?)),
            None => (what, None),
        };
        let rate = TaxRate {
            category: (!category.is_empty()).then(|| category.to_lowercase()),
            region,
            basis_points: basis_points(&TAX_RATES, percent)?,
        };
        let same =
            |known: &TaxRate| (&known.category, &known.region) == (&rate.category, &rate.region);
        if rates.iter().any(same) {
            return Err(refused(&TAX_RATES, entry, "it is there twice"));
        }
        rates.push(rate);
    }
    Ok(rates)
}

fn delivery_rates(list: &str, currency: Currency) -> Result<Vec<DeliveryRate>, ConfigError> {
    let mut rates: Vec<DeliveryRate> = Vec::new();
    for (entry, place, price) in entries(&DELIVERY_RATES, list)? {
        let (fee, free_from) = match price.split_once(':') {
            Some((fee, from)) => (fee, Some(amount(&DELIVERY_RATES, from.trim(), currency)?)),
            None => (price, None),
        };
        let rate = DeliveryRate {
            region: region(&DELIVERY_RATES, entry, place)?,
            fee: amount(&DELIVERY_RATES, fee.trim(), currency)?,
            free_from,
        };
        if rates.iter().any(|known| known.region == rate.region) {
            return Err(refused(&DELIVERY_RATES, entry, "it is there twice"));
        }
        rates.push(rate);
    }
    Ok(rates)
}

/// The entries `what=value` of a list, each whole and in its parts.
fn entries<'a>(
    setting: &Setting,
    list: &'a str,
) -> Result<Vec<(&'a str, &'a str, &'a str)>, ConfigError> {
    let entries = list.split(',').map(str::trim);
    entries
        .filter(|entry| !entry.is_empty())
        .map(|entry| match entry.split_once('=') {
            Some((what, value)) if !what.trim().is_empty() => {
                Ok((entry, what.trim(), value.trim()))
            }
            _ => Err(refused(
                setting,
                entry,
                "it does not say what costs how much",
            )),
        })
        .collect()
}

fn region(setting: &Setting, entry: &str, place: &str) -> Result<Region, ConfigError> {
    let parsed = place.parse::<Region>();
    parsed.map_err(|error| refused(setting, entry, &error.to_string()))
}

fn refused(setting: &Setting, text: &str, problem: &str) -> ConfigError {
    ConfigError::invalid(setting, text, problem, setting.meaning)
}

fn amount(setting: &Setting, text: &str, currency: Currency) -> Result<Money, ConfigError> {
    let refused = |problem: String| ConfigError::invalid(setting, text, problem, setting.meaning);
    let amount = Money::parse(text, currency).map_err(|error| refused(error.to_string()))?;
    if amount.is_negative() {
        return Err(refused("it is below zero".to_owned()));
    }
    Ok(amount)
}

/// A percentage has two digits after the point, like an amount of rupees, and a basis point is to it what a paisa is to those.
fn basis_points(setting: &Setting, text: &str) -> Result<u32, ConfigError> {
    let hundredths = Money::parse(text, Currency::INR)
        .map_err(|_| refused(setting, text, "it is no such number"))?;
    u32::try_from(hundredths.minor())
        .ok()
        .filter(|points| *points <= 10_000)
        .ok_or_else(|| refused(setting, text, "it is not between 0 and 100"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tariff(pairs: &[(&str, &str)]) -> Result<Tariff, ConfigError> {
        read(&Environment::from_pairs(pairs.iter().copied()))
    }

    fn rupees(minor: i64) -> Money {
        Money::from_minor(minor, Currency::INR)
    }

    #[test]
    fn taxes_and_fees_may_differ_by_category_and_region() {
        let tariff = tariff(&[
            (
                "REVCART_TAX_RATES",
                "books=0, @IN/Kerala = 9,books@IN/Tamil Nadu=2.5,",
            ),
            (
                "REVCART_DELIVERY_RATES",
                "IN/Ladakh=120, US = 900.00 : 5000.00",
            ),
        ])
        .unwrap();
        let tax = |category, state: &str| {
            tariff
                .tax
                .rate(Some(category), Some(&Region::of("IN", state)))
        };
        assert_eq!(tax("tea", "Goa"), 500);
        assert_eq!(tax("books", "Goa"), 0);
        assert_eq!(tax("books", "Kerala"), 900);
        assert_eq!(tax("books", "Tamil Nadu"), 250);
        let fee = |goods, place: &str| {
            tariff
                .delivery
                .fee(rupees(goods), Some(&place.parse().unwrap()))
        };
        assert_eq!(fee(1_000_000, "IN/Ladakh"), rupees(12_000));
        assert_eq!(fee(499_999, "US"), rupees(90_000));
        assert_eq!(fee(500_000, "US"), rupees(0));
        assert_eq!(fee(1, "IN/Goa"), rupees(4000));
    }

    #[test]
    fn the_defaults_make_a_tariff() {
        let expected = Tariff::uniform(500, rupees(4000), Some(rupees(50_000)));
        assert_eq!(tariff(&[]).unwrap(), expected);
    }

    #[test]
    fn free_delivery_can_be_switched_off_and_tax_has_two_digits() {
        let tariff = tariff(&[
            ("REVCART_FREE_DELIVERY_FROM", "never"),
            ("REVCART_TAX_PERCENT", "12.25"),
        ])
        .unwrap();
        assert_eq!(tariff.delivery.free_from, None);
        assert_eq!(tariff.tax.default_basis_points, 1225);
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (name, value) in [
            ("REVCART_CURRENCY", "rupees"),
            ("REVCART_DELIVERY_FEE", "-1"),
            ("REVCART_DELIVERY_FEE", "1.001"),
            ("REVCART_FREE_DELIVERY_FROM", "always"),
            ("REVCART_TAX_PERCENT", "100.01"),
            ("REVCART_TAX_PERCENT", "-1"),
            ("REVCART_TAX_PERCENT", "1.234"),
            ("REVCART_TAX_RATES", "books"),
            ("REVCART_TAX_RATES", "=5"),
            ("REVCART_TAX_RATES", "books=101"),
            ("REVCART_TAX_RATES", "books@India=5"),
            ("REVCART_TAX_RATES", "books@in=5, Books@IN=6"),
            ("REVCART_DELIVERY_RATES", "IN/Goa=1.001"),
            ("REVCART_DELIVERY_RATES", "IN/Goa=1:-1"),
            ("REVCART_DELIVERY_RATES", "Goa=1"),
            ("REVCART_DELIVERY_RATES", "IN=1, in=2"),
        ] {
            let error = tariff(&[(name, value)]).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
