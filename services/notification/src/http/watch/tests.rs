use futures::{SinkExt, StreamExt};
use revcart_http_edge::host::{Adapters, Service};
use revcart_testkit::{Fixture, TestService};
use tokio::net::TcpListener;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use super::*;
use crate::app::WAITING;
use crate::config::Config;
use crate::domain::News;
use crate::store::Migrator;

/// A service and what its handlers work with.
async fn open() -> (TestService, App) {
    let (taken, kept) = std::sync::mpsc::channel();
    let build = async move |adapters: Adapters| {
        let app = App::new(Config::for_testing(), &adapters).await?;
        taken.send(app.clone()).expect("somebody waits for it");
        Ok(Service {
            name: shared_events::Service::Notification,
            routes: crate::http::routes(app),
            consumers: Vec::new(),
            jobs: Vec::new(),
            adapters,
        })
    };
    let service = Fixture::new::<Migrator>(shared_events::Service::Notification)
        .start(build)
        .await;
    let app = kept.recv().expect("it was built");
    (service, app)
}

#[tokio::test]
async fn who_reads_too_slowly_is_closed_with_a_code_of_its_own() {
    let (service, app) = open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}/ws/notifications", listener.local_addr().unwrap());
    let shutdown = Shutdown::new();
    let serving = revcart_http_edge::serve(listener, service.router(), shutdown.clone());
    let reading = async {
        let (mut socket, _) = connect_async(address).await.unwrap();
        let token = serde_json::json!({"token": service.customer.token});
        socket.send(Message::text(token.to_string())).await.unwrap();
        assert!(matches!(
            socket.next().await.unwrap().unwrap(),
            Message::Ping(_)
        ));
        // More than wait for anybody, before the connection has its turn.
        for number in 0..=WAITING {
            app.live.tell(&News {
                user: service.customer.id,
                notice: None,
                text: number.to_string(),
            });
        }
        let end = socket.next().await.unwrap().unwrap();
        assert!(
            matches!(&end, Message::Close(Some(frame)) if u16::from(frame.code) == 4429),
            "{end:?}"
        );
        shutdown.trigger();
    };
    let (served, ()) = tokio::join!(serving, reading);
    served.unwrap();
}

#[test]
fn a_token_is_offered_beside_the_name_of_the_protocol() {
    for (offers, expected) in [
        ("bearer, a.b.c", Some("a.b.c")),
        ("chat,bearer,a.b.c", Some("a.b.c")),
        ("bearer", None),
        ("a.b.c", None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(SEC_WEBSOCKET_PROTOCOL, offers.parse().unwrap());
        assert_eq!(offered(&headers), expected, "{offers}");
    }
}
