use std::time::Duration;

use delivery_service::Config;
use http::StatusCode;
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::json;

use crate::world;

async fn locate(delivery: &TestService, who: &Actor, latitude: f64) -> Reply {
    let body = json!({ "latitude": latitude, "longitude": 73.8567 });
    let call = delivery.post("/api/delivery/location");
    call.token(who).json(&body).await
}

#[tokio::test]
async fn shopper_sees_where_the_agent_is_who_has_the_parcel() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    let before = locate(&delivery, &login, 18.0).await;
    before.expect(StatusCode::OK);
    delivery.clock().advance(Duration::from_secs(10));
    let order = world::on_the_road(&delivery, &login).await;
    for latitude in [18.5, 18.6] {
        delivery.clock().advance(Duration::from_secs(10));
        let reply = locate(&delivery, &login, latitude).await;
        assert_eq!(
            reply.expect(StatusCode::OK).at("/latitude"),
            &json!(latitude)
        );
    }
    let path = format!("/api/delivery/tracking/{order}");
    let seen = delivery.get(&path).token(&delivery.admin).await;
    assert_eq!(seen.at("/location/latitude"), &json!(18.6));
    assert_eq!(seen.at("/location/longitude"), &json!(73.8567));
    assert_eq!(seen.at("/location/at"), &json!(delivery.now()));
    let trail = seen.at("/trail").as_array().unwrap();
    let latitudes: Vec<_> = trail.iter().map(|it| it["latitude"].clone()).collect();
    assert_eq!(latitudes, [json!(18.6), json!(18.5)], "since the pick-up");

    let reply = world::report(&delivery, &login, order, "DELIVERED").await;
    reply.expect(StatusCode::OK);
    let seen = delivery.get(&path).token(&delivery.admin).await;
    assert_eq!(seen.at("/location"), &json!(null), "nobody's business now");
    assert_eq!(seen.at("/trail"), &json!([]));
}

#[tokio::test]
async fn agent_who_says_so_too_often_is_told_when_to_come_again() {
    let delivery = world::without_agents().await;
    let (_, login) = world::hire(&delivery, None).await;
    locate(&delivery, &login, 1.0).await.expect(StatusCode::OK);
    delivery.clock().advance(Duration::from_millis(500));
    let reply = locate(&delivery, &login, 2.0).await;
    let reply = reply.expect_problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS");
    assert_eq!(reply.header("retry-after"), Some("2"));
    delivery.clock().advance(Duration::from_millis(1500));
    locate(&delivery, &login, 3.0).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn only_so_many_places_are_remembered() {
    let delivery = world::configured(Config {
        locations_kept: 3,
        ..Config::for_testing()
    })
    .await;
    let (_, login) = world::hire(&delivery, None).await;
    let order = world::on_the_road(&delivery, &login).await;
    for latitude in [1.0, 2.0, 3.0, 4.0, 5.0] {
        delivery.clock().advance(Duration::from_secs(2));
        let reply = locate(&delivery, &login, latitude).await;
        reply.expect(StatusCode::OK);
    }
    let path = format!("/api/delivery/tracking/{order}");
    let seen = delivery.get(&path).token(&delivery.admin).await;
    let trail = seen.at("/trail").as_array().unwrap();
    let latitudes: Vec<_> = trail.iter().map(|it| it["latitude"].clone()).collect();
    assert_eq!(latitudes, [json!(5.0), json!(4.0), json!(3.0)]);
}

#[tokio::test]
async fn login_of_an_agent_who_was_never_hired_is_nowhere() {
    let delivery = world::without_agents().await;
    let reply = locate(&delivery, &delivery.agent, 1.0).await;
    reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let reply = locate(&delivery, &delivery.admin, 1.0).await;
    reply.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
}
