//! Idempotency keys.

use revcart_persistence::Error;
use revcart_persistence::idempotency::{self, Found, Key};

use crate::fixture::Fixture;

fn key(fingerprint: &str) -> Key {
    Key {
        scope: "user/1 POST /api/orders/checkout".to_owned(),
        key: "k1".to_owned(),
        fingerprint: fingerprint.to_owned(),
    }
}

#[tokio::test]
async fn the_first_answer_is_kept_with_its_effect_and_another_request_is_told() {
    let fixture = Fixture::new().await;
    let find = |fingerprint: &str| {
        fixture.database.write(key(fingerprint), |unit, key| {
            Box::pin(idempotency::find(unit, key))
        })
    };
    assert_eq!(find("a").await.unwrap(), Found::Fresh);
    fixture
        .database
        .write(key("a"), |unit, key| {
            Box::pin(idempotency::keep(unit, key, 202, "{}".to_owned()))
        })
        .await
        .unwrap();
    assert_eq!(
        find("a").await.unwrap(),
        Found::Answered {
            status: 202,
            body: "{}".to_owned()
        }
    );
    assert_eq!(find("b").await.unwrap(), Found::OtherRequest);
    let twice: Result<(), Error> = fixture
        .database
        .write(key("a"), |unit, key| {
            Box::pin(idempotency::keep(unit, key, 202, "{}".to_owned()))
        })
        .await;
    assert!(twice.is_err());
}

#[tokio::test]
async fn answers_are_forgotten_after_a_day() {
    let fixture = Fixture::new().await;
    fixture
        .database
        .write(key("a"), |unit, key| {
            Box::pin(idempotency::keep(unit, key, 202, "{}".to_owned()))
        })
        .await
        .unwrap();
    fixture
        .clock
        .advance(idempotency::KEPT + std::time::Duration::from_secs(1));
    let forgotten = fixture
        .database
        .write((), |unit, ()| Box::pin(idempotency::forget_old(unit, 10)))
        .await
        .unwrap();
    assert_eq!(forgotten, 1);
}
