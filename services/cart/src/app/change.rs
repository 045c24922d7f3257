//! Changing one cart: read it locked, apply the change, store just the rows that it touched, keep the result at hand.

use std::sync::Arc;

use revcart_http_edge::Answer;
use revcart_persistence::UnitOfWork;
use sea_orm::DbErr;
use shared_events::ProductId;

use super::App;
use crate::domain::{Cart, Owner};
use crate::store::{carts, items};

/// What a change has done to a cart, as far as storing it goes.
pub(crate) enum Change {
    /// Nothing.
    None,
    /// The shopper has added or changed the item at this place.
    Item(usize),
    /// The shopper has taken this product out.
    Removed(ProductId),
    /// The shopper has taken everything out.
    Cleared,
    /// The shopper has put a coupon in, or taken it out.
    Coupon,
    /// The catalogue says something else of the items; these products are gone.
    Refreshed(Vec<ProductId>),
}

/// Who sees the result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The shopper: prices that they are shown are no longer news.
    Shopper,
    /// Another service.
    Service,
}

struct Work<A, F> {
    app: App,
    owner: Owner,
    audience: Audience,
    args: A,
    apply: F,
}

impl App {
    /// Applies a change of its shopper to a cart and returns it as the shopper is to be shown it.
    pub(crate) async fn change<A, F>(&self, owner: Owner, args: A, apply: F) -> Answer<Cart>
    where
        A: Send + Sync + 'static,
        F: Fn(&mut Cart, &A, &mut UnitOfWork) -> Answer<Change> + Send + Sync + 'static,
    {
        self.change_for(Audience::Shopper, owner, args, apply).await
    }

    /// The same on behalf of whom the result is for.
    pub(crate) async fn change_for<A, F>(
        &self,
        audience: Audience,
        owner: Owner,
        args: A,
        apply: F,
    ) -> Answer<Cart>
    where
        A: Send + Sync + 'static,
        F: Fn(&mut Cart, &A, &mut UnitOfWork) -> Answer<Change> + Send + Sync + 'static,
    {
        let work = Work {
            app: self.clone(),
            owner,
            audience,
            args,
            apply,
        };
        let changed = self
            .database
            .write(work, |unit, work| Box::pin(change(unit, work)))
            .await;
        self.cache.settle(owner.cart_id()).await;
        changed
    }
}

async fn change<A, F>(unit: &mut UnitOfWork, work: &Work<A, F>) -> Answer<Cart>
where
    F: Fn(&mut Cart, &A, &mut UnitOfWork) -> Answer<Change>,
{
    let found = carts::lock(unit.sql(), work.owner.cart_id()).await?;
    let before = found.unwrap_or_else(|| Cart::of(work.owner, unit.now()));
    let mut cart = before.clone();
    let change = (work.apply)(&mut cart, &work.args, unit)?;
    save(unit, &before, &cart, &change).await?;
    let answer = cart.clone();
    if work.audience == Audience::Shopper && cart.shown() {
        items::mark_seen(unit.sql(), cart.id).await?;
    }
    if cart.version > 0 {
        work.app.cache.keep(unit, vec![Arc::new(cart)]);
    }
    Ok(answer)
}

async fn save(unit: &UnitOfWork, before: &Cart, cart: &Cart, change: &Change) -> Result<(), DbErr> {
    let sql = unit.sql();
    // A cart that is stored has been changed before.
    let is_new = before.version == 0;
    match change {
        Change::None => Ok(()),
        Change::Item(place) => {
            carts::save_touched(sql, cart, is_new).await?;
            items::save(sql, &[(cart.id, &cart.items[*place])]).await
        }
        Change::Coupon => carts::save_touched(sql, cart, is_new).await,
        Change::Removed(product) => {
            carts::save_touched(sql, cart, is_new).await?;
            items::delete(sql, &[(cart.id, *product)]).await
        }
        Change::Cleared => {
            carts::save_touched(sql, cart, is_new).await?;
            items::delete_all(sql, &[cart.id]).await
        }
        Change::Refreshed(gone) => {
            let raised = cart.version - before.version;
            carts::raise_versions(sql, &[cart.id], raised, cart.items.is_empty()).await?;
            let gone: Vec<_> = gone.iter().map(|product| (cart.id, *product)).collect();
            items::delete(sql, &gone).await?;
            let changed: Vec<_> = cart
                .items
                .iter()
                .filter(|item| !before.items.contains(item))
                .map(|item| (cart.id, item))
                .collect();
            items::save(sql, &changed).await
        }
    }
}
