//! Coupons: the back office's, and in carts.

use http::{Method, StatusCode};
use revcart_testkit::{Actor, Reply, TestService};
use serde_json::{Value, json};
use shared_events::Role;

use crate::catalogue::{add, for_checkout, money, show, start};
use crate::holds;

/// Makes a coupon of 10 %, with other terms as given.
pub(crate) async fn make(service: &TestService, code: &str, terms: Value) -> Reply {
    let mut body = json!({"code": code, "kind": "PERCENTAGE", "value": "10"});
    for (name, value) in terms.as_object().unwrap() {
        body[name] = value.clone();
    }
    service
        .post("/api/coupons")
        .token(&service.admin)
        .json(&body)
        .await
        .expect(StatusCode::CREATED)
}

async fn apply(service: &TestService, who: &Actor, code: &str) -> Reply {
    service
        .put("/api/cart/coupon")
        .token(who)
        .json(&json!({"code": code}))
        .await
}

#[tokio::test]
async fn an_admin_makes_changes_lists_and_deletes_coupons() {
    let (service, _) = start().await;
    let made = make(
        &service,
        "welcome10",
        json!({"minimum": money(50_000), "atMost": money(20_000), "perUser": 1, "total": 1000,
            "validFrom": "2020-01-01T00:00:00Z", "validUntil": "2040-01-01T00:00:00Z"}),
    )
    .await;
    assert_eq!(
        (made.at("/code"), made.at("/value"), made.at("/taken")),
        (&json!("WELCOME10"), &json!("10.00"), &json!(0))
    );
    let call = |method, path: &str| service.call(method, path).token(&service.admin);
    let shown = call(Method::GET, "/api/coupons/Welcome10").await;
    assert_eq!(shown.json, made.json);
    for code in ["AUTUMN", "SPRING"] {
        make(&service, code, json!({})).await;
    }
    let page = call(Method::GET, "/api/coupons?limit=2").await;
    let codes = |page: &Reply| -> Vec<Value> {
        let items = page.at("/items").as_array().unwrap().iter();
        items.map(|coupon| coupon["code"].clone()).collect()
    };
    assert_eq!(codes(&page), ["AUTUMN", "SPRING"]);
    let next = page.at("/next").as_str().unwrap();
    let rest = call(Method::GET, &format!("/api/coupons?limit=2&cursor={next}")).await;
    assert_eq!(
        (codes(&rest), rest.at("/next")),
        (vec![json!("WELCOME10")], &Value::Null)
    );
    let other = json!({"kind": "AMOUNT", "value": "50.00", "active": false});
    let changed = call(Method::PUT, "/api/coupons/WELCOME10")
        .json(&other)
        .await;
    let changed = changed.expect(StatusCode::OK);
    assert_eq!(changed.at("/minimum"), &Value::Null);
    assert_eq!(
        call(Method::GET, "/api/coupons/WELCOME10").await.json,
        changed.json
    );
    let gone = call(Method::DELETE, "/api/coupons/WELCOME10").await;
    gone.expect(StatusCode::NO_CONTENT);
    for method in [Method::GET, Method::DELETE] {
        let reply = call(method, "/api/coupons/WELCOME10").await;
        reply.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_coupon_that_cannot_be_is_refused_and_a_code_is_there_once() {
    let (service, _) = start().await;
    make(&service, "ONCE", json!({})).await;
    let dollars = json!({"amount": "1.00", "currency": "USD"});
    let post = |body: Value| {
        service
            .post("/api/coupons")
            .token(&service.admin)
            .json(&body)
    };
    let again = json!({"code": "once", "kind": "AMOUNT", "value": "1"});
    post(again)
        .await
        .expect_problem(StatusCode::CONFLICT, "COUPON_EXISTS");
    for (field, value) in [
        ("code", json!("NO SPACE")),
        ("value", json!("0")),
        ("value", json!("100.01")),
        ("value", json!("-1")),
        ("value", json!("ten")),
        ("minimum", dollars),
        ("atMost", money(0)),
        ("perUser", json!(0)),
        ("total", json!(0)),
        ("validUntil", json!("2019-01-01T00:00:00Z")),
    ] {
        let mut body = json!({"code": "OTHER", "kind": "PERCENTAGE", "value": "10", "validFrom": "2020-01-01T00:00:00Z"});
        body[field] = value;
        let reply = post(body).await;
        let reply = reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(reply.at("/errors/0/field"), field);
    }
    let bounded = json!({"code": "OTHER", "kind": "AMOUNT", "value": "10", "atMost": money(1)});
    post(bounded)
        .await
        .expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
}

#[tokio::test]
async fn coupons_are_for_admins() {
    let (service, _) = start().await;
    make(&service, "ONCE", json!({})).await;
    let body = json!({"kind": "AMOUNT", "value": "1"});
    for who in [&service.customer, &service.agent] {
        for (method, path) in [
            (Method::GET, "/api/coupons"),
            (Method::GET, "/api/coupons/ONCE"),
            (Method::DELETE, "/api/coupons/ONCE"),
            (Method::PUT, "/api/coupons/ONCE"),
        ] {
            let reply = service.call(method, path).token(who).json(&body).await;
            reply.expect_problem(StatusCode::FORBIDDEN, "FORBIDDEN");
        }
    }
}

#[tokio::test]
async fn a_coupon_in_the_cart_takes_something_off_and_goes_along_to_the_order() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    add(&service, who, catalogue.sell(10_000), 2).await;
    make(&service, "TEN", json!({})).await;
    let cart = apply(&service, who, "ten").await.expect(StatusCode::OK);
    assert_eq!(
        (
            cart.at("/couponCode"),
            cart.at("/discount"),
            cart.at("/tax"),
            cart.at("/total")
        ),
        (
            &json!("TEN"),
            &money(2000),
            &money(900),
            &money(18_000 + 900 + 4000)
        )
    );
    assert_eq!(cart.at("/version"), 2);
    assert_eq!(show(&service, who).await.json, cart.json);
    assert_eq!(for_checkout(&service, who).await.at("/couponCode"), "TEN");
    let again = apply(&service, who, "TEN").await.expect(StatusCode::OK);
    assert_eq!(again.json, cart.json);
    let without = service.delete("/api/cart/coupon").token(who).await;
    let without = without.expect(StatusCode::OK);
    assert_eq!(
        (without.json.get("couponCode"), without.at("/discount")),
        (None, &money(0))
    );
}

#[tokio::test]
async fn a_coupon_that_does_not_apply_is_refused_with_the_reason() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    add(&service, who, catalogue.sell(10_000), 1).await;
    make(
        &service,
        "LATER",
        json!({"validFrom": "2990-01-01T00:00:00Z"}),
    )
    .await;
    make(
        &service,
        "OVER",
        json!({"validUntil": "2000-01-01T00:00:00Z"}),
    )
    .await;
    make(&service, "MUCH", json!({"minimum": money(10_001)})).await;
    make(&service, "OFF", json!({"active": false})).await;
    for (code, problem) in [
        ("NONE", "UNKNOWN_COUPON"),
        ("no code at all", "UNKNOWN_COUPON"),
        ("OFF", "UNKNOWN_COUPON"),
        ("LATER", "COUPON_NOT_YET_VALID"),
        ("OVER", "COUPON_EXPIRED"),
        ("MUCH", "COUPON_BELOW_MINIMUM"),
    ] {
        let reply = apply(&service, who, code).await;
        reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, problem);
    }
    assert_eq!(show(&service, who).await.json.get("couponCode"), None);
}

#[tokio::test]
async fn a_coupon_that_no_longer_applies_stays_in_the_cart_and_is_told_of() {
    let (service, catalogue) = start().await;
    let who = &service.customer;
    let tea = catalogue.sell(10_000);
    let cart = add(&service, who, tea, 2).await;
    make(&service, "TEN", json!({"minimum": money(15_000)})).await;
    apply(&service, who, "TEN").await.expect(StatusCode::OK);
    let path = format!(
        "/api/cart/items/{}",
        cart.at("/items/0/itemId").as_str().unwrap()
    );
    let less = service
        .put(&path)
        .token(who)
        .json(&json!({"quantity": 1}))
        .await;
    let told = |cart: &Reply| {
        let problem = cart.json.get("couponProblem").cloned();
        (
            cart.at("/couponCode").clone(),
            problem,
            cart.at("/discount").clone(),
        )
    };
    assert_eq!(
        told(&less),
        (json!("TEN"), Some(json!("COUPON_BELOW_MINIMUM")), money(0))
    );
    let off = json!({"kind": "PERCENTAGE", "value": "10", "active": false});
    let changed = service
        .put("/api/coupons/TEN")
        .token(&service.admin)
        .json(&off)
        .await;
    changed.expect(StatusCode::OK);
    assert_eq!(
        told(&show(&service, who).await),
        (json!("TEN"), Some(json!("UNKNOWN_COUPON")), money(0))
    );
}

#[tokio::test]
async fn a_coupon_that_is_used_up_is_told_of_to_whom_it_concerns() {
    let (service, catalogue) = start().await;
    let (one, other) = (&service.customer, &service.other_customer);
    make(&service, "ONCE", json!({"perUser": 1, "total": 2})).await;
    for who in [one, other] {
        add(&service, who, catalogue.sell(10_000), 1).await;
        apply(&service, who, "ONCE").await.expect(StatusCode::OK);
    }
    holds::take(&service, "ONCE", one)
        .await
        .expect(StatusCode::OK);
    let problem = async |who| {
        let cart = show(&service, who).await;
        cart.json.get("couponProblem").cloned()
    };
    assert_eq!(problem(one).await, Some(json!("COUPON_USED_UP")));
    assert_eq!(problem(other).await, None);
    let third = service.keys().actor(Role::Customer);
    holds::take(&service, "ONCE", &third)
        .await
        .expect(StatusCode::OK);
    assert_eq!(problem(other).await, Some(json!("COUPON_USED_UP")));
}

#[tokio::test]
async fn taxes_and_fees_are_those_of_the_place_and_the_category() {
    let env = revcart_runtime::Environment::from_pairs([
        ("REVCART_TAX_RATES", "books=0,@IN/Kerala=12"),
        ("REVCART_DELIVERY_RATES", "IN/Kerala=75"),
    ]);
    let config = cart_service::Config::from_env(&env).unwrap();
    let (service, catalogue) = crate::catalogue::start_with(config).await;
    let who = &service.customer;
    let (tea, book) = (catalogue.sell(10_000), catalogue.sell(5000));
    catalogue.change(book, |product| product.category = Some("books"));
    add(&service, who, tea, 1).await;
    let cart = add(&service, who, book, 1).await;
    let tax = |points: u32, goods, amount| json!({"basisPoints": points, "goods": money(goods), "amount": money(amount)});
    assert_eq!(
        (cart.at("/taxes"), cart.at("/deliveryFee")),
        (
            &json!([tax(0, 5000, 0), tax(500, 10_000, 500)]),
            &money(4000)
        )
    );
    let kerala = service
        .get("/api/cart?country=in&state=kerala")
        .token(who)
        .await;
    let kerala = kerala.expect(StatusCode::OK);
    assert_eq!(
        (kerala.at("/taxes"), kerala.at("/deliveryFee")),
        (&json!([tax(1200, 15_000, 1800)]), &money(7500))
    );
    assert_eq!(
        for_checkout(&service, who).await.at("/items/1/category"),
        "books"
    );
    for query in ["country=IND", "country=%C3%A4%C3%B6", "place=IN"] {
        let reply = service.get(&format!("/api/cart?{query}")).token(who).await;
        reply.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    }
}
