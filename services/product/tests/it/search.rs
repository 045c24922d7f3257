use http::StatusCode;
use revcart_testkit::{Reply, TestService};
use serde_json::json;

use crate::shop::{self, create, draft};

/// Six products in two categories, three sold out.
async fn open() -> TestService {
    let shop = shop::open().await;
    let mut categories = Vec::new();
    for name in ["Kitchen", "Books"] {
        let call = shop.post("/api/categories").token(&shop.admin);
        let reply = call.json(&json!({ "name": name })).await;
        categories.push(reply.at("/categoryId").clone());
    }
    let products = [
        ("A", "Steel Kettle", 0, "300.00", 0),
        ("B", "Copper Kettle", 0, "900.00", 4),
        ("C", "steel pan", 0, "500.00", 5),
        ("D", "Kettles of the World", 1, "300.00", 6),
        ("E", "100% Cotton", 1, "300.00", 0),
        ("F", "Plain Book", 1, "100.00", 0),
    ];
    for (sku, name, category, price, stock) in products {
        let mut draft = draft(sku, stock);
        draft["name"] = json!(name);
        draft["categoryId"] = categories[category].clone();
        draft["price"]["amount"] = json!(price);
        create(&shop, &draft).await;
    }
    shop
}

async fn search(shop: &TestService, query: &str) -> Reply {
    let reply = shop.get(&format!("/api/products/search?{query}")).await;
    reply.expect(StatusCode::OK)
}

fn skus(reply: &Reply) -> String {
    let items = reply.at("/items").as_array().unwrap();
    items
        .iter()
        .map(|item| item["sku"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn search_finds_all_words_wherever_they_stand_and_in_any_case() {
    let shop = open().await;
    assert_eq!(skus(&search(&shop, "q=kettle").await), "DBA");
    assert_eq!(skus(&search(&shop, "q=KETTLE+steel").await), "A");
    assert_eq!(skus(&search(&shop, "q=nothing+like+it").await), "");
    assert_eq!(skus(&search(&shop, "").await), "FEDCBA");
}

#[tokio::test]
async fn wildcards_in_a_search_mean_themselves() {
    let shop = open().await;
    assert_eq!(skus(&search(&shop, "q=100%25").await), "E");
    assert_eq!(skus(&search(&shop, "q=_").await), "");
    assert_eq!(skus(&search(&shop, "q=!").await), "");
    assert_eq!(skus(&search(&shop, "q=%27%22").await), "");
}

#[tokio::test]
async fn search_narrows_by_category_price_and_availability() {
    let shop = open().await;
    assert_eq!(skus(&search(&shop, "category=books").await), "FED");
    assert_eq!(skus(&search(&shop, "category=toys").await), "");
    let by_price = search(&shop, "minPrice=300&maxPrice=500.00").await;
    assert_eq!(skus(&by_price), "EDCA");
    assert_eq!(skus(&search(&shop, "inStock=true").await), "DCB");
    let all = search(&shop, "q=kettle&category=kitchen&inStock=true&minPrice=1").await;
    assert_eq!(skus(&all), "B");
}

#[tokio::test]
async fn search_sorts_and_pages_in_every_order() {
    let shop = open().await;
    for (sort, expected) in [
        ("newest", "FEDCBA"),
        ("name", "EBDFAC"),
        ("price_asc", "FADECB"),
        ("price_desc", "BCEDAF"),
    ] {
        let whole = search(&shop, &format!("sort={sort}")).await;
        assert_eq!(skus(&whole), expected, "{sort}");
        let mut paged = String::new();
        let mut cursor = String::new();
        loop {
            let page = search(&shop, &format!("sort={sort}&limit=1&cursor={cursor}")).await;
            paged.push_str(&skus(&page));
            match page.at("/next").as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(paged, expected, "{sort} page by page");
    }
}

#[tokio::test]
async fn facets_count_all_categories_and_the_range_of_prices() {
    let shop = open().await;
    let found = search(&shop, "q=kettle&category=kitchen&limit=1").await;
    let expected = json!({
        "total": 2,
        "inStock": 1,
        "price": {
            "min": { "amount": "300.00", "currency": "INR" },
            "max": { "amount": "900.00", "currency": "INR" },
        },
        "categories": [
            { "slug": "books", "name": "Books", "count": 1 },
            { "slug": "kitchen", "name": "Kitchen", "count": 2 },
        ],
    });
    assert_eq!(found.at("/facets"), &expected);
    let nothing = search(&shop, "q=zzz").await;
    assert_eq!(nothing.at("/facets/total"), 0);
    assert_eq!(nothing.at("/facets/price"), &serde_json::Value::Null);
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused() {
    let shop = open().await;
    let page = search(&shop, "sort=name&limit=1").await;
    let next = page.at("/next").as_str().unwrap();
    let path = format!("/api/products/search?sort=price_asc&cursor={next}");
    let reply = shop.get(&path).await;
    reply.expect_problem(StatusCode::BAD_REQUEST, "BAD_CURSOR");
}
