//! Putting something into a cart. Whether there are enough is shown, not decided: that is for the order to find out.

use revcart_http_edge::{Answer, Problem};
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{CartItemAdded, ProductId, Quantity};

use super::{App, Change};
use crate::catalogue;
use crate::domain::{Cart, Offer, Owner};

struct Addition {
    offer: Offer,
    quantity: Quantity,
    cause: Cause,
}

impl App {
    /// Puts so many more units of a product into somebody's cart.
    pub(crate) async fn add(
        &self,
        owner: Owner,
        (product, quantity): (ProductId, Quantity),
        cause: Cause,
    ) -> Answer<Cart> {
        let offers = catalogue::offers(&self.peers, &[product]).await?;
        let offer = offers
            .into_iter()
            .next()
            .ok_or_else(|| Problem::not_found("product"))?;
        let addition = Addition {
            offer,
            quantity,
            cause,
        };
        self.change(owner, addition, add).await
    }
}

fn add(cart: &mut Cart, addition: &Addition, unit: &mut UnitOfWork) -> Answer<Change> {
    let place = cart.add(&addition.offer, addition.quantity, unit.now())?;
    let added = CartItemAdded {
        cart_id: cart.id,
        user_id: cart.user_id,
        product_id: addition.offer.product_id,
        quantity: addition.quantity,
        unit_price: cart.items[place].unit_price,
    };
    unit.publish(added, &addition.cause);
    Ok(Change::Item(place))
}
