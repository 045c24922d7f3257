//! Claims.

use std::time::Duration;

use revcart_persistence::{Error, inbox};
use shared_events::MessageId;

use crate::fixture::Fixture;

#[tokio::test]
async fn a_message_is_claimed_once_and_a_rolled_back_claim_is_none() {
    let fixture = Fixture::new().await;
    let ids: Vec<_> = (0..300).map(|_| MessageId::new()).collect();
    let rolled_back: Result<usize, Error> = fixture
        .database
        .write(ids.clone(), |unit, ids| {
            Box::pin(async move {
                inbox::claim(unit, ids).await?;
                Err(Error::Closed)
            })
        })
        .await;
    assert!(rolled_back.is_err());
    let claim = |ids: Vec<MessageId>| {
        fixture
            .database
            .write(ids, |unit, ids| Box::pin(inbox::claim(unit, ids)))
    };
    assert_eq!(claim(ids[..200].to_vec()).await.unwrap().len(), 200);
    let fresh = claim(ids.clone()).await.unwrap();
    assert_eq!(fresh, ids[200..].iter().copied().collect());
}

#[tokio::test]
async fn claims_are_forgotten_after_thirty_days_and_not_before() {
    let fixture = Fixture::new().await;
    let old = revcart_persistence::Database::first_id_at(fixture.clock.now().micros());
    fixture
        .database
        .write(vec![old], |unit, ids| Box::pin(inbox::claim(unit, ids)))
        .await
        .unwrap();
    fixture.clock.advance(inbox::KEPT - Duration::from_secs(1));
    let forgotten = || {
        fixture
            .database
            .write((), |unit, ()| Box::pin(inbox::forget_old(unit, 100)))
    };
    assert_eq!(forgotten().await.unwrap(), 0);
    fixture.clock.advance(Duration::from_secs(2));
    assert_eq!(forgotten().await.unwrap(), 1);
}
