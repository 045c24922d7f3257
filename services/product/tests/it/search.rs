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
    assert_eq!(skus(&search(&shop, "q=kettle&sort=newest").await), "DBA");
    assert_eq!(skus(&search(&shop, "q=kett&sort=newest").await), "DBA");
    assert_eq!(skus(&search(&shop, "q=kett+steel").await), "");
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
        ("relevance", "FEDCBA"),
        ("newest", "FEDCBA"),
        ("name", "EBDFAC"),
        ("price", "FADECB"),
        ("-price", "BCEDAF"),
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
        "priceRanges": [
            {
                "min": { "amount": "200.00", "currency": "INR" },
                "max": { "amount": "399.99", "currency": "INR" },
                "count": 1,
            },
            {
                "min": { "amount": "800.00", "currency": "INR" },
                "max": { "amount": "999.99", "currency": "INR" },
                "count": 1,
            },
        ],
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

#[tokio::test]
async fn what_fits_best_comes_first_page_by_page() {
    let shop = shop::open().await;
    let products = [
        ("X-1", "Tea Towel", "Dries cups. Not for the kettle."),
        (
            "X-2",
            "Copper Kettle",
            "Boils water, whistles, and looks good on any stove.",
        ),
        ("X-3", "Kettle", "A kettle."),
        ("X-4", "Mug", "Holds tea."),
    ];
    for (sku, name, description) in products {
        let mut draft = draft(sku, 1);
        draft["name"] = json!(name);
        draft["description"] = json!(description);
        create(&shop, &draft).await;
    }
    let found = search(&shop, "q=kettle").await;
    let found = skus(&found);
    assert!(found.ends_with("X-1"), "{found}");
    assert_eq!(found.len(), 9, "{found}");
    let (mut paged, mut cursor) = (String::new(), String::new());
    loop {
        let page = search(&shop, &format!("q=kettle&limit=1&cursor={cursor}")).await;
        paged.push_str(&skus(&page));
        match page.at("/next").as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, found);
}

#[tokio::test]
async fn words_follow_what_is_said_about_a_product() {
    let shop = shop::open().await;
    let reply = create(&shop, &draft("GRO-001", 1)).await;
    let path = format!("/api/products/{}", shop::product_id(&reply));
    for sku in ["gro-001", "GRO001", "gro", "001"] {
        assert_eq!(
            skus(&search(&shop, &format!("q={sku}")).await),
            "GRO-001",
            "{sku}"
        );
    }
    let change = json!({ "name": "चाय Café 茶", "description": "it is the tea of", "version": 1 });
    let change = shop.put(&path).token(&shop.admin).json(&change);
    change.await.expect(StatusCode::OK);
    // Short words, stop words, other scripts, beginnings of words.
    for word in [
        "it",
        "the",
        "of+the",
        "CAFÉ",
        "caf",
        "%E8%8C%B6",
        "%E0%A4%9A%E0%A4%BE%E0%A4%AF",
    ] {
        assert_eq!(
            skus(&search(&shop, &format!("q={word}")).await),
            "GRO-001",
            "{word}"
        );
    }
    assert_eq!(skus(&search(&shop, "q=product").await), "");
    shop.delete(&path)
        .token(&shop.admin)
        .await
        .expect(StatusCode::NO_CONTENT);
    assert_eq!(skus(&search(&shop, "q=tea").await), "");
}

#[tokio::test]
async fn hostile_searches_find_nothing_and_break_nothing() {
    let shop = open().await;
    for query in [
        "%22",
        "%27+OR+1%3D1+--",
        "*",
        "%2B",
        "-",
        "%2B%2B%2B",
        "NEAR%28a+b%29",
        "AND",
        "NOT+kettle",
        "name%3Akettle",
        "%22unclosed",
        "a%00b",
        "%F0%9F%8D%B5",
        "%5C",
        "%24%241",
        "%3F",
        "a%3A*%26%21b",
        "%28%28%28",
        "%40%40",
        "zz",
    ] {
        search(&shop, &format!("q={query}")).await;
    }
    let long = "x".repeat(1000);
    let refused = shop.get(&format!("/api/products/search?q={long}")).await;
    refused.expect_problem(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_FAILED");
    search(&shop, &format!("q={}", "x".repeat(200))).await;
    search(&shop, &format!("q={}", "the+".repeat(50))).await;
}
