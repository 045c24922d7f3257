//! A catalogue to try RevCart out with: 100 products in 8 categories, 10,000 units of each.

mod catalogue;

use revcart_persistence::{Cause, Database, UnitOfWork};
use shared_events::{CategoryId, Currency, Money, ProductId};

use crate::config::Config;
use crate::domain::category::Category;
use crate::domain::product::Product;
use crate::domain::stock::Stock;
use crate::store::movements::Entry;
use crate::store::{Error, categories, movements, products, stock};

use catalogue::CATEGORIES;

/// Units of each product.
const UNITS: u32 = 10_000;
/// From how many units on a product's stock is low.
const LOW_AT: u32 = 50;

/// Fills an empty catalogue, in one transaction, and publishes what it creates. Returns how many products it made: none, if
/// there has ever been a product.
///
/// # Errors
/// When the database cannot be written.
pub async fn seed(config: &Config, database: &Database) -> Result<usize, Error> {
    let write = database.write(config.currency, |unit, currency| {
        Box::pin(fill(unit, *currency))
    });
    match write.await {
        // Another replica has been filling it at the same time.
        Err(Error::SkuTaken | Error::SlugTaken) if products::any(database.read()).await? => Ok(0),
        filled => filled,
    }
}

async fn fill(unit: &mut UnitOfWork, currency: Currency) -> Result<usize, Error> {
    if products::any(unit.sql()).await? {
        return Ok(0);
    }
    let (now, cause) = (unit.now(), Cause::new("demo"));
    let categories = demo_categories();
    let products = demo_products(&categories, currency);
    let mut stocks = Vec::with_capacity(products.len());
    let mut ledger = Vec::with_capacity(products.len());
    for product in &products {
        let (opening, movement) = Stock::opening(UNITS, LOW_AT);
        stocks.push((product.id, opening));
        ledger.push(Entry {
            product: product.id,
            movement,
            order: None,
            reason: Some("demo catalogue".to_owned()),
            actor: None,
        });
    }
    categories::insert(unit.sql(), &categories, now).await?;
    products::insert(unit.sql(), &products, now).await?;
    stock::insert(unit.sql(), &stocks, now).await?;
    movements::append(unit.sql(), &ledger, now).await?;
    for product in &products {
        unit.publish(product.created(UNITS), &cause);
    }
    Ok(products.len())
}

fn demo_categories() -> Vec<Category> {
    CATEGORIES
        .iter()
        .map(|(slug, name, description)| Category {
            id: CategoryId::new(),
            slug: slug.parse().expect("slugs of the demo are slugs"),
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            parent_id: None,
            version: 1,
        })
        .collect()
}

fn demo_products(categories: &[Category], currency: Currency) -> Vec<Product> {
    let unit = 10_i64.pow(currency.exponent());
    let category = |slug: &str| categories.iter().find(|it| it.slug.as_str() == slug);
    catalogue::products()
        .map(|row| Product {
            id: ProductId::new(),
            sku: row.sku.parse().expect("skus of the demo are skus"),
            name: row.name.to_owned(),
            description: row.description.to_owned(),
            category_id: category(row.category).map(|category| category.id),
            price: Money::from_minor(row.price * unit, currency),
            image_urls: vec![],
            version: 1,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_demo_has_a_hundred_products_in_eight_categories() {
        let categories = demo_categories();
        let products = demo_products(&categories, Currency::INR);
        assert_eq!((categories.len(), products.len()), (8, 100));
        assert!(products.iter().all(|product| product.category_id.is_some()));
        let skus: BTreeSet<_> = products.iter().map(|product| &product.sku).collect();
        assert_eq!(skus.len(), 100);
    }
}
