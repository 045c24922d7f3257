//! Every command an operator has, on the data of a system that has done something, running and stopped.

use revcart_tests::customer::NEAR;
use revcart_tests::shop::text;
use revcart_tests::{Customer, Ran, System, revcart};
use serde_json::Value;

/// A system with an order that was confirmed and one that was cancelled.
struct Scene {
    system: System,
    confirmed: Value,
    cancelled: Value,
}

impl Scene {
    async fn set() -> anyhow::Result<Self> {
        let system = System::start(&[]).await?;
        let shop = system.shop();
        let product = shop.add_product(&shop.admin().await?, 10).await?;
        let customer = Customer::sign_up(&shop, NEAR).await?;
        let confirmed = customer.buy(&product, 1).await?;
        let order = customer.buy(&product, 1).await?;
        let cancelled = customer.cancel(text(&order, "orderId")).await?;
        // Until nothing is on its way any more.
        system.audit().await?.is_clean_over(2);
        Ok(Self {
            system,
            confirmed,
            cancelled,
        })
    }

    async fn good(&self, args: &[&str]) -> anyhow::Result<String> {
        Ok(self.system.command(args).await?.good())
    }
}

fn assert_in_order(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let found = rest.find(word);
        let at = found
            .unwrap_or_else(|| panic!("{word} is missing, or not where it belongs, in\n{text}"));
        rest = &rest[at..];
    }
}

async fn timelines(scene: &Scene) -> anyhow::Result<()> {
    let (id, number) = (
        text(&scene.confirmed, "orderId"),
        text(&scene.confirmed, "orderNumber"),
    );
    let by_id = scene.good(&["trace", id]).await?;
    let course = [
        "ReserveStock",
        "StockReserved",
        "RequestPayment",
        "PaymentCompleted",
        "AssignDelivery",
        "DeliveryAssigned",
    ];
    assert_in_order(&by_id, &course);
    assert_eq!(scene.good(&["trace", number]).await?, by_id);
    let undone = scene
        .good(&["trace", text(&scene.cancelled, "orderId")])
        .await?;
    assert_in_order(
        &undone,
        &[
            "CancelDelivery",
            "RefundPayment",
            "ReleaseStock",
            "OrderCancelled",
        ],
    );
    let saga = scene.good(&["saga", "show", number]).await?;
    assert_in_order(&saga, &["reserve-stock", "payment", "delivery"]);
    let sagas = scene.good(&["saga", "ls"]).await?;
    for order in [&scene.confirmed, &scene.cancelled] {
        assert!(sagas.contains(text(order, "orderNumber")), "{sagas}");
    }
    Ok(())
}

async fn overviews(scene: &Scene) -> anyhow::Result<()> {
    let events = scene
        .good(&["events", "tail", "--no-follow", "--last", "1000"])
        .await?;
    assert_in_order(&events, &["OrderPlaced", "OrderConfirmed"]);
    let placed = [
        "events",
        "tail",
        "--no-follow",
        "--last",
        "1000",
        "--type",
        "OrderPlaced",
    ];
    let placed = scene.good(&placed).await?;
    assert!(!placed.contains("OrderConfirmed"), "{placed}");
    let _ = scene.good(&["dlq", "ls"]).await?;
    let _ = scene.good(&["doctor"]).await?;
    let audit = scene.good(&["audit"]).await?;
    assert!(audit.contains("orders"), "{audit}");
    for args in [
        &["trace", text(&scene.confirmed, "orderId"), "--json"][..],
        &["saga", "show", text(&scene.confirmed, "orderId"), "--json"],
        &["saga", "ls", "--json"],
        &["dlq", "ls", "--json"],
        &["doctor", "--json"],
    ] {
        let ran = scene.system.command(args).await?;
        assert_eq!(ran.status, Some(0), "{ran}");
        let _ = ran.json()?;
    }
    Ok(())
}

#[tokio::test]
async fn commands_tell_what_happened_while_the_system_runs_and_after_it_has_ended()
-> anyhow::Result<()> {
    let mut scene = Scene::set().await?;
    timelines(&scene).await?;
    overviews(&scene).await?;
    scene.system.stop().await?;
    timelines(&scene).await?;
    overviews(&scene).await
}

#[tokio::test]
async fn commands_about_what_is_not_there_fail_with_a_line_that_says_so() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let nowhere = folder.path().join("nowhere");
    let nowhere = nowhere.to_str().expect("the folder's name is text");
    let failed = |ran: &Ran| {
        ran.status.is_some_and(|status| status != 0) && !ran.stderr.contains("panicked")
    };
    for args in [
        &["trace", "RC-0000-0000"][..],
        &["saga", "show", "RC-0000-0000"],
        &["saga", "ls"],
        &["audit"],
        &["dlq", "ls"],
        &["doctor"],
        &["events", "tail", "--no-follow"],
    ] {
        let ran = revcart(args.iter().chain(&["--data", nowhere])).await?;
        assert!(failed(&ran), "{ran}");
    }
    assert!(
        !folder.path().join("nowhere").exists(),
        "looking makes no folder"
    );
    let scene = System::start(&[]).await?;
    for args in [
        &["trace", "RC-0000-0000"][..],
        &["saga", "show", "RC-0000-0000"],
        &["dlq", "show", "nothing"],
    ] {
        let ran = scene.command(args).await?;
        assert!(failed(&ran) && !ran.stderr.is_empty(), "{ran}");
    }
    Ok(())
}

#[tokio::test]
async fn the_topology_and_the_settings_are_told_without_any_data() -> anyhow::Result<()> {
    let table = revcart(["topology"]).await?.good();
    for queue in [
        "order-service-queue",
        "order-service-dlq",
        "revcart-payment-events",
    ] {
        assert!(table.contains(queue), "{table}");
    }
    for (format, word) in [
        ("json", "order-service-dlq"),
        ("terraform", "order-service"),
        ("mermaid", "revcart-order-events"),
        ("asyncapi", "order-service-queue"),
    ] {
        let told = revcart(["topology", "--format", format]).await?.good();
        assert!(told.contains(word), "{format}: {told}");
    }
    let _ = revcart(["topology", "--format", "json"]).await?.json()?;
    let config = revcart(["config"]).await?.good();
    assert!(config.contains("REVCART_SAGA_PAYMENT"), "{config}");
    let settings = revcart(["config", "--json"]).await?.json()?;
    assert!(
        settings.as_array().is_some_and(|all| all.len() > 30),
        "{settings}"
    );
    assert!(revcart(["--help"]).await?.good().contains("Commands"));
    Ok(())
}

#[tokio::test]
async fn a_setting_that_is_wrong_stops_the_start_with_its_name() -> anyhow::Result<()> {
    for (name, value) in [
        ("REVCART_SAGA_PAYMENT", "soon"),
        ("REVCART_FAULT_DUPLICATE", "2"),
        ("REVCART_CURRENCY", "rupees"),
    ] {
        let ran = System::refusal(&[(name, value)]).await?;
        assert_eq!(ran.status, Some(1), "{ran}");
        assert!(ran.stderr.contains(name), "{ran}");
    }
    Ok(())
}
