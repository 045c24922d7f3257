use std::time::Duration;

use analytics_service::{Config, events};
use axum::body::Body;
use http::StatusCode;
use http::header::HeaderName;
use http_body_util::BodyExt;
use revcart_testkit::TestService;
use serde_json::Value;
use shared_events::ProductId;

use crate::shop::{self, Order, rupees, viewed};

const PATIENCE: Duration = Duration::from_secs(10);

/// One event of a stream.
#[derive(Debug)]
struct Told {
    kind: String,
    id: Option<i64>,
    data: Value,
}

struct Listener {
    body: Body,
    text: String,
}

impl Listener {
    async fn open(shop: &TestService, query: &str, last: Option<&str>) -> Self {
        let mut call = shop
            .get(&format!("/api/analytics/stream{query}"))
            .token(&shop.admin);
        if let Some(last) = last {
            call = call.header(HeaderName::from_static("last-event-id"), last);
        }
        let response = call.response().await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body(),
            text: String::new(),
        }
    }

    async fn next(&mut self) -> Told {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let told = Told::read(event);
                self.text = rest.to_owned();
                return told;
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await;
            let frame = frame.expect("something is told in time").unwrap().unwrap();
            let bytes = frame.into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next event of the log, whatever figures come before it.
    async fn event(&mut self) -> Told {
        loop {
            let told = self.next().await;
            if told.kind == "event" {
                return told;
            }
        }
    }
}

impl Told {
    fn read(event: &str) -> Self {
        let field = |name: &str| {
            let mut lines = event.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        Self {
            kind: field("event").unwrap().to_owned(),
            id: field("id").map(|id| id.parse().unwrap()),
            data: serde_json::from_str(field("data").unwrap()).unwrap(),
        }
    }
}

async fn view(shop: &TestService, times: usize) -> Vec<i64> {
    for _ in 0..times {
        shop.deliver(viewed(ProductId::new(), None)).await;
    }
    shop.settle().await;
    let log = events::tail(shop.database(), None, None, 10_000)
        .await
        .unwrap();
    log.iter().map(|event| event.sequence).collect()
}

#[tokio::test]
async fn a_stream_tells_figures_first_and_then_what_comes() {
    let shop = shop::open().await;
    view(&shop, 3).await;
    let mut stream = Listener::open(&shop, "", None).await;
    let figures = stream.next().await;
    assert_eq!((figures.kind.as_str(), figures.id), ("figures", None));
    assert_eq!(figures.data["today"]["productViews"], 3);

    let numbers = view(&shop, 2).await;
    for number in &numbers[3..] {
        let event = stream.event().await;
        assert_eq!(event.id, Some(*number));
        assert_eq!(event.data["name"], "ProductViewed");
        assert!(event.data["data"]["productId"].is_string());
    }
    let figures = stream.next().await;
    assert_eq!(figures.data["today"]["productViews"], 5);
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_broken_off() {
    let shop = shop::open().await;
    // More than a page.
    let numbers = view(&shop, 250).await;
    let last = numbers[9].to_string();
    let mut stream = Listener::open(&shop, "", Some(&last)).await;
    for number in &numbers[10..] {
        assert_eq!(stream.event().await.id, Some(*number));
    }
    let more = view(&shop, 1).await;
    assert_eq!(stream.event().await.id, more.last().copied());
}

#[tokio::test]
async fn a_stream_that_names_no_place_in_the_log_begins_with_what_comes() {
    let shop = shop::open().await;
    view(&shop, 2).await;
    for last in [None, Some("99999"), Some("seven"), Some("-1"), Some("")] {
        let mut stream = Listener::open(&shop, "", last).await;
        assert_eq!(stream.next().await.kind, "figures");
        let numbers = view(&shop, 1).await;
        assert_eq!(stream.event().await.id, numbers.last().copied(), "{last:?}");
    }
}

#[tokio::test]
async fn a_stream_may_be_of_one_type_of_event_only() {
    let shop = shop::open().await;
    let mut stream = Listener::open(&shop, "?type=OrderPlaced", None).await;
    view(&shop, 3).await;
    let order = Order::of(ProductId::new(), 1, rupees(100));
    shop.deliver(order.placed()).await;
    view(&shop, 1).await;
    let event = stream.event().await;
    assert_eq!(event.data["name"], "OrderPlaced");
    assert_eq!(event.data["subject"], order.id.to_string());
}

#[tokio::test]
async fn what_another_process_logs_is_found_by_the_poll() {
    let shop = shop::open().await;
    view(&shop, 1).await;
    let mut stream = Listener::open(&shop, "", None).await;
    stream.next().await;
    // Another replica takes it from the queue, and this process hears nothing of it.
    let adapters = shop.parts().adapters.clone();
    let other = analytics_service::build(Config::for_testing(), adapters).await;
    shop.deliver(Order::of(ProductId::new(), 1, rupees(100)).placed())
        .await;
    let taken = other.unwrap().consumers[0].step().await;
    assert_eq!(taken.unwrap(), 1);
    shop.settle().await;
    assert_eq!(stream.event().await.data["name"], "OrderPlaced");
}

#[tokio::test]
async fn there_are_so_many_streams_and_no_more_until_one_ends() {
    let shop = shop::open_with(Config {
        streams: 1,
        ..Config::for_testing()
    })
    .await;
    let stream = Listener::open(&shop, "", None).await;
    let refused = shop.get("/api/analytics/stream").token(&shop.admin).await;
    refused.expect_problem(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE");
    drop(stream);
    Listener::open(&shop, "", None).await;
}
