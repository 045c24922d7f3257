use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase};
use shared_events::Service;

use super::*;
use crate::domain::{Kind, Way};
use crate::store::Migrator;

async fn decide(database: &TestDatabase, user: UserId, kind: Kind, enabled: bool) {
    let decided = database.write((user, kind, enabled), |unit, (user, kind, enabled)| {
        Box::pin(async move {
            let mut preferences = to_change(unit, *user).await?;
            preferences.choose(Choice {
                kind: *kind,
                channel: Way::Push,
                enabled: *enabled,
            });
            keep(unit, *user, &preferences).await
        })
    });
    let decided: Result<(), Error> = decided.await;
    decided.unwrap();
}

#[tokio::test]
async fn what_was_decided_is_kept_and_the_last_word_counts() {
    let clock = Clock::manual(START);
    let database = TestDatabase::create::<Migrator>(Service::Notification, clock).await;
    let (ann, bob) = (UserId::new(), UserId::new());
    decide(&database, ann, Kind::Orders, true).await;
    decide(&database, ann, Kind::Stock, true).await;
    decide(&database, ann, Kind::Stock, false).await;
    let anns = of(&database, ann).await.unwrap();
    assert!(anns.wants(Kind::Orders, Way::Push) && !anns.wants(Kind::Stock, Way::Push));
    assert_eq!(of(&database, bob).await.unwrap(), Preferences::default());
    let found: Result<Vec<(UserId, Preferences)>, Error> = database
        .write([ann, bob], |unit, users| Box::pin(find(unit, users)))
        .await;
    assert_eq!(found.unwrap(), [(ann, anns)]);
}

#[test]
fn a_choice_of_another_version_of_the_program_is_left_out() {
    let stored = r#"[{"kind":"gossip","channel":"email","enabled":true},{"kind":"stock","channel":"sms","enabled":true}]"#;
    assert_eq!(read(stored).choices().count(), 1);
}
