//! Connections over `WebSocket` that break and are taken up again, and how they end.

use std::time::Duration;

use axum::http::StatusCode;
use futures::{SinkExt, StreamExt};
use revcart_http_edge::EdgeOptions;
use revcart_http_edge::auth::Role;
use revcart_runtime::Shutdown;
use serde_json::{Value, json};
use shared_events::{OrderId, Service};
use tokio::net::TcpListener;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::shop::{Shop, open, open_set, placed};
use crate::watching::{Socket, introduced, next};

const LIMIT: Duration = Duration::from_secs(20);

/// Serves the shop on a port while `told` goes on, with an edge that is told of the shutdown.
async fn served(shop: &Shop, told: impl AsyncFnOnce(&str, &Shutdown)) {
    let adapters = &shop.service.parts().adapters;
    let shutdown = Shutdown::new();
    let options = EdgeOptions::new(
        adapters.verifier.clone(),
        adapters.clock.clone(),
        shutdown.clone(),
    );
    let routes = shop.service.parts().routes.clone();
    let router = revcart_http_edge::edge(Service::Notification, routes, &adapters.health, options);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}/ws/notifications", listener.local_addr().unwrap());
    let serving = revcart_http_edge::serve(listener, router, shutdown.clone());
    let telling = async {
        told(&address, &shutdown).await;
        shutdown.trigger();
    };
    let both = async { tokio::join!(serving, telling).0 };
    tokio::time::timeout(LIMIT, both).await.unwrap().unwrap();
}

/// A new order of the shop's customer, who is told of it.
async fn place(shop: &Shop) -> String {
    let order = OrderId::new();
    let own = placed(order, Some(shop.service.customer.id), "ann@example.com");
    shop.service.deliver(own).await;
    shop.service.settle().await;
    order.to_string()
}

/// What comes next that is no ping.
async fn told(socket: &mut Socket) -> Value {
    loop {
        match next(socket).await {
            Message::Ping(_) => {}
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?} is no news"),
        }
    }
}

async fn end(socket: &mut Socket) -> u16 {
    loop {
        match next(socket).await {
            Message::Ping(_) => {}
            Message::Close(Some(frame)) => return frame.code.into(),
            other => panic!("{other:?} is no end"),
        }
    }
}

async fn begun(socket: &mut Socket) {
    assert!(matches!(next(socket).await, Message::Ping(_)));
}

#[tokio::test]
async fn what_was_missed_is_told_in_order_and_then_what_comes_up() {
    let shop = open().await;
    served(&shop, async |address, _| {
        let token = &shop.service.customer.token;
        let mut socket = introduced(address, token).await;
        begun(&mut socket).await;
        let first = place(&shop).await;
        let seen = told(&mut socket).await;
        assert_eq!(seen["orderId"], first);
        let last = seen["notificationId"].as_str().unwrap();
        socket.close(None).await.unwrap();
        // More than are read at a time.
        let mut missed = Vec::new();
        for _ in 0..105 {
            missed.push(place(&shop).await);
        }
        let taken_up = format!("{address}?after={last}");
        for by_message in [false, true] {
            let mut socket = if by_message {
                let (mut socket, _) = connect_async(address).await.unwrap();
                let introduction = json!({"token": token, "after": last}).to_string();
                socket.send(Message::text(introduction)).await.unwrap();
                socket
            } else {
                introduced(&taken_up, token).await
            };
            for order in &missed {
                assert_eq!(told(&mut socket).await["orderId"], *order);
            }
            let live = place(&shop).await;
            assert_eq!(told(&mut socket).await["orderId"], live);
            missed.push(live);
        }
    })
    .await;
}

#[tokio::test]
async fn a_browser_says_who_it_is_beside_the_name_of_the_protocol() {
    let shop = open().await;
    served(&shop, async |address, _| {
        let with_token = |token: &str| {
            let mut request = address.into_client_request().unwrap();
            let offers = format!("bearer, {token}").parse().unwrap();
            request
                .headers_mut()
                .insert("sec-websocket-protocol", offers);
            request
        };
        let customer = with_token(&shop.service.customer.token);
        let (mut socket, response) = connect_async(customer).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "bearer");
        begun(&mut socket).await;
        let order = place(&shop).await;
        assert_eq!(told(&mut socket).await["orderId"], order);
        for (token, status) in [
            ("forged".to_owned(), StatusCode::UNAUTHORIZED),
            (shop.service.token_of(Service::User), StatusCode::FORBIDDEN),
        ] {
            match connect_async(with_token(&token)).await {
                Err(Error::Http(response)) => assert_eq!(response.status(), status),
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_connection_ends_with_a_code_that_says_why() {
    let shop = open().await;
    served(&shop, async |address, shutdown| {
        let mut forged = introduced(address, "forged").await;
        assert_eq!(end(&mut forged).await, 4401);
        let service = shop.service.token_of(Service::User);
        let mut service = introduced(address, &service).await;
        assert_eq!(end(&mut service).await, 4403);
        let (mut rude, _) = connect_async(address).await.unwrap();
        rude.send(Message::text("hello?")).await.unwrap();
        assert_eq!(end(&mut rude).await, 4400);
        let mut stays = introduced(address, &shop.service.customer.token).await;
        begun(&mut stays).await;
        let mut many = Vec::new();
        for _ in 1..32 {
            let mut one = introduced(address, &shop.service.customer.token).await;
            begun(&mut one).await;
            many.push(one);
        }
        let mut too_many = introduced(address, &shop.service.customer.token).await;
        assert_eq!(end(&mut too_many).await, 4409);
        shutdown.trigger();
        assert_eq!(end(&mut stays).await, 1001);
    })
    .await;
}

#[tokio::test]
async fn a_connection_lasts_no_longer_than_its_token() {
    let shop = open().await;
    served(&shop, async |address, _| {
        let customer = shop.service.customer.id;
        let expired = shop.service.keys().expired_token(customer, Role::Customer);
        let mut late = introduced(address, &expired).await;
        assert_eq!(end(&mut late).await, 4401);
        let mut socket = introduced(address, &shop.service.customer.token).await;
        begun(&mut socket).await;
        // The fixture's tokens last for ten years.
        shop.service
            .clock()
            .advance(Duration::from_secs(11 * 365 * 24 * 3600));
        assert_eq!(end(&mut socket).await, 4401);
    })
    .await;
}

#[tokio::test]
async fn who_does_not_answer_is_taken_for_gone() {
    let shop = open_set(&[("REVCART_NOTIFICATION_HEARTBEAT", "50ms")]).await;
    served(&shop, async |address, _| {
        let token = &shop.service.customer.token;
        let (mut answers, mut silent) = (
            introduced(address, token).await,
            introduced(address, token).await,
        );
        for _ in 0..4 {
            // Reading answers.
            assert!(matches!(next(&mut answers).await, Message::Ping(_)));
        }
        let mut pings = 0;
        while let Some(Ok(message)) = silent.next().await {
            assert!(matches!(message, Message::Ping(_)), "{message:?}");
            pings += 1;
            assert!(pings < 4, "somebody who is gone is asked again");
        }
        assert!(pings > 0);
    })
    .await;
}
