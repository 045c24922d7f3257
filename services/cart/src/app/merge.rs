//! Taking a guest's cart into that of the user who they turn out to be. Both are locked, and the guest's is empty afterwards: doing
//! it again finds nothing to do.

use std::sync::Arc;

use revcart_http_edge::Answer;
use revcart_persistence::UnitOfWork;
use shared_events::UserId;

use super::App;
use crate::domain::cart::merge::LeftOut;
use crate::domain::{Cart, GuestId, Owner};
use crate::store::{carts, items};

impl App {
    /// Returns the user's cart as they are to be shown it, and what found no room in it.
    pub(crate) async fn merge(&self, user: UserId, guest: GuestId) -> Answer<(Cart, Vec<LeftOut>)> {
        let args = (self.clone(), user, guest);
        let merged = self
            .database
            .write(args, |unit, (app, user, guest)| {
                Box::pin(merge(unit, app, *user, *guest))
            })
            .await;
        self.cache.settle(guest.cart_id()).await;
        self.cache.settle(Owner::User(user).cart_id()).await;
        merged
    }
}

async fn merge(
    unit: &mut UnitOfWork,
    app: &App,
    user: UserId,
    guest: GuestId,
) -> Answer<(Cart, Vec<LeftOut>)> {
    let (sql, now) = (unit.sql(), unit.now());
    let owner = Owner::User(user);
    let mut ids = [owner.cart_id(), guest.cart_id()];
    ids.sort_unstable();
    let mut found = carts::lock_all(sql, &ids).await?;
    let mine = found.remove(&owner.cart_id());
    let is_new = mine.is_none();
    let mut mine = mine.unwrap_or_else(|| Cart::of(owner, now));
    let mut left_out = Vec::new();
    let mut kept = Vec::new();
    if let Some(mut theirs) = found.remove(&guest.cart_id()) {
        let merged = mine.merge(&theirs, now);
        if merged.has_changed() {
            carts::save_touched(sql, &mine, is_new).await?;
            let lines = merged.changed.iter();
            let lines: Vec<_> = lines.map(|place| (mine.id, &mine.items[*place])).collect();
            items::save(sql, &lines).await?;
        }
        if theirs.clear(now) {
            carts::save_touched(sql, &theirs, false).await?;
            items::delete_all(sql, &[theirs.id]).await?;
            kept.push(Arc::new(theirs));
        }
        left_out = merged.left_out;
    }
    let answer = mine.clone();
    if mine.shown() {
        items::mark_seen(sql, mine.id).await?;
    }
    if mine.version > 0 {
        kept.push(Arc::new(mine));
    }
    app.cache.keep(unit, kept);
    Ok((answer, left_out))
}
