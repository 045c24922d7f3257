//! What replicas have in common through Redis, and what becomes of it while Redis is away.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use revcart_http_edge::Shared;
use revcart_http_edge::host::{Job, Progress, Wake};
use revcart_http_edge::live::Followers;
use revcart_http_edge::shared::testing::{self, Server};
use revcart_http_edge::shared::{Away, Error, Heard, Script};
use revcart_runtime::{Clock, Environment, Secret, Shutdown, Tasks};

/// How long anything may take that happens at once.
const PATIENCE: Duration = Duration::from_secs(20);
/// A poll that comes too late to help a test.
const SELDOM: Duration = Duration::from_secs(3600);

/// The versions of things, as one database keeps them for all replicas.
type Database = Arc<Mutex<HashMap<u32, i64>>>;

/// One of several, each with its own tasks; they end with it.
struct Replica {
    database: Database,
    followers: Followers<u32, String>,
    tasks: Tasks,
}

impl Replica {
    fn start(shared: &Shared, database: &Database, poll: Duration) -> Self {
        let (shutdown, look) = (Shutdown::new(), Wake::default());
        let tasks = Tasks::new(shutdown.clone());
        let followers = Followers::across(10, shared, "things", look.clone());
        let (register, kept) = (followers.clone(), Arc::clone(database));
        let job = Job::every("poll", poll, move || {
            for key in register.seen().into_keys() {
                if let Some(version) = kept.lock().unwrap().get(&key) {
                    register.found(&key, *version, format!("found {version}"));
                }
            }
            Box::pin(async { Ok(Progress::Idle) })
        });
        shared.start(&tasks, &shutdown);
        tasks.spawn("poll", async move {
            job.woken_by(look).run(&Clock::system(), &shutdown).await;
        });
        Self {
            database: Arc::clone(database),
            followers,
            tasks,
        }
    }

    fn commit(&self, key: u32, version: i64) {
        self.database.lock().unwrap().insert(key, version);
        self.followers
            .tell(&key, version, format!("told {version}"));
    }

    /// Follows something and returns what is told first that is at least `version`.
    async fn sees(&self, key: u32, version: i64) -> String {
        let mut following = self.followers.follow(key).unwrap();
        loop {
            let news = following.news().await;
            if news.version >= version {
                return news.value;
            }
        }
    }

    async fn end(self) {
        assert_eq!(self.tasks.drain(PATIENCE).await, [""; 0]);
    }
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what)
        .await
        .expect("it takes no time")
}

/// Until `there` has heard from `here`: a connection that listens takes a moment to be made.
async fn acquainted(here: &Replica, there: &Replica) {
    let seen = there.sees(0, 1);
    let said = async {
        for version in 1.. {
            here.commit(0, version);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    soon(async {
        tokio::select! { _ = seen => {}, () = said => {} }
    })
    .await;
}

#[tokio::test]
async fn what_one_replica_commits_a_follower_of_another_sees_at_once() {
    let prefix = testing::prefix();
    let (one, other) = (
        testing::replica(&prefix).await,
        testing::replica(&prefix).await,
    );
    let database = Database::default();
    let one = Replica::start(&one, &database, SELDOM);
    let other = Replica::start(&other, &database, SELDOM);
    acquainted(&one, &other).await;
    let (seen, ()) = soon(async {
        tokio::join!(other.sees(7, 3), async {
            tokio::task::yield_now().await;
            one.commit(7, 3);
        })
    })
    .await;
    assert_eq!(seen, "found 3", "it was read where it is kept");
    one.end().await;
    other.end().await;
}

#[tokio::test]
async fn while_redis_is_away_the_poll_finds_it_and_afterwards_news_come_at_once_again() {
    let mut server = Server::start().await;
    let (one, other) = (server.replica().await, server.replica().await);
    let database = Database::default();
    let one = Replica::start(&one, &database, SELDOM);
    let polling = Replica::start(&other, &database, Duration::from_millis(20));
    acquainted(&one, &polling).await;
    server.stop();
    let begun = Instant::now();
    one.commit(7, 1);
    assert!(
        begun.elapsed() < Duration::from_millis(200),
        "a commit does not wait"
    );
    assert_eq!(soon(polling.sees(7, 1)).await, "found 1");
    polling.end().await;
    server.start_again().await;
    let seldom = Replica::start(&server.replica().await, &database, SELDOM);
    acquainted(&one, &seldom).await;
    one.end().await;
    seldom.end().await;
}

#[tokio::test]
async fn what_was_said_while_nobody_could_hear_is_looked_for_as_soon_as_they_can() {
    let mut server = Server::start().await;
    let database = Database::default();
    let one = Replica::start(&server.replica().await, &database, SELDOM);
    let other = Replica::start(&server.replica().await, &database, SELDOM);
    acquainted(&one, &other).await;
    server.stop();
    let seen = other.sees(7, 1);
    let outage = async {
        tokio::task::yield_now().await;
        one.commit(7, 1);
        server.start_again().await;
    };
    let (seen, ()) = soon(async { tokio::join!(seen, outage) }).await;
    assert_eq!(seen, "found 1");
    one.end().await;
    other.end().await;
}

#[tokio::test]
async fn messages_reach_the_others_and_not_the_one_who_says_them() {
    let prefix = testing::prefix();
    let (shutdown, heard) = (Shutdown::new(), Arc::new(Mutex::new(Vec::new())));
    let tasks = Tasks::new(shutdown.clone());
    let mut topics = Vec::new();
    for replica in 0..2 {
        let (shared, heard) = (testing::replica(&prefix).await, Arc::clone(&heard));
        topics.push(shared.topic::<String>("sayings", move |saying| {
            if let Heard::Message(saying) = saying {
                heard.lock().unwrap().push((replica, saying));
            }
        }));
        shared.start(&tasks, &shutdown);
        shared.start(&tasks, &shutdown);
    }
    let heard = || heard.lock().unwrap().clone();
    soon(async {
        while heard().is_empty() {
            topics[0].say(&"anybody?".to_owned());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        topics[0].say(&"good-bye".to_owned());
        while !heard().contains(&(1, "good-bye".to_owned())) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(
        heard().iter().all(|(replica, _)| *replica == 1),
        "{:?}",
        heard()
    );
    let farewells = heard()
        .iter()
        .filter(|(_, saying)| saying == "good-bye")
        .count();
    assert_eq!(farewells, 1, "however often it was started");
    tasks.drain(PATIENCE).await;
}

#[tokio::test]
async fn a_command_takes_no_time_while_redis_hangs_and_works_again_after() {
    let server = Server::start().await;
    let shared = server.replica().await;
    let connection = shared.connection().unwrap();
    connection.ping().await.unwrap();
    server.hang();
    let begun = Instant::now();
    assert_eq!(connection.ping().await, Err(Away));
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    let begun = Instant::now();
    for _ in 0..1000 {
        let _ = connection.ping().await;
    }
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    server.resume();
    soon(async {
        while connection.ping().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_command_after_a_restart_of_the_server_succeeds() {
    let mut server = Server::start().await;
    let shared = server.replica().await;
    let connection = shared.connection().unwrap();
    let script = Script::new("return 7");
    let answer = async || connection.run::<u8>(&script, &[""; 0], &[]).await;
    assert_eq!(answer().await, Ok(7));
    server.stop();
    server.start_again().await;
    assert_eq!(
        answer().await,
        Ok(7),
        "also with a script that the server has forgotten"
    );
}

#[tokio::test]
async fn a_wrong_address_or_password_stops_the_start_with_one_line_that_names_the_setting() {
    let server = Server::start().await;
    let right = server.url().expose().to_owned();
    let with_password = right.replace("redis://", "redis://nobody:secret-word@");
    let cases = [
        (
            "redis://127.0.0.1:1".to_owned(),
            "start it or correct the address",
        ),
        ("no address".to_owned(), "rediss:// for TLS"),
        (with_password, "correct them in the setting"),
    ];
    for (url, advice) in cases {
        let env = Environment::from_pairs([("REVCART_REDIS_URL", url)]);
        let error: Error = Shared::from_env(&env).await.unwrap_err();
        let line = error.to_string();
        assert!(
            line.contains("REVCART_REDIS_URL") && line.contains(advice),
            "{line}"
        );
        assert!(
            !line.contains('\n') && !line.contains("secret-word"),
            "{line}"
        );
    }
    let right = Shared::redis(&Secret::new(right), "x").await.unwrap();
    assert!(right.connection().is_some());
    let unset = Shared::from_env(&Environment::default()).await.unwrap();
    assert!(matches!(unset, Shared::Memory));
}
