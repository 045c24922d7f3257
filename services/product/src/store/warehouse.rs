//! The reservations and the stock that one transaction is about: loaded and locked together, changed in memory, saved
//! together. However many messages a batch has, this costs one query per table to load and a few multi-row statements to save.

use std::collections::{BTreeMap, BTreeSet};

use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{OrderId, ProductId, ReservationId, StockLevelLow, Timestamp};

use super::movements::{self, Entry};
use super::reservations::{self, Record};
use super::{Error, products, stock};
use crate::domain::reservation::{self, State};
use crate::domain::shelf::Shelf;
use crate::domain::stock::{Error as Refusal, Movement, Stock};

/// Whose reservation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// An order's; it has the order's id.
    Order(OrderId),
    /// A caller's over REST who named no order.
    Caller(ReservationId),
}

/// Who changes stock by hand, and why.
#[derive(Debug, Clone)]
pub(crate) struct Correction {
    /// Units that came or went.
    pub(crate) units: i64,
    /// Why.
    pub(crate) reason: String,
    /// Who.
    pub(crate) actor: String,
}

/// Units that can still be sold, of products whose stock has changed.
pub(crate) type Levels = Vec<(ProductId, i64)>;

/// Reservations and stock in hand.
pub(crate) struct Warehouse {
    now: Timestamp,
    reservations: BTreeMap<ReservationId, Tracked>,
    nobody: State,
    shelf: Shelf,
    changed: BTreeSet<ProductId>,
    ledger: Vec<Entry>,
    fell_low: Vec<(ProductId, Cause)>,
}

type Changed<'a> = (ReservationId, &'a Record);

struct Tracked {
    record: Record,
    is_stored: bool,
    is_changed: bool,
}

impl Warehouse {
    /// Loads these reservations, the stock of what they hold, and the stock of `products`.
    pub(crate) async fn load(
        unit: &UnitOfWork,
        reservations: &BTreeSet<ReservationId>,
        mut products: BTreeSet<ProductId>,
    ) -> Result<Self, Error> {
        let ids: Vec<ReservationId> = reservations.iter().copied().collect();
        let mut known = BTreeMap::new();
        for (id, record) in reservations::lock(unit.sql(), &ids).await? {
            products.extend(record.state.lines().iter().map(|line| line.product_id));
            let tracked = Tracked {
                record,
                is_stored: true,
                is_changed: false,
            };
            known.insert(id, tracked);
        }
        let products: Vec<ProductId> = products.into_iter().collect();
        Ok(Self {
            now: unit.now(),
            reservations: known,
            nobody: State::default(),
            shelf: stock::lock(unit.sql(), &products)
                .await?
                .into_iter()
                .collect(),
            changed: BTreeSet::new(),
            ledger: Vec::new(),
            fell_low: Vec::new(),
        })
    }

    /// Loads the stock of one product.
    pub(crate) async fn load_product(unit: &UnitOfWork, product: ProductId) -> Result<Self, Error> {
        Self::load(unit, &BTreeSet::new(), BTreeSet::from([product])).await
    }

    /// Whose reservation this is, if it has ever been heard of.
    pub(crate) fn holder(&self, id: ReservationId) -> Option<Holder> {
        let tracked = self.reservations.get(&id)?;
        Some(match tracked.record.order {
            Some(order) => Holder::Order(order),
            None => Holder::Caller(id),
        })
    }

    /// The reservation as it stands.
    pub(crate) fn state(&self, id: ReservationId) -> &State {
        self.reservations
            .get(&id)
            .map_or(&self.nobody, |tracked| &tracked.record.state)
    }

    /// The stock as it stands.
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Brings a reservation into its next state, and the stock with it.
    pub(crate) fn change(&mut self, holder: Holder, next: State, cause: &Cause) {
        let id = holder.id();
        let tracked = self.reservations.entry(id).or_insert_with(|| Tracked {
            record: Record {
                order: holder.order(),
                ..Record::default()
            },
            is_stored: false,
            is_changed: false,
        });
        if tracked.record.state == next {
            return;
        }
        let effects = self.shelf.settle(&tracked.record.state, &next);
        self.changed.extend(effects.changed);
        for (product, movement) in effects.movements {
            self.ledger.push(Entry {
                product,
                movement,
                order: holder.order(),
                reason: None,
                actor: None,
            });
        }
        let low = effects.fell_low.into_iter();
        self.fell_low
            .extend(low.map(|product| (product, cause.clone())));
        tracked.record.enter(next, self.now);
        tracked.is_changed = true;
    }

    /// Brings units of a product in or writes them off; `None` if there is no such product.
    pub(crate) fn correct(
        &mut self,
        product: ProductId,
        correction: Correction,
        cause: &Cause,
    ) -> Option<Result<&Stock, Refusal>> {
        self.book(product, correction, cause, Stock::adjust)
    }

    /// Brings in units that a supplier has sent; `None` if there is no such product.
    pub(crate) fn receive(
        &mut self,
        product: ProductId,
        receipt: Correction,
        cause: &Cause,
    ) -> Option<Result<&Stock, Refusal>> {
        self.book(product, receipt, cause, Stock::receive)
    }

    fn book(
        &mut self,
        product: ProductId,
        correction: Correction,
        cause: &Cause,
        step: fn(&mut Stock, i64) -> Result<Movement, Refusal>,
    ) -> Option<Result<&Stock, Refusal>> {
        let stock = self.shelf.stock_mut(product)?;
        let was_low = stock.is_low();
        let movement = match step(stock, correction.units) {
            Ok(movement) => movement,
            Err(refusal) => return Some(Err(refusal)),
        };
        self.changed.insert(product);
        self.ledger.push(Entry {
            product,
            movement,
            order: None,
            reason: Some(correction.reason),
            actor: Some(correction.actor),
        });
        if !was_low && stock.is_low() {
            self.fell_low.push((product, cause.clone()));
        }
        Some(Ok(stock))
    }

    /// Changes something else about a product's stock than its units.
    pub(crate) fn amend(&mut self, product: ProductId, amend: impl FnOnce(&mut Stock)) {
        if let Some(stock) = self.shelf.stock_mut(product) {
            amend(stock);
            self.changed.insert(product);
        }
    }

    /// Writes what has changed and publishes what follows from it. Returns the levels of the products concerned.
    pub(crate) async fn save(self, unit: &mut UnitOfWork) -> Result<Levels, Error> {
        let (known, new) = self.changed_reservations();
        reservations::insert(unit.sql(), &new, self.now).await?;
        reservations::update(unit.sql(), &known, self.now).await?;
        let stocks: Vec<(ProductId, &Stock)> = self.changed_stock().collect();
        stock::update(unit.sql(), &stocks, self.now).await?;
        movements::append(unit.sql(), &self.ledger, self.now).await?;
        self.warn(unit).await?;
        let level = |(product, stock): (ProductId, &Stock)| (product, stock.figures().available());
        Ok(stocks.into_iter().map(level).collect())
    }

    /// Those that exist in the database, and those that do not yet.
    fn changed_reservations(&self) -> (Vec<Changed<'_>>, Vec<Changed<'_>>) {
        let (mut known, mut new) = (Vec::new(), Vec::new());
        for (id, tracked) in &self.reservations {
            match (tracked.is_changed, tracked.is_stored) {
                (false, _) => {}
                (true, true) => known.push((*id, &tracked.record)),
                (true, false) => new.push((*id, &tracked.record)),
            }
        }
        (known, new)
    }

    fn changed_stock(&self) -> impl Iterator<Item = (ProductId, &Stock)> {
        let stock = |product: &ProductId| Some((*product, self.shelf.stock(*product)?));
        self.changed.iter().filter_map(stock)
    }

    /// Publishes `StockLevelLow` for what has become low. Rare, so the skus are looked up only then.
    async fn warn(&self, unit: &mut UnitOfWork) -> Result<(), Error> {
        if self.fell_low.is_empty() {
            return Ok(());
        }
        let products: Vec<ProductId> = self.fell_low.iter().map(|(product, _)| *product).collect();
        let skus: BTreeMap<ProductId, String> = products::skus(unit.sql(), &products)
            .await?
            .into_iter()
            .collect();
        for (product, cause) in &self.fell_low {
            let (Some(stock), Some(sku)) = (self.shelf.stock(*product), skus.get(product)) else {
                continue;
            };
            let warning = StockLevelLow {
                product_id: *product,
                sku: sku.clone(),
                available: u32::try_from(stock.figures().available()).unwrap_or(0),
                threshold: u32::try_from(stock.low_at()).unwrap_or(0),
            };
            unit.publish(warning, cause);
        }
        Ok(())
    }
}

impl Holder {
    /// The reservation.
    pub(crate) fn id(self) -> ReservationId {
        match self {
            Self::Order(order) => reservation::of_order(order),
            Self::Caller(id) => id,
        }
    }

    /// The order, if it is for one.
    pub(crate) fn order(self) -> Option<OrderId> {
        match self {
            Self::Order(order) => Some(order),
            Self::Caller(_) => None,
        }
    }
}
