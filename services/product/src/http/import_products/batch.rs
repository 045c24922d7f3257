//! Some lines of a table, written in one transaction: two reads and a few multi-row statements, however many lines they are.

use std::collections::{BTreeMap, BTreeSet};

use revcart_http_edge::Answer;
use revcart_persistence::{Cause, UnitOfWork};
use shared_events::{AnyMessage, ProductId};

use super::{Line, Numbered, Outcome};
use crate::app::App;
use crate::domain::product::{Change, Product};
use crate::domain::sheet::{Refusal, Row, missing};
use crate::domain::stock::Stock;
use crate::store::movements::Entry;
use crate::store::sheet::Known;
use crate::store::warehouse::Warehouse;
use crate::store::{movements, products, sheet, stock};

/// The lines, and who brings them.
pub(super) struct Work {
    pub(super) app: App,
    pub(super) rows: Vec<Numbered>,
    pub(super) dry_run: bool,
    pub(super) actor: String,
    pub(super) cause: Cause,
}

/// What is to be written.
#[derive(Default)]
struct Plan {
    new: Vec<(Product, u32, u32)>,
    changed: Vec<Product>,
    events: Vec<AnyMessage>,
    lines: Vec<Line>,
}

/// Writes the lines, unless this is a rehearsal, and tells what came of each.
pub(super) async fn write(unit: &mut UnitOfWork, work: &Work) -> Answer<Vec<Line>> {
    let skus: Vec<_> = work.rows.iter().map(|row| &row.row.sku).collect();
    let known = sheet::known(unit.sql(), &skus).await?;
    let ids: BTreeSet<ProductId> = known.in_catalogue.values().copied().collect();
    // Stock before its products, like who reserves some of it.
    let mut warehouse = Warehouse::load(unit, &BTreeSet::new(), ids.clone()).await?;
    let mut found: BTreeMap<ProductId, Product> = products::lock_all(unit.sql(), &ids)
        .await?
        .into_iter()
        .map(|product| (product.id, product))
        .collect();
    let mut plan = Plan::default();
    for row in &work.rows {
        let id = known.in_catalogue.get(row.row.sku.as_str());
        let line = match id.and_then(|id| found.remove(id)) {
            Some(product) => plan.change(row, product, &mut warehouse),
            None => plan.create(row, work, &known),
        };
        plan.lines.push(line);
    }
    if !work.dry_run {
        save(unit, work, &mut plan, warehouse).await?;
    }
    Ok(plan.lines)
}

impl Plan {
    fn change(&mut self, row: &Numbered, mut product: Product, warehouse: &mut Warehouse) -> Line {
        let Row {
            name,
            description,
            category_id,
            price,
            low_at,
            ..
        } = row.row.clone();
        let id = product.id;
        let events = product.change(Change {
            sku: None,
            name,
            description,
            category_id,
            price,
        });
        let stock = warehouse.shelf().stock(id);
        let threshold = stock.map(Stock::low_at);
        let low_at = low_at.filter(|low_at| threshold != Some(i64::from(*low_at)));
        if let Some(low_at) = low_at {
            warehouse.amend(id, |stock| stock.warn_at(low_at));
        }
        if events.is_empty() && low_at.is_none() {
            return Line::done(row, Outcome::Unchanged);
        }
        if !events.is_empty() {
            self.events.extend(events);
            self.changed.push(product);
        }
        Line::done(row, Outcome::Updated)
    }

    fn create(&mut self, row: &Numbered, work: &Work, known: &Known) -> Line {
        let sku = &row.row.sku;
        let refused = |refusals: Vec<Refusal>| Line::refused(row.line, sku.to_string(), refusals);
        if known.deleted.contains(sku.as_str()) {
            let message = "a product that was deleted has this sku".to_owned();
            return refused(vec![Refusal {
                column: "sku",
                message,
            }]);
        }
        let (Some(name), Some(price)) = (&row.row.name, row.row.price) else {
            let given = [
                ("name", row.row.name.is_some()),
                ("price", row.row.price.is_some()),
            ];
            let absent = given.into_iter().filter(|(_, is_given)| !is_given);
            return refused(absent.map(|(column, _)| missing(column)).collect());
        };
        let product = Product {
            id: ProductId::new(),
            sku: sku.clone(),
            name: name.clone(),
            description: row.row.description.clone().unwrap_or_default(),
            category_id: row.row.category_id,
            price,
            image_urls: vec![],
            version: 1,
        };
        let units = row.row.stock.unwrap_or_default();
        let default = work.app.config.low_stock_threshold;
        self.events.push(product.created(units).into());
        let low_at = row.row.low_at.unwrap_or(default);
        self.new.push((product, units, low_at));
        Line::done(row, Outcome::Created)
    }
}

async fn save(
    unit: &mut UnitOfWork,
    work: &Work,
    plan: &mut Plan,
    warehouse: Warehouse,
) -> Answer<()> {
    let now = unit.now();
    let mut stocks = Vec::with_capacity(plan.new.len());
    let mut ledger = Vec::with_capacity(plan.new.len());
    let mut new = Vec::with_capacity(plan.new.len());
    for (product, units, low_at) in plan.new.drain(..) {
        let (opening, movement) = Stock::opening(units, low_at);
        stocks.push((product.id, opening));
        ledger.push(Entry {
            product: product.id,
            movement,
            order: None,
            reason: Some("imported".to_owned()),
            actor: Some(work.actor.clone()),
        });
        new.push(product);
    }
    products::insert(unit.sql(), &new, now).await?;
    stock::insert(unit.sql(), &stocks, now).await?;
    movements::append(unit.sql(), &ledger, now).await?;
    for product in &plan.changed {
        products::update(unit.sql(), product, now).await?;
    }
    for event in plan.events.drain(..) {
        unit.emit(event, &work.cause);
    }
    work.app.save(unit, warehouse).await?;
    work.app.show_changes(unit);
    Ok(())
}
