//! Every way in which a checkout ends, through eight processes, over a bus that delivers twice, late and out of order.

use revcart_tests::customer::{FAR, NEAR};
use revcart_tests::{Cluster, Customer, Load};

use crate::settings::{FAULTY_BROKER, IMPATIENT};
use crate::turn;

/// What a token or an address brings a checkout to.
const ENDINGS: [(&str, &str, Option<&str>); 5] = [
    (NEAR, "tok_ok", None),
    (NEAR, "tok_capture_lost", None),
    (NEAR, "tok_declined", Some("PAYMENT_DECLINED")),
    (NEAR, "tok_hang", Some("PAYMENT_EXPIRED")),
    (FAR, "tok_ok", Some("NO_DELIVERY_AGENT")),
];

#[tokio::test]
async fn checkouts_through_eight_processes_end_confirmed_or_undone() -> anyhow::Result<()> {
    let _turn = turn::taken().await;
    let cluster = Cluster::start(1, &[IMPATIENT, FAULTY_BROKER].concat()).await?;
    let shop = cluster.shop();
    let admin = shop.admin().await?;
    for (postal_code, token, problem) in ENDINGS {
        let product = shop.add_product(&admin, 10).await?;
        let customer = Customer::sign_up(&shop, postal_code).await?;
        customer.put(&product, 4).await?;
        let reply = customer.check_out(token).await?;
        let (status, left) = match problem {
            None => {
                let order = reply.expect(201);
                assert_eq!(order["status"], "CONFIRMED", "{token}");
                ("CONFIRMED", 6)
            }
            Some(code) => {
                let problem = reply.expect_problem(409, code);
                let order = problem["orderId"].as_str().expect("it names the order");
                let order = customer.read(&format!("/api/orders/{order}")).await?;
                assert_eq!(order["status"], "CANCELLED", "{token}");
                ("CANCELLED", 10)
            }
        };
        let stock = shop.stock(&product).await?;
        assert_eq!(stock["available"], left, "{token} {status}: {stock}");
    }

    let args = ["--shoppers", "16", "--orders", "100", "--mix", "faults"];
    let report = Load::at(&cluster.address(), &args)?.report().await?;
    println!("{report:#?}");
    report.has_only(crate::load::WAYS_TO_END);
    cluster.audit().await?.is_clean_over(report.orders);

    let ended = ["saga", "ls", "--status", "compensated", "--json"];
    let ended = cluster.json(&ended).await?;
    let ended = ended["items"].as_array().or(ended.as_array());
    assert!(
        ended.is_some_and(|sagas| !sagas.is_empty()),
        "operators see the sagas that were undone"
    );
    cluster.stop().await
}
