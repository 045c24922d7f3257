//! What a cache must do, wherever it keeps carts.

use std::cell::Cell;

use revcart_http_edge::shared::testing::{self, Server};
use revcart_persistence::Error;
use revcart_runtime::Clock;
use revcart_testkit::{START, TestDatabase, eventually};
use shared_events::{Service, UserId};

use super::*;
use crate::store::{Migrator, carts};

/// A cart service's database with a cache in front.
struct Side {
    database: TestDatabase,
    cache: Cache,
    server: Option<Server>,
}

impl Side {
    async fn over(cache: Cache, server: Option<Server>) -> Self {
        let clock = Clock::manual(START);
        Self {
            database: TestDatabase::create::<Migrator>(Service::Cart, clock).await,
            cache,
            server,
        }
    }

    async fn memory() -> Self {
        Self::over(Cache::in_memory(1000), None).await
    }

    /// In a Redis of its own, which can be stopped.
    async fn redis() -> Self {
        let server = Server::start().await;
        Self::over(in_redis(&server.replica().await, KEPT), Some(server)).await
    }

    async fn commit(&self, cart: &Cart) {
        commit(&self.database, &self.cache, cart).await;
    }

    /// The version found, and whether the database was asked.
    async fn find(&self, id: CartId) -> (u32, bool) {
        find(&self.database, &self.cache, id).await
    }

    /// Has nothing at hand any more, as after a long time.
    async fn expire(&mut self) {
        match &self.cache {
            Cache::Off => {}
            Cache::Memory(memory) => memory.invalidate_all(),
            Cache::Replicas(_) => {
                let server = self.server.as_ref().unwrap();
                self.cache = in_redis(&server.replica().await, Duration::from_millis(1));
            }
        }
    }

    /// Has no cache any more.
    fn lose(&mut self) {
        match &mut self.server {
            Some(server) => server.stop(),
            None => self.cache = Cache::Off,
        }
    }
}

fn in_redis(shared: &Shared, kept: Duration) -> Cache {
    Cache::Replicas(Replicas::new(shared.connection().unwrap(), kept))
}

async fn commit(database: &Database, cache: &Cache, cart: &Cart) {
    let written: Result<(), Error> = database
        .write((cache.clone(), cart.clone()), |unit, (cache, cart)| {
            Box::pin(async move {
                let is_new = carts::find(unit.sql(), cart.id).await?.is_none();
                carts::save_touched(unit.sql(), cart, is_new).await?;
                cache.keep(unit, vec![Arc::new(cart.clone())]);
                Ok(())
            })
        })
        .await;
    written.unwrap();
    cache.settle(cart.id).await;
}

async fn find(database: &Database, cache: &Cache, id: CartId) -> (u32, bool) {
    let asked = Cell::new(false);
    let read = async {
        asked.set(true);
        carts::find(database.read(), id).await
    };
    let cart = cache.cart(id, read).await.unwrap();
    (cart.map_or(0, |cart| cart.version), asked.get())
}

fn cart() -> Cart {
    at_version(&Cart::of_user(UserId::new(), START), 1)
}

fn at_version(cart: &Cart, version: u32) -> Cart {
    Cart {
        version,
        ..cart.clone()
    }
}

macro_rules! contract {
    (in $side:ident: $($test:ident),+) => {
        mod $side {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(super::Side::$side().await).await;
                }
            )+
        }
    };
    ($($test:ident),+ $(,)?) => {
        contract!(in memory: $($test),+);
        contract!(in redis: $($test),+);
    };
}

contract!(
    what_a_commit_has_stored_is_found_and_then_at_hand,
    a_newer_cart_replaces_what_is_at_hand,
    a_slow_reader_never_puts_an_old_cart_over_a_newer_one,
    a_change_that_reaches_any_cart_takes_all_from_hand,
    what_is_no_longer_at_hand_comes_from_the_database,
    without_it_carts_are_right_and_writing_goes_on,
    a_cart_that_does_not_exist_is_not_made_up,
);

async fn what_a_commit_has_stored_is_found_and_then_at_hand(side: Side) {
    let cart = cart();
    side.commit(&cart).await;
    assert_eq!(side.find(cart.id).await.0, 1);
    assert_eq!(side.find(cart.id).await, (1, false));
}

async fn a_newer_cart_replaces_what_is_at_hand(side: Side) {
    let cart = cart();
    for version in 1..4 {
        side.commit(&at_version(&cart, version)).await;
        assert_eq!(side.find(cart.id).await.0, version);
        assert_eq!(side.find(cart.id).await, (version, false));
    }
}

async fn a_slow_reader_never_puts_an_old_cart_over_a_newer_one(side: Side) {
    let cart = cart();
    // Stored, but at hand nowhere.
    commit(&side.database, &Cache::Off, &cart).await;
    let slow = async {
        let found = carts::find(side.database.read(), cart.id).await;
        side.commit(&at_version(&cart, 2)).await;
        found
    };
    let found = side.cache.cart(cart.id, slow).await.unwrap();
    assert_eq!(found.unwrap().version, 1, "it began before the commit");
    assert_eq!(side.find(cart.id).await.0, 2);
    assert_eq!(side.find(cart.id).await, (2, false));
}

async fn a_change_that_reaches_any_cart_takes_all_from_hand(side: Side) {
    let (one, other) = (cart(), cart());
    for cart in [&one, &other] {
        side.commit(cart).await;
        side.find(cart.id).await;
    }
    let written: Result<(), Error> = side
        .database
        .write((side.cache.clone(), one.id), |unit, (cache, id)| {
            Box::pin(async move {
                carts::raise_versions(unit.sql(), &[*id], 1, false).await?;
                cache.forget_all(unit);
                Ok(())
            })
        })
        .await;
    written.unwrap();
    assert_eq!(side.find(one.id).await, (2, true));
    if let Some(job) = side.cache.job() {
        job.step().await.unwrap();
    }
    assert_eq!(side.find(other.id).await, (1, true));
}

async fn what_is_no_longer_at_hand_comes_from_the_database(mut side: Side) {
    let cart = cart();
    side.commit(&cart).await;
    side.find(cart.id).await;
    side.expire().await;
    side.commit(&at_version(&cart, 2)).await;
    side.find(cart.id).await;
    side.expire().await;
    eventually("the cart is at hand no more", async || {
        let (version, asked) = side.find(cart.id).await;
        assert_eq!(version, 2);
        asked.then_some(())
    })
    .await;
}

async fn without_it_carts_are_right_and_writing_goes_on(mut side: Side) {
    let cart = cart();
    side.commit(&cart).await;
    side.find(cart.id).await;
    side.lose();
    let begun = std::time::Instant::now();
    assert_eq!(side.find(cart.id).await, (1, true));
    for version in 2..5 {
        side.commit(&at_version(&cart, version)).await;
        assert_eq!(side.find(cart.id).await, (version, true));
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "only slower");
}

async fn a_cart_that_does_not_exist_is_not_made_up(side: Side) {
    for _ in 0..2 {
        assert_eq!(side.find(CartId::new()).await, (0, true));
    }
}

#[tokio::test]
async fn what_one_replica_changes_no_other_shows_as_it_was() {
    let prefix = testing::prefix();
    let one = Side::over(in_redis(&testing::replica(&prefix).await, KEPT), None).await;
    let other = in_redis(&testing::replica(&prefix).await, KEPT);
    let cart = cart();
    for version in 1..4 {
        one.commit(&at_version(&cart, version)).await;
        assert_eq!(find(&one.database, &other, cart.id).await, (version, true));
        assert_eq!(
            one.find(cart.id).await,
            (version, false),
            "one read for all"
        );
    }
}

#[tokio::test]
async fn what_was_overtaken_while_redis_was_away_does_not_come_back_with_it() {
    let mut side = Side::redis().await;
    let cart = cart();
    side.commit(&cart).await;
    side.find(cart.id).await;
    side.lose();
    side.commit(&at_version(&cart, 2)).await;
    let server = side.server.as_mut().unwrap();
    server.start_again().await;
    let other = in_redis(&server.replica().await, KEPT);
    let kept = find(&side.database, &other, cart.id).await;
    assert_eq!(kept, (1, false), "Redis has kept what it had");
    assert_eq!(
        side.find(cart.id).await,
        (2, true),
        "who knows better does not look"
    );
    let job = side.cache.job().unwrap();
    eventually("the old cart is taken out", async || {
        job.step().await.unwrap();
        let (version, _) = find(&side.database, &other, cart.id).await;
        (version == 2).then_some(())
    })
    .await;
    side.find(cart.id).await;
    assert_eq!(
        side.find(cart.id).await,
        (2, false),
        "and it is at hand again"
    );
}

#[tokio::test]
async fn carts_are_kept_in_redis_for_seconds_only() {
    let shared = testing::replica(&testing::prefix()).await;
    let side = Side::over(in_redis(&shared, KEPT), None).await;
    let cart = cart();
    side.commit(&cart).await;
    side.find(cart.id).await;
    let connection = shared.connection().unwrap();
    let lives = revcart_http_edge::shared::Script::new("return redis.call('PTTL', KEYS[1])");
    let key = connection.key(format_args!("carts:{}", cart.id));
    let lives: i64 = connection.run(&lives, &[key], &[]).await.unwrap();
    assert!((1..=10_000).contains(&lives), "{lives}");
}

#[tokio::test]
async fn a_cart_that_another_version_of_the_program_has_put_there_is_not_misread() {
    let shared = testing::replica(&testing::prefix()).await;
    let side = Side::over(in_redis(&shared, KEPT), None).await;
    let cart = cart();
    side.commit(&cart).await;
    side.find(cart.id).await;
    let connection = shared.connection().unwrap();
    let key = connection.key(format_args!("carts:{}", cart.id));
    let generation = connection.key("carts:generation");
    let put = revcart_http_edge::shared::Script::new(
        "redis.call('SET', KEYS[2], redis.call('GET', KEYS[1]) .. '=' .. ARGV[1]) return 1",
    );
    let bare = serde_json::to_string(&at_version(&cart, 7)).unwrap();
    let later = format!(r#"{{"format":3,"cart":{bare}}}"#);
    for foreign in [bare, later] {
        let args = [foreign.as_bytes()];
        let _: u8 = connection
            .run(&put, &[generation.clone(), key.clone()], &args)
            .await
            .unwrap();
        assert_eq!(side.find(cart.id).await, (1, true));
    }
}

#[tokio::test]
async fn several_processes_without_redis_keep_nothing_at_hand() {
    let database = TestDatabase::create::<Migrator>(Service::Cart, Clock::manual(START)).await;
    let alone = database.read().get_database_backend() == DbBackend::Sqlite;
    let cache = Cache::new(1000, &Shared::Memory, &database);
    assert_eq!(matches!(cache, Cache::Memory(_)), alone);
    assert_eq!(matches!(cache, Cache::Off), !alone);
    assert!(matches!(
        Cache::new(0, &Shared::Memory, &database),
        Cache::Off
    ));
}
