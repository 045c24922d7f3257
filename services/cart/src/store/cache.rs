//! Carts kept at hand, so that showing one and checking one out need no query.
//!
//! Only commits fill it, in the order of the commits, with exactly what they stored; a reader that misses asks the database
//! and leaves no trace. So what is here is what the database has, and losing any of it costs a query and nothing else.

use std::sync::Arc;

use moka::sync::Cache as Memory;
use revcart_persistence::UnitOfWork;
use shared_events::CartId;

use crate::domain::Cart;

/// Where carts are kept at hand. Clones share the same carts.
#[derive(Clone)]
pub(crate) enum Cache {
    /// Nowhere.
    Off,
    /// In this process, which must be the only one that writes to the database.
    Memory(Memory<CartId, Arc<Cart>>),
}

impl Cache {
    /// Keeps about as many carts as have `items` items together; none with 0.
    pub(crate) fn in_memory(items: u64) -> Self {
        if items == 0 {
            return Self::Off;
        }
        let weigh =
            |_: &CartId, cart: &Arc<Cart>| u32::try_from(cart.items.len() + 1).unwrap_or(u32::MAX);
        Self::Memory(Memory::builder().max_capacity(items).weigher(weigh).build())
    }

    /// The cart, if it is at hand.
    pub(crate) fn find(&self, id: CartId) -> Option<Arc<Cart>> {
        match self {
            Self::Off => None,
            Self::Memory(memory) => memory.get(&id),
        }
    }

    /// Keeps these carts once the commit that stores them is durable.
    pub(crate) fn keep(&self, unit: &mut UnitOfWork, carts: Vec<Arc<Cart>>) {
        if let Self::Memory(memory) = self {
            let memory = memory.clone();
            unit.after_commit(move || {
                for cart in carts {
                    memory.insert(cart.id, cart);
                }
            });
        }
    }

    /// Forgets all carts once the commit is durable: for changes that reach carts without loading them.
    pub(crate) fn forget_all(&self, unit: &mut UnitOfWork) {
        if let Self::Memory(memory) = self {
            let memory = memory.clone();
            unit.after_commit(move || memory.invalidate_all());
        }
    }
}
