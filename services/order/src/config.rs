//! What order-service can be told: the shop's tariff, the saga's deadlines, bounds.

use std::time::Duration;

use revcart_runtime::config::{ConfigError, Environment, Setting, tariff};
use saga::order::{Backoff, Settings};
use shared_events::pricing::Tariff;

use crate::domain::invoice::Seller;

const RESERVATION: Setting = Setting {
    name: "REVCART_SAGA_RESERVATION",
    default: Some("30s"),
    meaning: "how long one try to reserve stock is waited for",
    secret: false,
};
const RESERVATION_TRIES: Setting = Setting {
    name: "REVCART_SAGA_RESERVATION_TRIES",
    default: Some("3"),
    meaning: "how often a reservation is asked for before the order is given up: 1 to 100",
    secret: false,
};
const PAYMENT: Setting = Setting {
    name: "REVCART_SAGA_PAYMENT",
    default: Some("60s"),
    meaning: "how long a payment is waited for that no person has to act upon (COD, DUMMY)",
    secret: false,
};
const PAYMENT_BY_PERSON: Setting = Setting {
    name: "REVCART_SAGA_PAYMENT_BY_PERSON",
    default: Some("15m"),
    meaning: "how long a payment is waited for that a person makes at the gateway (STRIPE, RAZORPAY)",
    secret: false,
};
const DELIVERY: Setting = Setting {
    name: "REVCART_SAGA_DELIVERY",
    default: Some("10m"),
    meaning: "how long somebody to deliver is looked for",
    secret: false,
};
const DELIVERY_RESEND: Setting = Setting {
    name: "REVCART_SAGA_DELIVERY_RESEND",
    default: Some("60s"),
    meaning: "how often that search is asked for again until then",
    secret: false,
};
const GRACE: Setting = Setting {
    name: "REVCART_SAGA_GRACE",
    default: Some("5s"),
    meaning: "how much earlier than the saga a participant gives up; it has at least half of the time",
    secret: false,
};
const COMPENSATION_PAUSE: Setting = Setting {
    name: "REVCART_SAGA_COMPENSATION_PAUSE",
    default: Some("5s"),
    meaning: "the pause before an unanswered compensation is sent again; it doubles each time",
    secret: false,
};
const COMPENSATION_LONGEST_PAUSE: Setting = Setting {
    name: "REVCART_SAGA_COMPENSATION_LONGEST_PAUSE",
    default: Some("5m"),
    meaning: "no such pause is longer",
    secret: false,
};
const COMPENSATION_TRIES: Setting = Setting {
    name: "REVCART_SAGA_COMPENSATION_TRIES",
    default: Some("10"),
    meaning: "unanswered tries of a compensation before an operator is called: 1 to 1000",
    secret: false,
};
const MOST_WAITING: Setting = Setting {
    name: "REVCART_ORDER_MOST_WAITING",
    default: Some("10000"),
    meaning: "orders that requests may wait for at a time in one process; beyond it they are answered at once: 1 to 1000000",
    secret: false,
};
const ORDER_TOKEN_TTL: Setting = Setting {
    name: "REVCART_ORDER_TOKEN_TTL",
    default: Some("30d"),
    meaning: "how long the token is good by which a guest sees their order",
    secret: false,
};
const SHOP_NAME: Setting = Setting {
    name: "REVCART_SHOP_NAME",
    default: Some("RevCart"),
    meaning: "what stands on invoices as the seller",
    secret: false,
};
const SHOP_ADDRESS: Setting = Setting {
    name: "REVCART_SHOP_ADDRESS",
    default: None,
    meaning: "the seller's address on invoices, its lines separated by |",
    secret: false,
};
const SHOP_TAX_ID: Setting = Setting {
    name: "REVCART_SHOP_TAX_ID",
    default: None,
    meaning: "the seller's tax number on invoices, with its name: GSTIN 29ABCDE1234F1Z5",
    secret: false,
};

/// Every setting of order-service, but for [`tariff::SETTINGS`].
pub const SETTINGS: &[Setting] = &[
    RESERVATION,
    RESERVATION_TRIES,
    PAYMENT,
    PAYMENT_BY_PERSON,
    DELIVERY,
    DELIVERY_RESEND,
    GRACE,
    COMPENSATION_PAUSE,
    COMPENSATION_LONGEST_PAUSE,
    COMPENSATION_TRIES,
    MOST_WAITING,
    ORDER_TOKEN_TTL,
    SHOP_NAME,
    SHOP_ADDRESS,
    SHOP_TAX_ID,
];

/// How order-service works.
#[derive(Clone, Debug)]
pub struct Config {
    /// What the shop charges beside the goods.
    pub tariff: Tariff,
    /// The saga's deadlines and retries.
    pub saga: Settings,
    /// Orders that requests may wait for at a time.
    pub most_waiting: usize,
    /// How often what other processes have committed is looked for.
    pub poll: Duration,
    /// How long a guest's token for their order is good.
    pub order_token_ttl: Duration,
    /// Who sells.
    pub shop: Seller,
}

impl Config {
    /// Reads the settings.
    pub fn from_env(env: &Environment) -> Result<Config, ConfigError> {
        Ok(Config {
            tariff: tariff::read(env)?,
            saga: saga(env)?,
            most_waiting: env.within(&MOST_WAITING, 1..=1_000_000)?,
            poll: Duration::from_millis(500),
            order_token_ttl: env.duration(&ORDER_TOKEN_TTL)?,
            shop: seller(env)?,
        })
    }

    /// The defaults.
    pub fn for_testing() -> Config {
        Config::from_env(&Environment::default()).expect("the defaults are valid")
    }
}

fn seller(env: &Environment) -> Result<Seller, ConfigError> {
    let address = env.optional_text(&SHOP_ADDRESS)?.unwrap_or_default();
    let lines = address.split('|').map(str::trim);
    Ok(Seller {
        name: env.text(&SHOP_NAME)?,
        address: lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        tax_id: env.optional_text(&SHOP_TAX_ID)?,
    })
}

fn saga(env: &Environment) -> Result<Settings, ConfigError> {
    Ok(Settings {
        reservation: env.duration(&RESERVATION)?,
        reservation_tries: env.within(&RESERVATION_TRIES, 1..=100)?,
        payment_by_person: env.duration(&PAYMENT_BY_PERSON)?,
        payment: env.duration(&PAYMENT)?,
        delivery: env.duration(&DELIVERY)?,
        delivery_resend: env.duration(&DELIVERY_RESEND)?,
        grace: env.duration(&GRACE)?,
        compensation: Backoff {
            first: env.duration(&COMPENSATION_PAUSE)?,
            longest: env.duration(&COMPENSATION_LONGEST_PAUSE)?,
            tries: env.within(&COMPENSATION_TRIES, 1..=1000)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_design() {
        assert_eq!(Config::for_testing().saga, Settings::default());
    }

    #[test]
    fn the_sellers_address_has_as_many_lines_as_are_given() {
        let env = Environment::from_pairs([("REVCART_SHOP_ADDRESS", "12 MG Road | Bengaluru||")]);
        let seller = Config::from_env(&env).unwrap().shop;
        assert_eq!(seller.address, ["12 MG Road", "Bengaluru"]);
        assert_eq!((seller.name.as_str(), seller.tax_id), ("RevCart", None));
    }

    #[test]
    fn a_wrong_setting_is_named_in_one_line() {
        for (name, value) in [
            ("REVCART_SAGA_PAYMENT", "60"),
            ("REVCART_SAGA_COMPENSATION_TRIES", "0"),
            ("REVCART_ORDER_MOST_WAITING", "0"),
        ] {
            let error = Config::from_env(&Environment::from_pairs([(name, value)])).unwrap_err();
            let line = error.to_string();
            assert!(line.contains(name) && !line.contains('\n'), "{line}");
        }
    }
}
