//! Two processes on one database server share the work. A file has one owner, and these say nothing about it.

use std::path::Path;
use std::time::Duration;

use notification_service::Migrator;
use revcart_http_edge::host::{self, Adapters, Progress};
use revcart_persistence::outbox;
use revcart_persistence::testing::Place;
use shared_events::{Role, Service, UserId};
use tempfile::TempDir;

use crate::shop::{Shop, open, registered};

const MAILS: usize = 60;

/// Two replicas with a connection and a mail folder each. Bus and clock are the shop's, whose own service does nothing.
struct Two {
    shop: Shop,
    replicas: [(host::Service, TempDir); 2],
    _place: Place,
}

impl Two {
    async fn start() -> Option<Self> {
        let shop = open().await;
        let place = Place::make(Service::Notification).await;
        let mut replicas = Vec::new();
        for _ in 0..2 {
            let database = place
                .open(Service::Notification, shop.service.clock().clone())
                .await;
            if database.is_sole_owner() {
                return None;
            }
            database.migrate::<Migrator>().await.unwrap();
            let files = tempfile::tempdir().unwrap();
            let adapters = Adapters {
                database,
                files: files.path().to_owned(),
                ..shop.service.parts().adapters.clone()
            };
            let config = notification_service::Config::for_testing();
            let service = notification_service::build(config, adapters).await.unwrap();
            replicas.push((service, files));
        }
        Some(Self {
            shop,
            replicas: replicas.try_into().ok().expect("two were pushed"),
            _place: place,
        })
    }

    /// The first replica hears of new users, and owes each of them a mail.
    async fn hear(&self) {
        for number in 0..MAILS {
            let email = format!("user{number}@example.com");
            self.shop
                .service
                .deliver(registered(UserId::new(), &email, Role::Customer))
                .await;
        }
        while self.replicas[0].0.consumers[0].step().await.unwrap() > 0 {}
    }

    /// How many times each user was written to, by whichever replica.
    fn mails(&self) -> Vec<usize> {
        let text: String = self
            .replicas
            .iter()
            .map(|(_, files)| mailbox(files.path()))
            .collect();
        (0..MAILS)
            .map(|number| {
                text.matches(&format!("To: user{number}@example.com\n"))
                    .count()
            })
            .collect()
    }

    async fn reports(&self) -> usize {
        let database = &self.replicas[0].0.adapters.database;
        let page = outbox::page(database, None, 1000).await.unwrap();
        page.len()
    }
}

fn mailbox(files: &Path) -> String {
    std::fs::read_to_string(files.join("mail.mbox")).unwrap()
}

/// Runs every job of a service until none has anything to do.
async fn work(service: &host::Service) {
    loop {
        let mut idle = true;
        for job in &service.jobs {
            idle &= matches!(job.step().await.unwrap(), Progress::Idle);
        }
        if idle {
            return;
        }
    }
}

#[tokio::test]
async fn what_one_process_has_in_hand_another_leaves_alone() {
    let Some(two) = Two::start().await else {
        return;
    };
    two.hear().await;
    let [(first, _), (second, other)] = &two.replicas;
    work(second).await;
    assert_eq!(mailbox(other.path()), "");
    work(first).await;
    assert_eq!(two.mails(), [1; MAILS]);
}

#[tokio::test]
async fn mails_that_a_crash_left_behind_are_sent_once_by_two_processes_at_once() {
    let Some(two) = Two::start().await else {
        return;
    };
    two.hear().await;
    two.shop.service.clock().advance(Duration::from_secs(31));
    let [(first, _), (second, _)] = &two.replicas;
    tokio::join!(work(first), work(second), work(first), work(second));
    assert_eq!(two.mails(), [1; MAILS]);
    assert_eq!(two.reports().await, MAILS);
}
