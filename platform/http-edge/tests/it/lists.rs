//! Paths, query strings and pages.

use axum::Router;
use axum::routing::get as on_get;
use garde::Validate;
use revcart_http_edge::{Answer, Cursor, Json, Page, PageRequest, Path, Query};
use serde::{Deserialize, Serialize};
use shared_events::ProductId;

use crate::world::{Told, World, get};

#[derive(Debug, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Filter {
    #[garde(length(chars, max = 20))]
    q: Option<String>,
    #[garde(range(max = 1000))]
    min_price: Option<u32>,
    #[garde(skip)]
    #[serde(default)]
    in_stock: bool,
    #[garde(skip)]
    category: Option<ProductId>,
}

/// Numbers from 1 to 45, from the highest down.
async fn numbers(page: PageRequest) -> Answer<Page<u32>> {
    let after = page.after::<u32>()?.unwrap_or(46);
    let fetched: Vec<u32> = (1..after)
        .rev()
        .take(usize::try_from(page.fetch()).unwrap())
        .collect();
    Ok(Page::of(fetched, &page, |number| *number))
}

fn shop() -> Router {
    let routes = Router::new()
        .route(
            "/search",
            on_get(|Query(filter): Query<Filter>| async { Json(filter) }),
        )
        .route("/numbers", on_get(numbers))
        .route(
            "/products/{id}",
            on_get(|Path(id): Path<ProductId>| async move { id.to_string() }),
        )
        .route(
            "/a/{one}/b/{two}",
            on_get(|Path((one, two)): Path<(String, u8)>| async move { format!("{one} {two}") }),
        );
    World::new().serve(routes)
}

async fn search(query: &str) -> Told {
    get(&format!("/search?{query}")).of(&shop()).await
}

#[tokio::test]
async fn parameters_are_parsed_into_their_types() {
    let told = search("q=a%20b+c&minPrice=12&inStock=true").await;
    assert_eq!(
        told.json(),
        serde_json::json!({"q": "a b c", "minPrice": 12, "inStock": true, "category": null})
    );
}

#[tokio::test]
async fn an_empty_parameter_counts_as_not_given() {
    let told = search("q=&minPrice=&category=").await;
    assert_eq!(told.json()["minPrice"], serde_json::Value::Null);
    assert_eq!(told.json()["q"], serde_json::Value::Null);
    assert_eq!(get("/search").of(&shop()).await.status, 200);
}

#[tokio::test]
async fn wrong_parameters_are_told_by_name() {
    for (query, field) in [
        ("minPrice=-1", "minPrice"),
        ("minPrice=cheap", "minPrice"),
        ("inStock=perhaps", "inStock"),
        ("category=7", "category"),
    ] {
        let told = search(query).await.refuses(422, "VALIDATION_FAILED");
        assert!(
            told.errors()[0].starts_with(&format!("{field}: ")),
            "{:?}",
            told.errors()
        );
    }
    assert_eq!(
        search("colour=red")
            .await
            .refuses(422, "VALIDATION_FAILED")
            .errors(),
        ["colour: is not known here"]
    );
    assert_eq!(
        search("q=a&q=b")
            .await
            .refuses(422, "VALIDATION_FAILED")
            .errors(),
        ["q: is given twice"]
    );
    let told = search("minPrice=1001")
        .await
        .refuses(422, "VALIDATION_FAILED");
    assert!(
        told.errors()[0].starts_with("minPrice: "),
        "{:?}",
        told.errors()
    );
}

#[tokio::test]
async fn paging_does_not_get_in_the_way_of_filters() {
    assert_eq!(search("cursor=abc&limit=3&q=x").await.status, 200);
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let id = ProductId::new().to_string();
    assert_eq!(get(&format!("/products/{id}")).of(&shop()).await.text(), id);
    for wrong in ["7", "not-a-uuid", "%00", "%ff", "..%2f..", "01890a5d"] {
        get(&format!("/products/{wrong}"))
            .of(&shop())
            .await
            .refuses(404, "NOT_FOUND");
    }
    assert_eq!(get("/a/x/b/3").of(&shop()).await.text(), "x 3");
    get("/a/x/b/300")
        .of(&shop())
        .await
        .refuses(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_without_loss_or_repetition() {
    let shop = shop();
    let (mut seen, mut pages, mut path) = (Vec::new(), 0, "/numbers".to_owned());
    loop {
        let page: Page<u32> = serde_json::from_slice(&get(&path).of(&shop).await.body).unwrap();
        seen.extend(page.items);
        pages += 1;
        let Some(next) = page.next else { break };
        path = format!("/numbers?cursor={next}");
    }
    assert_eq!(seen, (1..46).rev().collect::<Vec<_>>());
    assert_eq!(pages, 3, "20, 20 and 5");
}

#[tokio::test]
async fn a_page_that_ends_with_the_list_has_no_next() {
    let told = get("/numbers?limit=45").of(&shop()).await;
    assert_eq!(told.json()["items"].as_array().unwrap().len(), 45);
    assert_eq!(told.json()["next"], serde_json::Value::Null);
    let told = get("/numbers?limit=44").of(&shop()).await;
    assert!(told.json()["next"].is_string());
}

#[tokio::test]
async fn a_limit_is_a_number_from_1_to_100() {
    for wrong in ["0", "101", "-1", "ten", "1e1", "99999999999999999999"] {
        let told = get(&format!("/numbers?limit={wrong}"))
            .of(&shop())
            .await
            .refuses(422, "VALIDATION_FAILED");
        assert_eq!(told.errors(), ["limit: must be a number from 1 to 100"]);
    }
}

#[tokio::test]
async fn only_cursors_that_were_given_out_are_taken() {
    let foreign = Cursor::encode(&("a", 1));
    let long = "a".repeat(5000);
    for wrong in ["x", "!!!", "AAAA", foreign.as_str(), &long] {
        get(&format!("/numbers?cursor={wrong}"))
            .of(&shop())
            .await
            .refuses(400, "BAD_CURSOR");
    }
}
