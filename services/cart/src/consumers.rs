//! What the cart service does about messages. The carts that a batch names are loaded with one query, changed in memory
//! message by message, and saved together; what concerns every cart that holds a product is one statement per product.

mod order_cancelled;
mod order_confirmed;
mod order_placed;
mod product_deleted;
mod product_price_changed;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use revcart_http_edge::host::Adapters;
use revcart_messaging::consumer::{Consumer, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use shared_events::{AnyMessage, CartId, ItemId, OrderId, ProductId};

use crate::app::App;
use crate::domain::Cart;
use crate::store::holds::{self, Which};
use crate::store::items::NewPrice;
use crate::store::{self, carts, items};

/// The consumer of `cart-service-queue`.
pub(crate) fn all(app: &App, adapters: &Adapters) -> Vec<Consumer> {
    vec![adapters.consumer(app, |app, unit, messages| {
        Box::pin(handle(app, unit, messages))
    })]
}

async fn handle(
    app: &App,
    unit: &mut UnitOfWork,
    messages: &[Incoming],
) -> Result<(), HandlingError> {
    let mut work = load(unit, messages).await?;
    for incoming in messages {
        apply(&mut work, &incoming.envelope.data)?;
    }
    save(app, unit, work).await?;
    Ok(())
}

/// A batch: the carts that it names, and what it says of products.
struct Work {
    carts: HashMap<CartId, Loaded>,
    prices: BTreeMap<ProductId, NewPrice>,
    deleted: BTreeSet<ProductId>,
    /// Orders with a discount that were placed: they keep their coupons.
    placed: Vec<OrderId>,
    /// Orders that were undone: they give their coupons back.
    cancelled: Vec<OrderId>,
}

/// A cart with the version that it was loaded in, and what has left it since.
struct Loaded {
    cart: Cart,
    version: u32,
    gone: Vec<ProductId>,
    reduced: BTreeSet<ItemId>,
}

async fn load(unit: &UnitOfWork, messages: &[Incoming]) -> Result<Work, store::Error> {
    let named: BTreeSet<CartId> = messages
        .iter()
        .filter_map(|incoming| match &incoming.envelope.data {
            AnyMessage::OrderConfirmed(order) => Some(order.cart_id),
            _ => None,
        })
        .collect();
    let named: Vec<CartId> = named.into_iter().collect();
    let found = carts::lock_all(unit.sql(), &named).await?;
    let loaded = |cart: Cart| Loaded {
        version: cart.version,
        cart,
        gone: Vec::new(),
        reduced: BTreeSet::new(),
    };
    Ok(Work {
        carts: found
            .into_iter()
            .map(|(id, cart)| (id, loaded(cart)))
            .collect(),
        prices: BTreeMap::new(),
        deleted: BTreeSet::new(),
        placed: Vec::new(),
        cancelled: Vec::new(),
    })
}

/// The table of messages.
fn apply(work: &mut Work, message: &AnyMessage) -> Result<(), HandlingError> {
    match message {
        AnyMessage::OrderConfirmed(order) => order_confirmed::apply(work, order),
        AnyMessage::ProductPriceChanged(change) => product_price_changed::apply(work, change),
        AnyMessage::ProductDeleted(product) => product_deleted::apply(work, product),
        AnyMessage::OrderPlaced(order) => order_placed::apply(work, order),
        AnyMessage::OrderCancelled(order) => order_cancelled::apply(work, order),
        other => {
            return Err(HandlingError::Permanent(format!(
                "cart-service does nothing about {}",
                other.name()
            )));
        }
    }
    Ok(())
}

async fn save(app: &App, unit: &mut UnitOfWork, work: Work) -> Result<(), store::Error> {
    let changed: Vec<Loaded> = work
        .carts
        .into_values()
        .filter(|loaded| loaded.cart.version > loaded.version)
        .collect();
    save_carts(unit, &changed).await?;
    app.cache.keep(
        unit,
        changed
            .into_iter()
            .map(|loaded| Arc::new(loaded.cart))
            .collect(),
    );
    for price in work.prices.values() {
        items::reprice(unit.sql(), price).await?;
    }
    let deleted: Vec<ProductId> = work.deleted.into_iter().collect();
    items::delete_products(unit.sql(), &deleted).await?;
    holds::keep(unit.sql(), &work.placed).await?;
    holds::give_back(unit.sql(), &work.cancelled, Which::All).await?;
    if !work.prices.is_empty() || !deleted.is_empty() {
        app.cache.forget_all(unit);
    }
    Ok(())
}

async fn save_carts(unit: &UnitOfWork, changed: &[Loaded]) -> Result<(), store::Error> {
    let mut heads: BTreeMap<(u32, bool), Vec<CartId>> = BTreeMap::new();
    for Loaded { cart, version, .. } in changed {
        heads
            .entry((cart.version - version, cart.items.is_empty()))
            .or_default()
            .push(cart.id);
    }
    for ((by, emptied), ids) in &heads {
        carts::raise_versions(unit.sql(), ids, *by, *emptied).await?;
    }
    let (emptied, kept): (Vec<&Loaded>, Vec<&Loaded>) = changed
        .iter()
        .partition(|loaded| loaded.cart.items.is_empty());
    let emptied: Vec<CartId> = emptied.iter().map(|loaded| loaded.cart.id).collect();
    items::delete_all(unit.sql(), &emptied).await?;
    let gone: Vec<_> = kept
        .iter()
        .flat_map(|it| it.gone.iter().map(|product| (it.cart.id, *product)))
        .collect();
    items::delete(unit.sql(), &gone).await?;
    let reduced: Vec<_> = kept
        .iter()
        .flat_map(|it| {
            it.cart
                .items
                .iter()
                .filter(|item| it.reduced.contains(&item.id))
                .map(|item| (it.cart.id, item))
        })
        .collect();
    items::save(unit.sql(), &reduced).await?;
    Ok(())
}
