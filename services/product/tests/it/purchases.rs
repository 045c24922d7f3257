use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};
use shared_events::{OrderId, ProductId, PurchaseOrderId, PurchaseOrderSent, SupplierId};

use crate::shop::{self, create, draft, figures, line, product_id, reserve};

async fn supplier(shop: &TestService) -> String {
    let body = json!({ "name": "Kettle Works", "email": "orders@kettles.example" });
    let call = shop.post("/api/suppliers").token(&shop.admin).json(&body);
    let made = call.await.expect(StatusCode::CREATED);
    format!(
        "/api/suppliers/{}",
        made.at("/supplierId").as_str().unwrap()
    )
}

async fn propose(shop: &TestService, supplier: &str, lines: &[(ProductId, u32)]) -> Reply {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(product, units)| json!({ "productId": product, "quantity": units }))
        .collect();
    let body = json!({ "lines": lines, "expectedOn": "2031-01-31" });
    let path = format!("{supplier}/purchase-orders");
    shop.post(&path).token(&shop.admin).json(&body).await
}

fn path_of(supplier: &str, order: &Reply) -> String {
    let id = order.at("/purchaseOrderId").as_str().unwrap();
    format!("{supplier}/purchase-orders/{id}")
}

async fn post(shop: &TestService, path: &str) -> Reply {
    shop.post(path).token(&shop.admin).await
}

async fn receive(shop: &TestService, order: &str, key: &str, body: &Value) -> Reply {
    let call = shop.post(&format!("{order}/receive")).token(&shop.admin);
    call.idempotency_key(key).json(body).await
}

#[tokio::test]
async fn suppliers_are_added_changed_listed_and_removed() {
    let shop = shop::open().await;
    let path = supplier(&shop).await;
    supplier(&shop).await;
    let change = json!({ "name": "Kettles & Co", "version": 1 });
    let changed = shop.put(&path).token(&shop.admin).json(&change).await;
    assert_eq!(changed.expect(StatusCode::OK).at("/version"), 2);
    let late = shop.put(&path).token(&shop.admin).json(&change).await;
    late.expect_problem(StatusCode::CONFLICT, "VERSION_CONFLICT");
    let page = shop.get("/api/suppliers?limit=1").token(&shop.admin).await;
    assert_eq!(page.at("/items/0/name"), "Kettles & Co");
    let next = format!(
        "/api/suppliers?cursor={}",
        page.at("/next").as_str().unwrap()
    );
    let rest = shop.get(&next).token(&shop.admin).await;
    assert_eq!(rest.at("/items").as_array().unwrap().len(), 1);
    let gone = shop.delete(&path).token(&shop.admin).await;
    gone.expect(StatusCode::NO_CONTENT);
    let gone = shop.get(&path).token(&shop.admin).await;
    gone.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn a_supplier_who_is_named_stays_on_record() {
    let shop = shop::open().await;
    let path = supplier(&shop).await;
    let product = shop::stocked(&shop, 1).await;
    let order = propose(&shop, &path, &[(product, 5)]).await;
    order.expect(StatusCode::CREATED);
    let deleted = shop.delete(&path).token(&shop.admin).await;
    deleted.expect(StatusCode::NO_CONTENT);
    let kept = shop.get(&path).token(&shop.admin).await;
    assert_eq!(kept.expect(StatusCode::OK).at("/active"), false);
    let refused = propose(&shop, &path, &[(product, 5)]).await;
    refused.expect_problem(StatusCode::CONFLICT, "SUPPLIER_NOT_ACTIVE");
}

#[tokio::test]
async fn an_order_is_proposed_sent_and_received_in_parts() {
    let shop = shop::open().await;
    let supplier = supplier(&shop).await;
    let (one, other) = (shop::stocked(&shop, 1).await, shop::stocked(&shop, 2).await);
    let order = propose(&shop, &supplier, &[(one, 10), (other, 5)]).await;
    let order = order.expect(StatusCode::CREATED);
    assert_eq!(order.at("/status"), "DRAFT");
    let number = order.at("/number").as_str().unwrap().to_owned();
    assert!(number.starts_with("PO-"), "{number}");
    let path = path_of(&supplier, &order);

    let early = receive(&shop, &path, "k0", &json!({})).await;
    early.expect_problem(StatusCode::CONFLICT, "PURCHASE_ORDER_STATE");
    let sent = post(&shop, &format!("{path}/send")).await;
    assert_eq!(sent.expect(StatusCode::OK).at("/status"), "SENT");
    shop.settle().await;
    let event = shop.published_once::<PurchaseOrderSent>();
    assert_eq!(
        (event.number.as_str(), event.lines.len()),
        (number.as_str(), 2)
    );
    assert_eq!(event.supplier_email, "orders@kettles.example");
    assert_eq!(event.expected_on.as_deref(), Some("2031-01-31"));
    let again = post(&shop, &format!("{path}/send")).await;
    again.expect_problem(StatusCode::CONFLICT, "PURCHASE_ORDER_STATE");

    let part = json!({ "lines": [{ "productId": one, "quantity": 4 }] });
    for _ in 0..2 {
        let part = receive(&shop, &path, "k1", &part).await;
        assert_eq!(part.expect(StatusCode::OK).at("/status"), "PARTLY_RECEIVED");
    }
    assert_eq!(figures(&shop, one).await, [5, 0, 5, 0]);
    let much = json!({ "lines": [{ "productId": one, "quantity": 7 }] });
    let refused = receive(&shop, &path, "k2", &much).await;
    refused.expect_problem(StatusCode::CONFLICT, "MORE_THAN_ORDERED");
    let mut more = much;
    more["allowMore"] = json!(true);
    receive(&shop, &path, "k3", &more)
        .await
        .expect(StatusCode::OK);
    let rest = receive(&shop, &path, "k4", &json!({})).await;
    assert_eq!(rest.expect(StatusCode::OK).at("/status"), "RECEIVED");
    assert_eq!(figures(&shop, one).await, [12, 0, 12, 0]);
    assert_eq!(figures(&shop, other).await, [7, 0, 7, 0]);

    let ledger = format!("/api/inventory/{one}/movements?kind=RECEIPT");
    let ledger = shop.get(&ledger).token(&shop.admin).await;
    assert_eq!(ledger.at("/items").as_array().unwrap().len(), 2);
    assert_eq!(ledger.at("/items/1/reason"), number.as_str());
    let facts = product_service::audit::products(shop.database())
        .await
        .unwrap();
    assert!(
        facts
            .iter()
            .all(|it| it.figures.supplied == it.supplied && it.figures.agree())
    );
}

#[tokio::test]
async fn what_is_cancelled_takes_no_goods() {
    let shop = shop::open().await;
    let supplier = supplier(&shop).await;
    let product = shop::stocked(&shop, 1).await;
    let order = propose(&shop, &supplier, &[(product, 10)]).await;
    let path = path_of(&supplier, &order);
    let cancelled = post(&shop, &format!("{path}/cancel")).await;
    assert_eq!(cancelled.expect(StatusCode::OK).at("/status"), "CANCELLED");
    for step in ["send", "cancel"] {
        let refused = post(&shop, &format!("{path}/{step}")).await;
        refused.expect_problem(StatusCode::CONFLICT, "PURCHASE_ORDER_STATE");
    }
    let refused = receive(&shop, &path, "k", &json!({})).await;
    refused.expect_problem(StatusCode::CONFLICT, "PURCHASE_ORDER_STATE");
    assert_eq!(figures(&shop, product).await, [1, 0, 1, 0]);
}

#[tokio::test]
async fn orders_are_listed_by_where_they_stand() {
    let shop = shop::open().await;
    let supplier = supplier(&shop).await;
    let product = shop::stocked(&shop, 1).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let order = propose(&shop, &supplier, &[(product, 1)]).await;
        ids.push(order.at("/purchaseOrderId").as_str().unwrap().to_owned());
    }
    post(
        &shop,
        &format!("{supplier}/purchase-orders/{}/send", ids[1]),
    )
    .await;
    let list = async |query: &str| -> Vec<String> {
        let path = format!("{supplier}/purchase-orders?{query}");
        let page = shop
            .get(&path)
            .token(&shop.admin)
            .await
            .expect(StatusCode::OK);
        let items = page.at("/items").as_array().unwrap().iter();
        items
            .map(|it| it["purchaseOrderId"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        list("").await,
        [ids[2].clone(), ids[1].clone(), ids[0].clone()]
    );
    assert_eq!(list("status=SENT").await, [ids[1].clone()]);
    let missing = format!("{supplier}/purchase-orders/{}", PurchaseOrderId::new());
    let missing = shop.get(&missing).token(&shop.admin).await;
    missing.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
    let elsewhere = format!(
        "/api/suppliers/{}/purchase-orders/{}",
        SupplierId::new(),
        ids[0]
    );
    let elsewhere = shop.get(&elsewhere).token(&shop.admin).await;
    elsewhere.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

/// A product that is low below ten, supplied by this supplier.
async fn supplied(shop: &TestService, supplier: &str, sku: &str, quantity: Value) -> ProductId {
    let mut scarce = draft(sku, 12);
    scarce["lowStockThreshold"] = json!(10);
    let product = product_id(&create(shop, &scarce).await);
    let change = json!({ "supplierId": supplier.rsplit('/').next(), "reorderQuantity": quantity });
    let path = format!("/api/inventory/{product}");
    let changed = shop.put(&path).token(&shop.admin).json(&change).await;
    let changed = changed.expect(StatusCode::OK);
    assert_eq!(changed.at("/reorderQuantity"), &quantity);
    assert_eq!(
        changed.at("/supplierId").as_str(),
        supplier.rsplit('/').next()
    );
    product
}

#[tokio::test]
async fn low_stock_grows_a_draft_until_it_is_sent() {
    let shop = shop::open().await;
    let supplier = supplier(&shop).await;
    let one = supplied(&shop, &supplier, "ONE", json!(100)).await;
    let other = supplied(&shop, &supplier, "OTHER", Value::Null).await;
    let orders = async || {
        let path = format!("{supplier}/purchase-orders");
        let page = shop
            .get(&path)
            .token(&shop.admin)
            .await
            .expect(StatusCode::OK);
        page.at("/items").as_array().unwrap().clone()
    };
    let sell = async |product, units| {
        shop.deliver(reserve(OrderId::new(), &[line(product, units)]))
            .await;
        shop.settle().await;
    };
    sell(one, 3).await;
    let first = orders().await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        (&first[0]["status"], &first[0]["automatic"]),
        (&json!("DRAFT"), &json!(true))
    );
    assert_eq!(first[0]["lines"][0]["ordered"], 100);
    sell(other, 2).await;
    let grown = orders().await;
    assert_eq!(grown.len(), 1);
    assert_eq!(grown[0]["lines"][1]["ordered"], 40);

    let id = grown[0]["purchaseOrderId"].as_str().unwrap();
    post(&shop, &format!("{supplier}/purchase-orders/{id}/send"))
        .await
        .expect(StatusCode::OK);
    // It is under way: low again, and still nothing new is proposed.
    let adjust = json!({ "productId": one, "quantity": 5, "reason": "found" });
    let call = shop.post("/api/inventory/adjustments").token(&shop.admin);
    call.json(&adjust).await.expect(StatusCode::CREATED);
    sell(one, 6).await;
    assert_eq!(orders().await.len(), 1);
}

#[tokio::test]
async fn a_product_names_a_supplier_who_exists() {
    let shop = shop::open().await;
    let product = shop::stocked(&shop, 1).await;
    let path = format!("/api/inventory/{product}");
    for change in [
        json!({ "supplierId": SupplierId::new() }),
        json!({ "reorderQuantity": 5 }),
    ] {
        let refused = shop.put(&path).token(&shop.admin).json(&change).await;
        let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
        assert_eq!(refused.at("/errors/0/field"), "supplierId");
    }
    let supplier = supplier(&shop).await;
    let product = supplied(&shop, &supplier, "ONE", json!(7)).await;
    let path = format!("/api/inventory/{product}");
    let none = shop
        .put(&path)
        .token(&shop.admin)
        .json(&json!({ "supplierId": null }));
    assert_eq!(
        none.await.expect(StatusCode::OK).at("/supplierId"),
        &Value::Null
    );
}

#[tokio::test]
async fn a_proposal_names_products_that_are_sold_each_once() {
    let shop = shop::open().await;
    let supplier = supplier(&shop).await;
    let product = shop::stocked(&shop, 1).await;
    let twice = propose(&shop, &supplier, &[(product, 1), (product, 2)]).await;
    twice.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    let unknown = propose(&shop, &supplier, &[(ProductId::new(), 1)]).await;
    unknown.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    let nobody = format!("/api/suppliers/{}", SupplierId::new());
    let nobody = propose(&shop, &nobody, &[(product, 1)]).await;
    nobody.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}
