//! What was in an order goes into its owner's cart once more, on behalf of order-service.

use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};
use shared_events::{CartItemAdded, ProductId, Service};

use crate::catalogue::{add, contents, show, start};

async fn fill(service: &TestService, lines: Value) -> Reply {
    let path = format!("/internal/carts/{}/items", service.customer.id);
    let call = service.post(&path).token(service.token_of(Service::Order));
    call.json(&json!({"lines": lines})).await
}

#[tokio::test]
async fn lines_are_added_to_what_is_in_the_cart() {
    let (service, catalogue) = start().await;
    let (tea, milk) = (catalogue.sell(19_900), catalogue.sell(3000));
    add(&service, &service.customer, tea, 1).await;
    let lines = json!([{"productId": tea, "quantity": 2}, {"productId": milk, "quantity": 1}]);
    let filled = fill(&service, lines).await.expect(StatusCode::OK);
    assert_eq!(filled.json, json!({"refused": []}));
    let cart = show(&service, &service.customer).await;
    assert_eq!(contents(&cart), [(tea, 3), (milk, 1)]);
    service.settle().await;
    assert_eq!(service.published::<CartItemAdded>().len(), 3);
}

#[tokio::test]
async fn what_is_not_sold_or_too_much_is_told_and_the_rest_is_taken() {
    let (service, catalogue) = start().await;
    let (tea, milk, gone) = (
        catalogue.sell(19_900),
        catalogue.sell(3000),
        ProductId::new(),
    );
    add(&service, &service.customer, tea, 999).await;
    let line = |product: ProductId| json!({"productId": product, "quantity": 1});
    let filled = fill(&service, json!([line(tea), line(gone), line(milk)])).await;
    let filled = filled.expect(StatusCode::OK);
    assert_eq!(filled.at("/refused"), &json!([tea, gone]));
    let cart = show(&service, &service.customer).await;
    assert_eq!(contents(&cart), [(tea, 999), (milk, 1)]);
}

#[tokio::test]
async fn only_services_fill_carts_of_others() {
    let (service, catalogue) = start().await;
    let tea = catalogue.sell(19_900);
    let path = format!("/internal/carts/{}/items", service.customer.id);
    let body = json!({"lines": [{"productId": tea, "quantity": 1}]});
    for person in [&service.customer, &service.admin] {
        let call = service.post(&path).token(person).json(&body);
        call.await
            .expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
    }
    let nothing = fill(&service, json!([])).await;
    nothing.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}
