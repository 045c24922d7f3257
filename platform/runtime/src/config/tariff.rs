//! The settings that every service reads which tells a shopper what something costs: currency, delivery, tax.

use shared_events::pricing::Tariff;
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

/// What [`read`] reads. They are the shop's, not one service's: services list only their own beside them.
pub const SETTINGS: &[Setting] = &[CURRENCY, DELIVERY_FEE, FREE_DELIVERY_FROM, TAX_PERCENT];

/// Reads the shop's tariff.
pub fn read(env: &Environment) -> Result<Tariff, ConfigError> {
    let currency: Currency = env.parse(&CURRENCY)?;
    let threshold = env.text(&FREE_DELIVERY_FROM)?;
    Ok(Tariff {
        currency,
        delivery_fee: amount(&DELIVERY_FEE, &env.text(&DELIVERY_FEE)?, currency)?,
        free_delivery_from: match threshold.as_str() {
            "never" => None,
            from => Some(amount(&FREE_DELIVERY_FROM, from, currency)?),
        },
        tax_basis_points: basis_points(&env.text(&TAX_PERCENT)?)?,
    })
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
fn basis_points(text: &str) -> Result<u32, ConfigError> {
    let refused = |problem| ConfigError::invalid(&TAX_PERCENT, text, problem, TAX_PERCENT.meaning);
    let hundredths =
        Money::parse(text, Currency::INR).map_err(|_| refused("it is no such number"))?;
    u32::try_from(hundredths.minor())
        .ok()
        .filter(|points| *points <= 10_000)
        .ok_or_else(|| refused("it is not between 0 and 100"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tariff(pairs: &[(&str, &str)]) -> Result<Tariff, ConfigError> {
        read(&Environment::from_pairs(pairs.iter().copied()))
    }

    #[test]
    fn the_defaults_make_a_tariff() {
        let rupees = |minor| Money::from_minor(minor, Currency::INR);
        let expected = Tariff {
            currency: Currency::INR,
            delivery_fee: rupees(4000),
            free_delivery_from: Some(rupees(50_000)),
            tax_basis_points: 500,
        };
        assert_eq!(tariff(&[]).unwrap(), expected);
    }

    #[test]
    fn free_delivery_can_be_switched_off_and_tax_has_two_digits() {
        let tariff = tariff(&[
            ("REVCART_FREE_DELIVERY_FROM", "never"),
            ("REVCART_TAX_PERCENT", "12.25"),
        ])
        .unwrap();
        assert_eq!(tariff.free_delivery_from, None);
        assert_eq!(tariff.tax_basis_points, 1225);
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
        ] {
            let error = tariff(&[(name, value)]).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
