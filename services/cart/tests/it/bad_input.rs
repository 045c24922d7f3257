//! What no route of this service may choke on: it answers with the right 4xx, in problem+json, and does nothing.

use http::{Method, StatusCode};
use revcart_testkit::TestService;
use serde_json::{Value, json};
use shared_events::{Attributes, ItemId, ProductId, Service};

use crate::catalogue::{Catalogue, add, contents, show, start};

/// Every route that takes a body: method, path, who may call it, a body that would do.
fn routes_with_bodies(
    service: &TestService,
    catalogue: &Catalogue,
) -> Vec<(Method, String, String, Value)> {
    let own = service.customer.token.clone();
    let addition = json!({"productId": catalogue.sell(1), "quantity": 1});
    vec![
        (
            Method::POST,
            "/api/cart/items".into(),
            own.clone(),
            addition,
        ),
        (
            Method::PUT,
            format!("/api/cart/items/{}", ItemId::new()),
            own,
            json!({"quantity": 1}),
        ),
        (
            Method::POST,
            "/api/cart/validate".into(),
            service.token_of(Service::Order),
            json!({"userId": service.customer.id}),
        ),
    ]
}

#[tokio::test]
async fn bodies_that_are_no_json_too_large_or_of_another_shape_are_refused() {
    let (service, catalogue) = start().await;
    for (method, path, token, good) in routes_with_bodies(&service, &catalogue) {
        let call = || service.call(method.clone(), &path).token(&token);
        call()
            .body("application/json", "{\"quantity\": ")
            .await
            .expect_problem(StatusCode::BAD_REQUEST, "MALFORMED_JSON");
        let huge = call()
            .body("application/json", vec![b' '; 10 * 1024 * 1024])
            .await;
        huge.expect_problem(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE");
        let plain = call().body("text/plain", good.to_string()).await;
        plain.expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE");
        let mut wrong = vec![json!([]), json!({}), json!("text"), json!(7), Value::Null];
        let mut unknown = good.clone();
        unknown["unitPrice"] = 1.into();
        wrong.push(unknown);
        for field in good.as_object().unwrap().keys() {
            for value in [
                json!("seven"),
                json!({}),
                json!(-1),
                json!(0),
                json!(1.5),
                json!(1e30),
                Value::Null,
            ] {
                let mut bad = good.clone();
                bad[field] = value;
                wrong.push(bad);
            }
        }
        for body in wrong {
            let reply = call().json(&body).await;
            reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        }
    }
    assert_eq!(contents(&show(&service, &service.customer).await), []);
}

#[tokio::test]
async fn every_route_refuses_who_has_no_token_or_a_bad_one() {
    let (service, catalogue) = start().await;
    let mut routes: Vec<(Method, String)> = routes_with_bodies(&service, &catalogue)
        .into_iter()
        .map(|(method, path, ..)| (method, path))
        .collect();
    for (method, path) in [
        (Method::GET, "/api/cart"),
        (Method::GET, "/api/cart/count"),
        (Method::DELETE, "/api/cart/clear"),
        (Method::DELETE, "/api/cart/items/7"),
        (Method::GET, "/internal/carts/7"),
    ] {
        routes.push((method, path.to_owned()));
    }
    let customer = &service.customer;
    let expired = service.keys().expired_token(customer.id, customer.role);
    for (method, path) in routes {
        let bare = service.call(method.clone(), &path).json(&json!({})).await;
        bare.expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        let forged = service
            .call(method.clone(), &path)
            .token(&customer.token[..customer.token.len() - 4])
            .json(&json!({}))
            .await;
        forged.expect_problem(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        let late = service
            .call(method.clone(), &path)
            .token(&expired)
            .json(&json!({}))
            .await;
        late.expect_problem(StatusCode::UNAUTHORIZED, "TOKEN_EXPIRED");
    }
}

#[tokio::test]
async fn malformed_messages_are_dead_letters_and_the_next_one_is_handled() {
    let (mut service, catalogue) = start().await;
    let tea = catalogue.sell(1);
    add(&service, &service.customer, tea, 1).await;
    for body in [
        " ",
        "no JSON",
        "{}",
        r#"{"specversion":"1.0","type":"com.revcart.cart.Nothing.v1"}"#,
    ] {
        service.deliver_raw(body, Attributes::default()).await;
    }
    service
        .deliver(shared_events::ProductDeleted {
            product_id: tea,
            aggregate_version: 2,
        })
        .await;
    service
        .deliver(shared_events::ProductDeleted {
            product_id: ProductId::new(),
            aggregate_version: 2,
        })
        .await;
    let letters = service.dead_letters().await;
    assert_eq!(letters.len(), 4);
    assert!(
        letters
            .iter()
            .all(|letter| letter.class() == "undecodable" && !letter.reason().is_empty())
    );
    catalogue.close();
    assert_eq!(contents(&show(&service, &service.customer).await), []);
}
