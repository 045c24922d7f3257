//! Carts in Redis, for all replicas.
//!
//! A commit takes what it has overtaken out of Redis; a reader that misses puts in what it has read. **An old cart never replaces a
//! newer one**, in whatever order things happen: a reader that misses leaves a lease in the place of the cart, then reads the
//! database, and puts in what it has read only if its lease is still there. Whatever was committed before it read, it has read.
//! Whatever is committed after, takes the place out after that commit: either before the reader puts in its cart, and then the lease
//! is gone and nothing is put in; or after, and then the cart is taken out. (Versions alone would not do: what a shopper has seen
//! of a price, and whether there is enough of something, change without one.)
//!
//! **How long an old cart can be shown.** While Redis answers: from a commit until it is taken out, which is before the request that
//! made the change is answered, and moments later for changes that came by messages. What could not be taken out, because Redis
//! was away, this process remembers, takes out as soon as Redis answers, and until then does not look there for those carts: so
//! it never shows an old one itself. Another replica that reaches Redis may, until then, and if this process dies before, for as
//! long as a cart is kept: 10 seconds, which Redis counts through its own restarts. What orders are made of is always read from
//! the database. Writing never waits for Redis longer than one command may take, and never fails because of it.
//!
//! Changes that reach carts without loading them (prices) make a new generation: what carries another one is not there.
//! Remembering is bounded: beyond its bound, all carts count as overtaken.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use revcart_http_edge::host::{Job, Progress, Wake};
use revcart_http_edge::shared::{Away, Connection, Script};
use serde::{Deserialize, Serialize};
use shared_events::CartId;
use uuid::Uuid;

use crate::domain::Cart;

/// `KEYS`: the generation, the cart. `ARGV`: a generation in case that there is none, a lease, how long it holds in milliseconds.
/// Answers the cart; leaves the lease and answers nothing if there is none.
const FIND: &str = r"
local generation = redis.call('GET', KEYS[1])
if not generation then
  generation = ARGV[1]
  redis.call('SET', KEYS[1], generation)
end
local found, cart = redis.call('GET', KEYS[2]), generation .. '='
if found and string.sub(found, 1, #cart) == cart then return string.sub(found, #cart + 1) end
redis.call('SET', KEYS[2], generation .. '?' .. ARGV[2], 'PX', ARGV[3])
return false
";
/// `KEYS`: the same. `ARGV`: the lease, the cart, how long it is kept in milliseconds. Answers whether it was put in.
const PUT: &str = r"
local generation = redis.call('GET', KEYS[1])
if generation and redis.call('GET', KEYS[2]) == generation .. '?' .. ARGV[1] then
  redis.call('SET', KEYS[2], generation .. '=' .. ARGV[2], 'PX', ARGV[3])
  return 1
end
return 0
";
/// `KEYS`: carts to take out.
const TAKE_OUT: &str = "return redis.call('DEL', unpack(KEYS))";
/// `KEYS[1]`: the generation. `ARGV[1]`: the new one.
const NEW_GENERATION: &str = "redis.call('SET', KEYS[1], ARGV[1]) return 1";

/// How long a reader may take to read the database and have its cart put in.
const LEASE: &[u8] = b"5000";
/// Carts that are remembered one by one.
const MOST_OVERTAKEN: usize = 10_000;
/// Carts taken out with one command.
const AT_ONCE: usize = 500;
/// How often this is tried while Redis is away.
const EVERY: Duration = Duration::from_millis(250);

/// Changes with what a cart consists of. A cart in another format is not there, whoever wrote it: a field that is missing in it
/// might be read as one that is empty. Takings out work across formats.
const FORMAT: u32 = 2;

/// A cart as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept<C> {
    format: u32,
    cart: C,
}

/// Carts in Redis. Clones are the same.
#[derive(Clone)]
pub(crate) struct Replicas(Arc<Parts>);

struct Parts {
    connection: Arc<Connection>,
    generation: String,
    kept: String,
    find: Script,
    put: Script,
    take_out: Script,
    new_generation: Script,
    overtaken: Mutex<Overtaken>,
    wake: Wake,
}

/// What this process has committed and not yet taken out.
#[derive(Default)]
struct Overtaken {
    /// Counts commits, so that taking out what one has overtaken does not pass for taking out what a later one has.
    commits: u64,
    carts: HashMap<CartId, u64>,
    all: Option<u64>,
}

impl Replicas {
    pub(super) fn new(connection: &Arc<Connection>, kept: Duration) -> Self {
        Self(Arc::new(Parts {
            generation: connection.key("carts:generation"),
            connection: Arc::clone(connection),
            kept: kept.as_millis().to_string(),
            find: Script::new(FIND),
            put: Script::new(PUT),
            take_out: Script::new(TAKE_OUT),
            new_generation: Script::new(NEW_GENERATION),
            overtaken: Mutex::default(),
            wake: Wake::default(),
        }))
    }

    pub(super) async fn cart<E>(
        &self,
        id: CartId,
        read: impl Future<Output = Result<Option<Cart>, E>>,
    ) -> Result<Option<Arc<Cart>>, E> {
        if self.overtaken().holds(id) {
            return Ok(read.await?.map(Arc::new));
        }
        let lease = Uuid::now_v7().to_string();
        let found = self.find(id, &lease).await;
        if let Ok(Some(cart)) = found {
            return Ok(Some(Arc::new(cart)));
        }
        let cart = read.await?.map(Arc::new);
        if let (Ok(None), Some(cart)) = (found, &cart) {
            self.put(cart, &lease).await;
        }
        Ok(cart)
    }

    async fn find(&self, id: CartId, lease: &str) -> Result<Option<Cart>, Away> {
        let parts = &*self.0;
        let generation = Uuid::now_v7().to_string();
        let found: Option<Vec<u8>> = parts
            .connection
            .run(
                &parts.find,
                &[&parts.generation, &self.key(id)],
                &[generation.as_bytes(), lease.as_bytes(), LEASE],
            )
            .await?;
        let Some(found) = found else {
            return Ok(None);
        };
        // What another version of this program wrote is of no use, and soon gone.
        match serde_json::from_slice(&found) {
            Ok(Kept {
                format: FORMAT,
                cart,
            }) => Ok(Some(cart)),
            Ok(_) | Err(_) => Err(Away),
        }
    }

    async fn put(&self, cart: &Cart, lease: &str) {
        let parts = &*self.0;
        let kept = Kept {
            format: FORMAT,
            cart,
        };
        let text = serde_json::to_vec(&kept).expect("a cart is plain data");
        let put: Result<u8, Away> = parts
            .connection
            .run(
                &parts.put,
                &[&parts.generation, &self.key(cart.id)],
                &[lease.as_bytes(), &text, parts.kept.as_bytes()],
            )
            .await;
        if put != Ok(1) {
            tracing::trace!(cart = %cart.id, ?put, "a cart was read and not put at hand");
        }
    }

    /// Notes that a commit has changed these carts.
    pub(super) fn overtake(&self, carts: impl IntoIterator<Item = CartId>) {
        self.overtaken().add(carts);
        self.0.wake.wake();
    }

    /// Notes that a commit may have changed any cart.
    pub(super) fn overtake_all(&self) {
        self.overtaken().add_all();
        self.0.wake.wake();
    }

    pub(super) async fn settle(&self, id: CartId) {
        let noted = self.overtaken().carts.get(&id).copied();
        if let Some(commit) = noted {
            // If Redis is away, the job goes on.
            let _ = self.take_out(&[(id, commit)]).await;
        }
    }

    pub(super) fn job(&self) -> Job {
        let replicas = self.clone();
        Job::every("take-out-old-carts", EVERY, move || {
            let replicas = replicas.clone();
            Box::pin(async move {
                // While Redis is away it says so itself; here that means only that the work stays.
                let _ = replicas.take_out_all().await;
                Ok(Progress::Idle)
            })
        })
        .woken_by(self.0.wake.clone())
    }

    async fn take_out_all(&self) -> Result<(), Away> {
        let all = self.overtaken().all;
        if let Some(commit) = all {
            let parts = &*self.0;
            let generation = Uuid::now_v7().to_string();
            let _: u8 = parts
                .connection
                .run(
                    &parts.new_generation,
                    &[&parts.generation],
                    &[generation.as_bytes()],
                )
                .await?;
            self.overtaken().done_all(commit);
        }
        loop {
            let some = self.overtaken().some(AT_ONCE);
            if some.is_empty() {
                return Ok(());
            }
            self.take_out(&some).await?;
        }
    }

    async fn take_out(&self, carts: &[(CartId, u64)]) -> Result<(), Away> {
        let keys: Vec<_> = carts.iter().map(|(id, _)| self.key(*id)).collect();
        let _: u64 = self.0.connection.run(&self.0.take_out, &keys, &[]).await?;
        self.overtaken().done(carts);
        Ok(())
    }

    fn key(&self, id: CartId) -> String {
        self.0.connection.key(format_args!("carts:{id}"))
    }

    fn overtaken(&self) -> MutexGuard<'_, Overtaken> {
        self.0
            .overtaken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Overtaken {
    fn holds(&self, id: CartId) -> bool {
        self.all.is_some() || self.carts.contains_key(&id)
    }

    fn add(&mut self, carts: impl IntoIterator<Item = CartId>) {
        self.commits += 1;
        for cart in carts {
            self.carts.insert(cart, self.commits);
        }
        if self.carts.len() > MOST_OVERTAKEN {
            self.add_all();
        }
    }

    fn add_all(&mut self) {
        self.commits += 1;
        self.all = Some(self.commits);
        self.carts = HashMap::new();
    }

    fn some(&self, most: usize) -> Vec<(CartId, u64)> {
        let carts = self.carts.iter().take(most);
        carts.map(|(id, commit)| (*id, *commit)).collect()
    }

    /// These have been taken out; those that were changed meanwhile have to be again.
    fn done(&mut self, carts: &[(CartId, u64)]) {
        for (id, commit) in carts {
            if self.carts.get(id) == Some(commit) {
                self.carts.remove(id);
            }
        }
    }

    fn done_all(&mut self, commit: u64) {
        if self.all == Some(commit) {
            self.all = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_bounded_and_beyond_that_every_cart_counts() {
        let mut overtaken = Overtaken::default();
        let cart = CartId::new();
        overtaken.add((0..MOST_OVERTAKEN).map(|_| CartId::new()));
        assert!(!overtaken.holds(cart));
        overtaken.add([CartId::new()]);
        assert!(overtaken.holds(cart) && overtaken.carts.is_empty());
    }

    #[test]
    fn what_changes_again_while_it_is_taken_out_is_taken_out_again() {
        let mut overtaken = Overtaken::default();
        let cart = CartId::new();
        overtaken.add([cart]);
        let in_hand = overtaken.some(10);
        overtaken.add([cart]);
        overtaken.done(&in_hand);
        assert!(overtaken.holds(cart));
        overtaken.done(&overtaken.some(10));
        assert!(!overtaken.holds(cart));
        overtaken.add_all();
        let all = overtaken.all.unwrap();
        overtaken.add_all();
        overtaken.done_all(all);
        assert!(overtaken.holds(cart));
    }
}
