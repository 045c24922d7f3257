use analytics_service::events;
use http::StatusCode;
use serde_json::json;
use shared_events::{MessageId, Service};

use crate::shop;

#[tokio::test]
async fn what_is_told_twice_under_one_id_stands_in_the_log_once() {
    let shop = shop::open().await;
    let id = MessageId::new();
    let body = json!({
        "name": "SearchMade",
        "subject": "kettle",
        "data": { "found": 7, "paymentToken": "tok_1" },
        "id": id,
        "at": "2026-01-05T11:00:00Z",
    });
    for _ in 0..2 {
        let call = shop
            .post("/api/analytics/track")
            .token(shop.token_of(Service::Product));
        let reply = call.json(&body).await.expect(StatusCode::ACCEPTED);
        assert_eq!(reply.at("/id"), &json!(id));
    }
    let log = events::tail(shop.database(), None, Some("SearchMade"), 10)
        .await
        .unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].message_type, "com.revcart.track.SearchMade.v1");
    assert_eq!(log[0].source, "/revcart/product-service");
    assert_eq!(log[0].time, shop::january("05T11:00"));
    assert_eq!(log[0].data, r#"{"found":7,"paymentToken":"[redacted]"}"#);
}
