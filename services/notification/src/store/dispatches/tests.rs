use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase};
use shared_events::{OrderId, Service};

use super::*;
use crate::domain::{Notice, Template, Wording};
use crate::store::{Migrator, notices};

struct Store {
    database: TestDatabase,
    clock: Clock,
    order: OrderId,
}

impl Store {
    /// With two mails to be sent, and a notice that is no mail.
    async fn open() -> Self {
        let clock = Clock::manual(START);
        let database = TestDatabase::create::<Migrator>(Service::Notification, clock.clone()).await;
        let order = OrderId::new();
        let notice = |mail_to: Option<&str>| {
            let wording = Wording {
                title: "a title".to_owned(),
                text: "a text".to_owned(),
                html: "<p>a text</p>".to_owned(),
            };
            Notice {
                to: mail_to.map(str::to_owned),
                order_id: Some(order),
                ..Notice::new(Template::OtpReset, wording, START)
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
        Self {
            database,
            clock,
            order,
        }
    }

    async fn due(&self, most: u32) -> Vec<Dispatch> {
        let due = self
            .database
            .write(most, |unit, most| Box::pin(claim_due(unit, *most)));
        due.await.unwrap()
    }

    async fn done(&self, mails: &[Dispatch], status: DispatchStatus) {
        let done_with = (mails.to_vec(), status);
        let noted = self.database.write(done_with, |unit, (mails, status)| {
            Box::pin(done(unit, mails, *status))
        });
        noted.await.unwrap();
    }

    /// What is kept of its text.
    async fn text(&self, id: NotificationId) -> String {
        let kept = notices::of_order(&self.database, self.order).await.unwrap();
        let kept = kept.into_iter().find(|kept| kept.id == id).unwrap();
        kept.text
    }

    async fn postpone(&self, mails: &[Dispatch], by: Duration) {
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
    store.done(&mails[1..], DispatchStatus::Bounced).await;
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
    store.done(&quick, DispatchStatus::Sent).await;
    store.postpone(&slow, Duration::ZERO).await;
    assert_eq!(store.due(9).await, []);
}

#[tokio::test]
async fn what_is_done_with_leaves_no_secret_behind() {
    let store = Store::open().await;
    store.clock.advance(LEASE);
    let mails = store.due(9).await;
    assert_eq!(mails[0].html.as_deref(), Some("<p>a text</p>"));
    store.done(&mails[..1], DispatchStatus::Failed).await;
    // Whoever took it over is too late; what is kept can be read only as what is left of it.
    let (sent, left) = (mails[0].id, mails[1].id);
    assert_eq!(store.text(sent).await, "");
    assert_eq!(store.text(left).await, "a text");
}
