use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::{Value, json};

use crate::shop::{self, create, draft};

async fn category(shop: &TestService, body: &Value) -> Reply {
    let call = shop.post("/api/categories").token(&shop.admin).json(body);
    call.await
}

#[tokio::test]
async fn a_category_is_listed_and_lists_its_products() {
    let shop = shop::open().await;
    let kitchen = category(&shop, &json!({ "name": "Kitchen & Table" })).await;
    let kitchen = kitchen.expect(StatusCode::CREATED);
    assert_eq!(kitchen.at("/slug"), "kitchen-table");
    category(&shop, &json!({ "name": "Books", "slug": "books" }))
        .await
        .expect(StatusCode::CREATED);
    let mut kettle = draft("KET-1", 3);
    kettle["categoryId"] = kitchen.at("/categoryId").clone();
    create(&shop, &kettle).await;
    create(&shop, &draft("OTHER", 3)).await;

    let all = shop.get("/api/categories").await;
    let slugs = [all.at("/items/0/slug"), all.at("/items/1/slug")];
    assert_eq!(slugs, ["books", "kitchen-table"]);
    assert_eq!(all.at("/next"), &Value::Null);

    let products = shop.get("/api/products/category/kitchen-table").await;
    let products = products.expect(StatusCode::OK);
    assert_eq!(products.at("/items").as_array().unwrap().len(), 1);
    assert_eq!(products.at("/items/0/sku"), "KET-1");
    assert_eq!(products.at("/items/0/category"), "kitchen-table");
    let listed = shop.get("/api/products").await;
    assert_eq!(listed.at("/items/0/category"), "kitchen-table");
    assert_eq!(listed.at("/items/1/category"), &Value::Null);
    let none = shop.get("/api/products/category/books").await;
    assert_eq!(none.at("/items"), &json!([]));
    let unknown = shop.get("/api/products/category/toys").await;
    unknown.expect_problem(StatusCode::NOT_FOUND, "NOT_FOUND");
}

#[tokio::test]
async fn a_slug_is_taken_once() {
    let shop = shop::open().await;
    let books = json!({ "name": "Books" });
    category(&shop, &books).await.expect(StatusCode::CREATED);
    let again = category(&shop, &books).await;
    again.expect_problem(StatusCode::CONFLICT, "SLUG_TAKEN");
    let toys = category(&shop, &json!({ "name": "Toys" })).await;
    let path = format!(
        "/api/categories/{}",
        toys.at("/categoryId").as_str().unwrap()
    );
    let rename = shop
        .put(&path)
        .token(&shop.admin)
        .json(&json!({ "slug": "books", "version": 1 }));
    rename
        .await
        .expect_problem(StatusCode::CONFLICT, "SLUG_TAKEN");
}

#[tokio::test]
async fn a_category_is_changed_by_who_has_read_it_last() {
    let shop = shop::open().await;
    let books = category(&shop, &json!({ "name": "Books" })).await;
    let path = format!(
        "/api/categories/{}",
        books.at("/categoryId").as_str().unwrap()
    );
    let rename = |name: &str| {
        let change = json!({ "name": name, "version": 1 });
        shop.put(&path).token(&shop.admin).json(&change)
    };
    let renamed = rename("Good Books").await.expect(StatusCode::OK);
    assert_eq!(renamed.at("/name"), "Good Books");
    assert_eq!(renamed.at("/slug"), "books");
    assert_eq!(renamed.at("/version"), 2);
    let late = rename("Bad Books").await;
    late.expect_problem(StatusCode::CONFLICT, "VERSION_CONFLICT");
}

#[tokio::test]
async fn a_category_without_a_usable_name_needs_a_slug() {
    let shop = shop::open().await;
    let refused = category(&shop, &json!({ "name": "किताबें" })).await;
    let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert_eq!(refused.at("/errors/0/field"), "slug");
    let with_slug = category(&shop, &json!({ "name": "किताबें", "slug": "kitaben" })).await;
    with_slug.expect(StatusCode::CREATED);
}

/// A category below another; its id.
async fn below(shop: &TestService, name: &str, parent: &Value) -> Value {
    let body = json!({ "name": name, "parentId": parent });
    let made = category(shop, &body).await.expect(StatusCode::CREATED);
    made.at("/categoryId").clone()
}

#[tokio::test]
async fn categories_stand_in_a_tree() {
    let shop = shop::open().await;
    let home = below(&shop, "Home", &Value::Null).await;
    let kitchen = below(&shop, "Kitchen", &home).await;
    let pans = below(&shop, "Pans", &kitchen).await;
    for (sku, category) in [("HOME-1", &home), ("PAN-1", &pans), ("PAN-2", &pans)] {
        let mut product = draft(sku, 1);
        product["categoryId"] = category.clone();
        create(&shop, &product).await;
    }
    create(&shop, &draft("OTHER", 1)).await;

    let all = shop.get("/api/categories?limit=2").await;
    assert_eq!(all.at("/items/0/slug"), "home");
    assert_eq!(all.at("/items/0/children/0/slug"), "kitchen");
    let rest = format!(
        "/api/categories?cursor={}",
        all.at("/next").as_str().unwrap()
    );
    let rest = shop.get(&rest).await;
    assert_eq!(rest.at("/items/0/parentId"), &kitchen);
    let path = rest.at("/items/0/path").as_array().unwrap();
    let path: Vec<_> = path.iter().map(|it| it["slug"].as_str().unwrap()).collect();
    assert_eq!(path, ["home", "kitchen", "pans"]);
    let tree = shop
        .get("/api/categories/tree")
        .await
        .expect(StatusCode::OK);
    assert_eq!(tree.at("/categories/0/children/0/children/0/slug"), "pans");

    let products = shop.get("/api/products/category/home").await;
    assert_eq!(products.at("/items").as_array().unwrap().len(), 3);
    let found = shop.get("/api/products/search?category=kitchen").await;
    assert_eq!(found.at("/facets/total"), 2);
    let counts = json!([
        { "slug": "home", "name": "Home", "count": 3 },
        { "slug": "kitchen", "name": "Kitchen", "count": 2 },
        { "slug": "pans", "name": "Pans", "count": 2 },
    ]);
    assert_eq!(found.at("/facets/categories"), &counts);
}

#[tokio::test]
async fn a_category_is_moved_but_never_below_itself() {
    let shop = shop::open().await;
    let home = below(&shop, "Home", &Value::Null).await;
    let kitchen = below(&shop, "Kitchen", &home).await;
    let pans = below(&shop, "Pans", &kitchen).await;
    let change = |id: &Value, parent: &Value, version: i64| {
        let path = format!("/api/categories/{}", id.as_str().unwrap());
        let change = json!({ "parentId": parent, "version": version });
        shop.put(&path).token(&shop.admin).json(&change)
    };
    let refused = change(&home, &pans, 1).await;
    refused.expect_problem(StatusCode::CONFLICT, "CATEGORY_CYCLE");
    let refused = change(&home, &home, 1).await;
    refused.expect_problem(StatusCode::CONFLICT, "CATEGORY_CYCLE");
    let nowhere = json!(shared_events::CategoryId::new());
    let refused = change(&home, &nowhere, 1).await;
    let refused = refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    assert_eq!(refused.at("/errors/0/field"), "parentId");
    let moved = change(&pans, &home, 1).await.expect(StatusCode::OK);
    assert_eq!(moved.at("/path").as_array().unwrap().len(), 2);
    let moved = change(&pans, &Value::Null, 2).await.expect(StatusCode::OK);
    assert_eq!(moved.at("/parentId"), &Value::Null);
    let mut parent = pans;
    for level in 2..=6 {
        parent = below(&shop, &format!("Level {level}"), &parent).await;
    }
    let body = json!({ "name": "Too deep", "parentId": parent });
    let refused = category(&shop, &body).await;
    refused.expect_problem(StatusCode::CONFLICT, "CATEGORY_TOO_DEEP");
}
