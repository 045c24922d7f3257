//! Thousands of checkouts, one in four of which goes wrong in some way, over a broker that delivers twice and late.

use revcart_tests::{Load, System};

use crate::settings::{FAULTY_BROKER, IMPATIENT, load_orders};
use crate::turn;

/// How a checkout may end. What is out of stock is mostly found before there is an order.
pub(crate) const WAYS_TO_END: &[&str] = &[
    "CONFIRMED",
    "PAYMENT_DECLINED",
    "PAYMENT_EXPIRED",
    "OUT_OF_STOCK",
    "NO_DELIVERY_AGENT",
    "CANCELLED_BY_CUSTOMER",
    "REFUSED OUT_OF_STOCK",
];

#[tokio::test]
async fn every_order_ends_confirmed_or_undone_whatever_goes_wrong() -> anyhow::Result<()> {
    let _turn = turn::taken().await;
    let system = System::start(&[IMPATIENT, FAULTY_BROKER].concat()).await?;
    let wanted = load_orders();
    let orders = wanted.to_string();
    let args = ["--shoppers", "32", "--orders", &orders, "--mix", "faults"];
    let report = Load::on(&system, &args)?.report().await?;
    println!("{report:#?}");
    report.has_only(WAYS_TO_END);
    assert_eq!(report.orders + report.refused, wanted);
    assert!(report.confirmed > wanted / 2, "most orders go well");
    for way in [
        "PAYMENT_DECLINED",
        "PAYMENT_EXPIRED",
        "NO_DELIVERY_AGENT",
        "CANCELLED_BY_CUSTOMER",
    ] {
        let count = report.outcome(way);
        assert!(count > 0, "no order ended {way}");
        assert!(
            count < wanted / 8,
            "{count} orders ended {way}, which 5 in 100 should"
        );
    }
    let ran_out = report.outcome("OUT_OF_STOCK") + report.outcome("REFUSED OUT_OF_STOCK");
    assert!(ran_out > 0, "nothing ran out");
    system.audit().await?.is_clean_over(report.orders);
    Ok(())
}
