use analytics_service::events;
use serde_json::json;
use shared_events::{Attributes, MessageId, ProductDeleted, ProductId};

use crate::shop;

#[tokio::test]
async fn every_event_is_logged_once_however_often_it_comes() {
    let shop = shop::open().await;
    let product_id = ProductId::new();
    let event = ProductDeleted {
        product_id,
        aggregate_version: 2,
    };
    let envelope = shop.deliver(event).await;
    shop.deliver_envelope(&envelope).await;
    shop.settle().await;
    shop.deliver_envelope(&envelope).await;
    shop.settle().await;

    let log = events::tail(shop.database(), None, None, 10).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].id, envelope.id);
    assert_eq!(log[0].name, "ProductDeleted");
    assert_eq!(log[0].message_type, "com.revcart.product.ProductDeleted.v1");
    assert_eq!(log[0].source, "/revcart/product-service");
    assert_eq!(log[0].subject, product_id.to_string());
    assert_eq!(log[0].time, envelope.time);
}

#[tokio::test]
async fn what_is_not_known_is_kept_as_it_came() {
    let shop = shop::open().await;
    let data = r#"{ "weight":1.50, "of": ["b","a"] }"#;
    let envelope = |kind: &str| {
        let id = json!(MessageId::new());
        format!(
            r#"{{"specversion":"1.0","id":{id},"source":"/elsewhere/scales","type":"{kind}","subject":"parcel 7","time":"2026-01-05T12:00:00Z","correlationid":"x","data":{data}}}"#
        )
    };
    let kinds = [
        "org.example.Weighed",
        "com.revcart.parcel.Weighed.v3",
        "com.revcart.order.OrderPlaced.v9",
    ];
    for kind in kinds {
        shop.deliver_raw(&envelope(kind), Attributes::default())
            .await;
    }
    shop.settle().await;

    let log = events::tail(shop.database(), None, None, 10).await.unwrap();
    let types: Vec<_> = log
        .iter()
        .map(|event| event.message_type.as_str())
        .collect();
    assert_eq!(types, kinds);
    assert_eq!(log[0].name, "org.example.Weighed");
    assert_eq!(log[1].name, "Weighed");
    assert!(log.iter().all(|event| event.data == data));
    assert!(log.iter().all(|event| event.source == "/elsewhere/scales"));
}

#[tokio::test]
async fn a_tail_goes_on_after_a_number_and_knows_names() {
    let shop = shop::open().await;
    for aggregate_version in 0..7 {
        shop.deliver(ProductDeleted {
            product_id: ProductId::new(),
            aggregate_version,
        })
        .await;
    }
    shop.settle().await;
    let database = shop.database();
    let all = events::tail(database, None, None, 100).await.unwrap();
    let numbers: Vec<_> = all.iter().map(|event| event.sequence).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b));
    let rest = events::tail(database, Some(numbers[2]), None, 3)
        .await
        .unwrap();
    assert_eq!(rest, all[3..6]);
    let named = |name| events::tail(database, Some(numbers[2]), Some(name), 3);
    assert_eq!(named("ProductDeleted").await.unwrap(), all[3..6]);
    assert_eq!(named("ProductCreated").await.unwrap(), []);
    let latest = events::latest(database).await.unwrap();
    assert_eq!(Some(&latest), numbers.last());
    let last = |name| events::last(database, name, 2);
    assert_eq!(last(None).await.unwrap(), all[5..]);
    assert_eq!(last(Some("ProductDeleted")).await.unwrap(), all[5..]);
    assert_eq!(last(Some("ProductCreated")).await.unwrap(), []);
}
