//! What is left when the process does not get to say good-bye.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use revcart_messaging::embedded::EmbeddedBus;
use revcart_runtime::{Clock, Environment, Setting};
use shared_events::{MessageId, Service};

use super::broker::*;

/// Set where this program is to publish until it is killed: the broker's file.
const VICTIM: Setting = Setting {
    name: "REVCART_TEST_BROKER",
    default: None,
    meaning: "the broker's file",
    secret: false,
};

#[tokio::test]
async fn what_a_publish_has_returned_for_survives_sigkill() {
    if let Some(path) = Environment::from_process().optional_text(&VICTIM).unwrap() {
        return publish_until_killed(Path::new(&path)).await;
    }
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("broker.db");
    let mut published = BTreeSet::new();
    let mut consumed = BTreeSet::new();
    for round in 1..=6 {
        let mut victim = victim(&path);
        let lines = BufReader::new(victim.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let mut ids =
            lines.filter_map(|line| line.strip_prefix("published ")?.parse::<MessageId>().ok());
        published.extend(ids.by_ref().take(round * 150));
        victim.kill().unwrap();
        published.extend(ids);
        victim.wait().unwrap();

        let bus = open(&path, &Clock::system()).await;
        consumed.extend(drain(&bus, Service::Product).await);
        let missing: Vec<_> = published.difference(&consumed).collect();
        assert!(missing.is_empty(), "round {round} lost {missing:?}");
        bus.close().await;
    }
}

fn victim(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::what_a_publish_has_returned_for_survives_sigkill",
            "--nocapture",
        ])
        .env(VICTIM.name, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Publishes from several hands at once and says what is published; other hands consume a part of it meanwhile.
async fn publish_until_killed(path: &Path) {
    let bus = open(path, &Clock::system()).await;
    let publisher = async || {
        loop {
            let messages: Vec<_> = (0..10).map(|number| event(&number.to_string())).collect();
            publish(&bus, &messages).await;
            messages
                .iter()
                .for_each(|message| println!("published {}", message.id));
        }
    };
    let consumer = async || {
        loop {
            let received = receive(&bus, Service::Analytics, 10).await;
            delete(&bus, Service::Analytics, &received[received.len() / 2..]).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(publisher(), publisher(), publisher(), consumer());
}

#[tokio::test]
async fn a_message_that_kills_the_process_is_counted() {
    if let Some(path) = Environment::from_process()
        .optional_text(&POISONED)
        .unwrap()
    {
        let bus = open(Path::new(&path), &Clock::system()).await;
        let received = receive(&bus, SERVICE, 1).await;
        println!("received {}", received[0].receive_count);
        return std::future::pending().await;
    }
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("broker.db");
    let bus = open(&path, &Clock::system()).await;
    publish(&bus, &[command("poison")]).await;
    bus.close().await;
    for run in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "crash::a_message_that_kills_the_process_is_counted",
                "--nocapture",
            ])
            .env(POISONED.name, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .find(|line| line.starts_with("received"));
        assert_eq!(said, Some(format!("received {run}")));
        // A handler takes some time to kill its process; the count is written meanwhile, without being waited for.
        let inspector = EmbeddedBus::inspect(&path, Clock::system()).unwrap();
        while inspector.peek(SERVICE, None, 1).unwrap()[0].receive_count < run {
            tokio::task::yield_now().await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

/// Set where this program is to receive and wait to be killed: the broker's file.
const POISONED: Setting = Setting {
    name: "REVCART_TEST_POISONED",
    default: None,
    meaning: "the broker's file",
    secret: false,
};

#[tokio::test]
async fn a_copy_of_the_files_taken_under_load_holds_all_that_was_published_before() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("broker.db");
    let bus = open(&path, &Clock::system()).await;
    let mut published = BTreeSet::new();
    for round in 0..20 {
        let messages: Vec<_> = (0..50)
            .map(|number| event(&format!("{round} {number}")))
            .collect();
        publish(&bus, &messages).await;
        published.extend(messages.iter().map(|message| message.id));
        let more: Vec<_> = (0..500)
            .map(|number| command(&number.to_string()))
            .collect();
        let copy = home.path().join(format!("copy-{round}"));
        let ((), ()) = tokio::join!(publish(&bus, &more), async { copy_files(&path, &copy) });
        if round % 5 == 4 {
            let restored = open(&copy, &Clock::system()).await;
            assert_eq!(
                drain(&restored, Service::Product).await,
                published,
                "round {round}"
            );
            restored.close().await;
        }
    }
}

/// The log first: what is in it is not carried over into the file before it has grown far larger than here.
fn copy_files(from: &Path, to: &Path) {
    let log = |path: &Path| format!("{}-wal", path.display());
    std::fs::copy(log(from), log(to)).unwrap();
    std::fs::copy(from, to).unwrap();
}
