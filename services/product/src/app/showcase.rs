//! Products as they were read a moment ago, so that a shop full of people does not ask the database for the same page.
//!
//! What this process commits shows at once; what another replica commits, after the time to keep. Nothing is decided on
//! what stands here: the stock that counts is read, locked, when it is reserved.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::{ProductId, Timestamp};

use crate::domain::tree::Tree;
use crate::store::Error;
use crate::store::categories;
use crate::store::listings::{self, Listing};
use crate::store::warehouse::Levels;

/// Products kept at the most: about 10 MB.
const MOST_PRODUCTS: usize = 10_000;
/// Pages kept at the most: about 5 MB.
const MOST_PAGES: usize = 256;

/// Which page of the catalogue: cursor and length.
pub(crate) type PageKey = (Option<ProductId>, u32);

/// Products and pages in memory.
pub(crate) struct Showcase {
    keep: Duration,
    clock: Clock,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Counts what has made kept things stale: what was read before such a change is not kept after it.
    changes: u64,
    products: HashMap<ProductId, (Timestamp, Arc<Listing>)>,
    pages: HashMap<PageKey, (Timestamp, Bytes)>,
    tree: Option<(Timestamp, Arc<Tree>)>,
}

impl Showcase {
    /// An empty one that keeps things for `keep`.
    pub(crate) fn new(keep: Duration, clock: Clock) -> Self {
        Self {
            keep,
            clock,
            kept: Mutex::default(),
        }
    }

    /// These products, in the order asked for. What is not in the catalogue is left out.
    pub(crate) async fn products(
        &self,
        database: &Database,
        ids: &[ProductId],
    ) -> Result<Vec<Arc<Listing>>, Error> {
        let (mut found, changes) = self.kept_products(ids);
        let missing: Vec<ProductId> = ids
            .iter()
            .copied()
            .filter(|id| !found.contains_key(id))
            .collect();
        if !missing.is_empty() {
            let read = listings::by_ids(database.read(), &missing).await?;
            let read: Vec<Arc<Listing>> = read.into_iter().map(Arc::new).collect();
            self.keep_products(&read, changes);
            found.extend(read.into_iter().map(|listing| (listing.id, listing)));
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// A page of the catalogue as it is answered, made by `read` if it is not kept.
    pub(crate) async fn page<E>(
        &self,
        key: PageKey,
        read: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Bytes, E> {
        let changes = {
            let kept = self.lock();
            let page = kept
                .pages
                .get(&key)
                .filter(|(since, _)| self.is_fresh(*since));
            if let Some((_, page)) = page {
                return Ok(page.clone());
            }
            kept.changes
        };
        let page = read.await?;
        let mut kept = self.lock();
        if kept.changes == changes {
            make_room(&mut kept.pages, MOST_PAGES);
            kept.pages.insert(key, (self.clock.now(), page.clone()));
        }
        Ok(page)
    }

    /// The tree of categories.
    pub(crate) async fn tree(&self, database: &Database) -> Result<Arc<Tree>, Error> {
        let changes = {
            let kept = self.lock();
            let tree = kept.tree.as_ref();
            if let Some((_, tree)) = tree.filter(|(since, _)| self.is_fresh(*since)) {
                return Ok(Arc::clone(tree));
            }
            kept.changes
        };
        let tree = Arc::new(categories::tree(database.read()).await?);
        let mut kept = self.lock();
        if kept.changes == changes {
            kept.tree = Some((self.clock.now(), Arc::clone(&tree)));
        }
        Ok(tree)
    }

    /// Takes over levels that have just been committed.
    pub(crate) fn follow(&self, levels: &Levels) {
        let mut kept = self.lock();
        kept.changes += 1;
        kept.pages.clear();
        for (product, available) in levels {
            if let Some((_, listing)) = kept.products.get_mut(product) {
                Arc::make_mut(listing).available = *available;
            }
        }
    }

    /// Forgets everything: the catalogue has changed.
    pub(crate) fn clear(&self) {
        let mut kept = self.lock();
        kept.changes += 1;
        kept.pages.clear();
        kept.products.clear();
        kept.tree = None;
    }

    fn kept_products(&self, ids: &[ProductId]) -> (HashMap<ProductId, Arc<Listing>>, u64) {
        let kept = self.lock();
        let fresh = |id: &ProductId| {
            let (since, listing) = kept.products.get(id)?;
            self.is_fresh(*since).then(|| (*id, Arc::clone(listing)))
        };
        (ids.iter().filter_map(fresh).collect(), kept.changes)
    }

    fn keep_products(&self, read: &[Arc<Listing>], changes: u64) {
        let mut kept = self.lock();
        if kept.changes != changes {
            return;
        }
        make_room(&mut kept.products, MOST_PRODUCTS);
        let now = self.clock.now();
        for listing in read {
            kept.products.insert(listing.id, (now, Arc::clone(listing)));
        }
    }

    fn is_fresh(&self, since: Timestamp) -> bool {
        self.clock.now() - since < self.keep
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything goes when it is full: it fills again in no time, and keeping a record of use would cost every reader.
fn make_room<K, V>(map: &mut HashMap<K, V>, most: usize) {
    if map.len() >= most {
        map.clear();
    }
}
