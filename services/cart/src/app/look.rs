//! Looking at a cart: at today's prices. It asks the catalogue, so that a shopper who was refused a changed price sees the new one
//! whatever has become of the message about it; a catalogue out of reach leaves the cart as it is known.

use std::sync::Arc;

use revcart_http_edge::Answer;

use super::{App, Change};
use crate::catalogue;
use crate::domain::{Cart, Owner};

impl App {
    /// Somebody's cart as they are to be shown it.
    pub(crate) async fn look_at(&self, owner: Owner) -> Answer<Arc<Cart>> {
        let known = self.cart(owner).await?;
        let quote = match catalogue::quote(&self.peers, &known).await {
            Ok(quote) => quote,
            Err(error) => {
                tracing::warn!(%error, "a cart is shown without asking the catalogue");
                return Ok(known);
            }
        };
        let mut fresh = Cart::clone(&known);
        fresh.refresh(&quote);
        if fresh == *known && !known.has_news() {
            return Ok(known);
        }
        let cart = self
            .change(owner, quote, |cart, quote, _| {
                Ok(Change::Refreshed(cart.refresh(quote)))
            })
            .await?;
        Ok(Arc::new(cart))
    }
}
