use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::json;
use shared_events::{ProductCreated, ProductPriceChanged, ProductUpdated};

use crate::shop::{self, create, draft, figures, product_id};

async fn import(shop: &TestService, query: &str, table: &str) -> Reply {
    let path = format!("/api/products/import{query}");
    let call = shop.post(&path).token(&shop.admin);
    call.body("text/csv; charset=utf-8", table.to_owned()).await
}

async fn export(shop: &TestService) -> String {
    let call = shop.get("/api/products/export.csv").token(&shop.admin);
    let reply = call.await.expect(StatusCode::OK);
    assert_eq!(
        reply.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    reply.text()
}

fn outcomes(report: &Reply) -> Vec<String> {
    let lines = report.at("/lines").as_array().unwrap().iter();
    lines
        .map(|line| format!("{} {}", line["line"], line["outcome"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_table_creates_and_changes_products_by_their_skus() {
    let shop = shop::open().await;
    let books = json!({ "name": "Books" });
    let call = shop.post("/api/categories").token(&shop.admin).json(&books);
    call.await.expect(StatusCode::CREATED);
    let old = product_id(&create(&shop, &draft("OLD", 5)).await);
    shop.settle().await;
    shop.forget();
    let table = "\u{feff}sku,name,price,category,stock,lowStockThreshold,description\n\
        NEW,\"New, and good\",10.00,books,7,2,\"Two\nlines\"\n\
        OLD,Old,12.00,,99,,\n";
    let report = import(&shop, "", table).await.expect(StatusCode::OK);
    assert_eq!(outcomes(&report), ["2 created", "4 updated"]);
    assert_eq!(figures(&shop, old).await, [5, 0, 5, 0]);
    let found = shop.get("/api/products/search?q=new").await;
    assert_eq!(found.at("/items/0/name"), "New, and good");
    assert_eq!(found.at("/items/0/category"), "books");
    assert_eq!(found.at("/items/0/available"), 7);
    shop.settle().await;
    shop.published_once::<ProductCreated>();
    shop.published_once::<ProductPriceChanged>();
    shop.published_once::<ProductUpdated>();
    let again = import(&shop, "", table).await.expect(StatusCode::OK);
    assert_eq!(outcomes(&again), ["2 unchanged", "4 unchanged"]);
    assert_eq!(again.at("/unchanged"), 2);
}

#[tokio::test]
async fn what_was_exported_is_imported_without_a_change() {
    let shop = shop::open().await;
    for (number, name) in [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "'=quoted",
        "\"Quoted\", so",
        "चाय\n茶",
    ]
    .iter()
    .enumerate()
    {
        let mut product = draft(&format!("-SKU-{number}"), 3);
        product["name"] = json!(name);
        product["description"] = json!("=HYPERLINK(\"http://example.com\")");
        create(&shop, &product).await;
    }
    let table = export(&shop).await;
    assert!(table.starts_with("sku,name,description,category,price,stock,lowStockThreshold\n"));
    assert!(table.contains("'=1+1") && table.contains("'-SKU-0") && table.contains("''=quoted"));
    let report = import(&shop, "", &table).await.expect(StatusCode::OK);
    assert_eq!(report.at("/unchanged"), 7);
    assert_eq!(report.at("/refused"), 0);
}

#[tokio::test]
async fn each_line_tells_what_is_wrong_with_it() {
    let shop = shop::open().await;
    let gone = product_id(&create(&shop, &draft("GONE", 0)).await);
    let gone = shop
        .delete(&format!("/api/products/{gone}"))
        .token(&shop.admin);
    gone.await.expect(StatusCode::NO_CONTENT);
    let table = "sku,name,price,stock\n\
        GOOD,Good,1.00,1\n\
        a b,Bad,free,-1\n\
        GOOD,Twice,1.00,1\n\
        SHORT,Short\n\
        BARE,,,\n\
        GONE,Gone,1.00,1\n";
    let report = import(&shop, "", table).await.expect(StatusCode::OK);
    let refused = [
        "2 created",
        "3 refused",
        "4 refused",
        "5 refused",
        "6 refused",
        "7 refused",
    ];
    assert_eq!(outcomes(&report), refused);
    let fields = |line: usize| -> Vec<String> {
        let errors = report
            .at(&format!("/lines/{line}/errors"))
            .as_array()
            .unwrap();
        errors
            .iter()
            .map(|it| it["field"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(fields(1), ["sku", "price", "stock"]);
    assert_eq!(fields(2), ["sku"]);
    assert_eq!(fields(3), [""]);
    assert_eq!(fields(4), ["name", "price"]);
    assert_eq!(fields(5), ["sku"]);
}

#[tokio::test]
async fn a_rehearsal_changes_nothing() {
    let shop = shop::open().await;
    let report = import(&shop, "?dryRun=true", "sku,name,price\nA,A,1.00\n").await;
    let report = report.expect(StatusCode::OK);
    assert_eq!(
        (report.at("/dryRun"), report.at("/created")),
        (&json!(true), &json!(1))
    );
    assert_eq!(shop.get("/api/products").await.at("/items"), &json!([]));
}

#[tokio::test]
async fn what_is_no_table_is_refused() {
    let shop = shop::open().await;
    for (table, code) in [
        ("name\nx\n", "UNKNOWN_COLUMN"),
        ("sku,surprise\n", "UNKNOWN_COLUMN"),
        ("", "UNKNOWN_COLUMN"),
        ("sku,sku\n", "UNKNOWN_COLUMN"),
    ] {
        let refused = import(&shop, "", table).await;
        refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, code);
    }
    let json = shop.post("/api/products/import").token(&shop.admin);
    let json = json.json(&json!({})).await;
    json.expect_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE");
    let call = shop.post("/api/products/import").token(&shop.admin);
    let bytes = b"sku,name,price\nA,\xff\xfe,1.00\n".to_vec();
    let odd = call.body("text/csv", bytes).await.expect(StatusCode::OK);
    assert_eq!(outcomes(&odd), ["2 refused"]);
}

#[tokio::test]
async fn a_long_table_is_imported_and_exported_whole() {
    let shop = shop::open().await;
    let mut table = "sku,name,description,category,price,stock,lowStockThreshold\n".to_owned();
    for number in 0..1050 {
        table.push_str(&format!(
            "SKU-{number:04},Product {number},{},,5.00,1,0\n",
            "x".repeat(1200)
        ));
    }
    assert!(table.len() > 1024 * 1024);
    let report = import(&shop, "", &table).await.expect(StatusCode::OK);
    assert_eq!(report.at("/created"), 1050);
    assert_eq!(export(&shop).await, table);
    let large = "x".repeat(11 * 1024 * 1024);
    let refused = import(&shop, "", &large).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
}
