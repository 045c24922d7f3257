use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase};
use shared_events::Service;

use super::*;
use crate::domain::{Notice, Template, Wording};
use crate::store::{Migrator, notices};

struct Store {
    database: TestDatabase,
    clock: Clock,
}

impl Store {
    /// With two mails to be sent, and a notice that is no mail.
    async fn open() -> Self {
        let clock = Clock::manual(START);
        let database = TestDatabase::create::<Migrator>(Service::Notification, clock.clone()).await;
        let notice = |mail_to: Option<&str>| {
            let (title, text) = ("a title".to_owned(), "a text".to_owned());
            let worded = Notice::new(Template::Welcome, Wording { title, text }, START);
            Notice {
                mail_to: mail_to.map(str::to_owned),
                ..worded
            }
        };
        let notices = vec![
            notice(Some("ann@example.com")),
            notice(Some("bob@example.com")),
            notice(None),
        ];
        database
            .write(notices, |unit, notices| {
                Box::pin(notices::insert(unit, notices))
            })
            .await
            .unwrap();
        Self { database, clock }
    }

    async fn due(&self, most: u32) -> Vec<Mail> {
        let due = self
            .database
            .write(most, |unit, most| Box::pin(claim_due(unit, *most)));
        due.await.unwrap()
    }

    async fn done(&self, mails: &[Mail], status: MailStatus) {
        let ids: Vec<NotificationId> = mails.iter().map(|mail| mail.id).collect();
        let noted = self.database.write((ids, status), |unit, (ids, status)| {
            Box::pin(done(unit, ids, *status))
        });
        noted.await.unwrap();
    }

    async fn postpone(&self, mails: &[Mail], by: Duration) {
        let ids: Vec<NotificationId> = mails.iter().map(|mail| mail.id).collect();
        let until = self.clock.now() + by;
        let noted = self.database.write((ids, until), |unit, (ids, until)| {
            Box::pin(postpone(unit, ids, "no line", *until))
        });
        noted.await.unwrap();
    }
}

#[tokio::test]
async fn a_mail_belongs_to_who_has_it_in_hand_until_the_lease_ends() {
    let store = Store::open().await;
    assert_eq!(store.due(9).await, [], "whoever committed them sends them");
    store.clock.advance(LEASE);
    assert_eq!(store.due(1).await.len(), 1);
    let second = store.due(9).await;
    assert_eq!(second.len(), 1);
    assert_eq!(store.due(9).await, []);
    store.clock.advance(LEASE);
    assert_eq!(store.due(9).await.len(), 2);
}

#[tokio::test]
async fn a_mail_that_failed_is_due_after_the_pause_and_counts_its_attempts() {
    let store = Store::open().await;
    store.clock.advance(LEASE);
    let mails = store.due(9).await;
    store.postpone(&mails[..1], Duration::from_secs(5)).await;
    store.done(&mails[1..], MailStatus::Bounced).await;
    assert_eq!(store.due(9).await, []);
    store.clock.advance(Duration::from_secs(5));
    let again = store.due(9).await;
    assert_eq!(again.len(), 1);
    assert_eq!((again[0].id, again[0].attempts), (mails[0].id, 1));
}

#[tokio::test]
async fn who_has_lost_a_mail_cannot_have_it_sent_again() {
    let store = Store::open().await;
    store.clock.advance(LEASE);
    let slow = store.due(9).await;
    store.clock.advance(LEASE);
    let quick = store.due(9).await;
    assert_eq!(quick, slow);
    store.done(&quick, MailStatus::Sent).await;
    store.postpone(&slow, Duration::ZERO).await;
    assert_eq!(store.due(9).await, []);
}
