//! What can be set from outside, read in this one place; and the settings of systems that are to be quick about giving up.

use revcart_runtime::{Environment, Setting};

/// Rounds of `kill -9` under load.
const CRASH_ROUNDS: Setting = Setting {
    name: "REVCART_TEST_CRASH_ROUNDS",
    default: Some("10"),
    meaning: "how often the system is killed under load: a whole number",
    secret: false,
};
/// Checkouts of the load test.
const LOAD_ORDERS: Setting = Setting {
    name: "REVCART_TEST_LOAD_ORDERS",
    default: Some("2000"),
    meaning: "how many checkouts the load test makes: a whole number",
    secret: false,
};
/// What decides when the system is killed.
const SEED: Setting = Setting {
    name: "REVCART_TEST_SEED",
    default: None,
    meaning: "seed of the moments at which the system is killed: a whole number, a new one each time if not given",
    secret: false,
};

pub(crate) fn crash_rounds() -> u32 {
    read(Environment::from_process().parse(&CRASH_ROUNDS))
}

pub(crate) fn load_orders() -> u64 {
    read(Environment::from_process().parse(&LOAD_ORDERS))
}

/// The given seed or a new one; printed, so that a failure can be had again.
pub(crate) fn seed() -> u64 {
    let given: Option<u64> = read(Environment::from_process().optional_parse(&SEED));
    let seed = given.unwrap_or_else(rand::random);
    println!("{}={seed}", SEED.name);
    seed
}

fn read<T>(setting: Result<T, revcart_runtime::ConfigError>) -> T {
    setting.unwrap_or_else(|error| panic!("{error}"))
}

/// Deadlines of seconds instead of minutes, so that payments that hang and places where nobody delivers end in a test.
/// Still far longer than anything takes that goes well, also with messages that come late.
pub(crate) const IMPATIENT: &[(&str, &str)] = &[
    ("REVCART_SAGA_PAYMENT", "8s"),
    ("REVCART_SAGA_DELIVERY", "5s"),
    ("REVCART_SAGA_DELIVERY_RESEND", "2s"),
    ("REVCART_SAGA_GRACE", "1s"),
    ("REVCART_SAGA_COMPENSATION_PAUSE", "2s"),
    ("REVCART_PAYMENT_GATEWAY_DEADLINE", "2s"),
];

/// A broker that delivers one message in ten twice and one in ten late.
pub(crate) const FAULTY_BROKER: &[(&str, &str)] = &[
    ("REVCART_FAULT_DUPLICATE", "0.1"),
    ("REVCART_FAULT_DELAY", "0.1"),
    ("REVCART_FAULT_DELAY_MAX", "500ms"),
];
