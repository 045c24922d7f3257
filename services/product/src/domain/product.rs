//! What is sold: the description and the price of a product. Its units are in [`super::stock`].

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use shared_events::{
    AnyMessage, CategoryId, Money, ProductCreated, ProductDeleted, ProductId, ProductPriceChanged,
    ProductUpdated,
};

/// The text is no stock keeping unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a sku is 1 to {} letters, digits, dots, hyphens and underscores",
    Sku::MOST
)]
pub struct Error;

/// A stock keeping unit: what the warehouse calls a product. Unique, case matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Sku(String);

impl Sku {
    /// The longest sku, in characters.
    pub const MOST: usize = 64;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Sku {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl FromStr for Sku {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if (1..=Self::MOST).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error)
        }
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A product of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its identity.
    pub id: ProductId,
    /// What the warehouse calls it.
    pub sku: Sku,
    /// What the shopper calls it.
    pub name: String,
    /// What is to be said about it; may be empty.
    pub description: String,
    /// The group it stands in.
    pub category_id: Option<CategoryId>,
    /// What a unit costs.
    pub price: Money,
    /// Addresses of its pictures, the first one foremost.
    pub image_urls: Vec<String>,
    /// Raised by every change, from 1.
    pub version: u32,
}

/// What is to be different about a product; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Another sku.
    pub sku: Option<Sku>,
    /// Another name.
    pub name: Option<String>,
    /// Another description.
    pub description: Option<String>,
    /// Another category.
    pub category_id: Option<CategoryId>,
    /// Another price.
    pub price: Option<Money>,
}

impl Product {
    /// The fact that it is sold from now on.
    #[must_use]
    pub fn created(&self, available: u32) -> ProductCreated {
        ProductCreated {
            product_id: self.id,
            sku: self.sku.to_string(),
            name: self.name.clone(),
            category_id: self.category_id,
            price: self.price,
            available,
            aggregate_version: self.version,
        }
    }

    /// Makes the change and tells what is different now: nothing, if nothing is. The price has an event of its own.
    pub fn change(&mut self, change: Change) -> Vec<AnyMessage> {
        let old_price = self.price;
        let mut changed_fields = Vec::new();
        let mut changed = |name: &str, is_different: bool| {
            if is_different {
                changed_fields.push(name.to_owned());
            }
        };
        changed("sku", replace(&mut self.sku, change.sku));
        changed("name", replace(&mut self.name, change.name));
        changed(
            "description",
            replace(&mut self.description, change.description),
        );
        let category = change.category_id.map(Some);
        changed("categoryId", replace(&mut self.category_id, category));
        let has_new_price = replace(&mut self.price, change.price);
        if changed_fields.is_empty() && !has_new_price {
            return vec![];
        }

        self.version += 1;
        let described = (!changed_fields.is_empty()).then(|| {
            AnyMessage::from(ProductUpdated {
                product_id: self.id,
                changed_fields,
                aggregate_version: self.version,
            })
        });
        let priced = has_new_price.then(|| {
            AnyMessage::from(ProductPriceChanged {
                product_id: self.id,
                old_price,
                new_price: self.price,
                aggregate_version: self.version,
            })
        });
        described.into_iter().chain(priced).collect()
    }

    /// Shows other pictures, if they are others.
    pub fn show(&mut self, image_urls: Vec<String>) -> Option<ProductUpdated> {
        replace(&mut self.image_urls, Some(image_urls)).then(|| {
            self.version += 1;
            ProductUpdated {
                product_id: self.id,
                changed_fields: vec!["imageUrls".to_owned()],
                aggregate_version: self.version,
            }
        })
    }

    /// Takes it out of the catalogue.
    pub fn delete(&mut self) -> ProductDeleted {
        self.version += 1;
        ProductDeleted {
            product_id: self.id,
            aggregate_version: self.version,
        }
    }
}

/// Puts the new value in place, if there is one; `true` if it is another than before.
fn replace<T: PartialEq>(field: &mut T, new: Option<T>) -> bool {
    match new {
        Some(new) if new != *field => {
            *field = new;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use shared_events::Currency;

    use super::*;

    fn kettle() -> Product {
        Product {
            id: ProductId::new(),
            sku: "KET-1".parse().unwrap(),
            name: "Kettle".to_owned(),
            description: String::new(),
            category_id: None,
            price: Money::from_minor(129_900, Currency::INR),
            image_urls: vec![],
            version: 1,
        }
    }

    #[test]
    fn a_change_that_changes_nothing_says_nothing() {
        let mut product = kettle();
        let before = product.clone();
        let change = Change {
            name: Some("Kettle".to_owned()),
            price: Some(before.price),
            ..Change::default()
        };
        assert_eq!(product.change(change), vec![]);
        assert_eq!(product, before);
    }

    #[test]
    fn a_new_price_has_an_event_of_its_own_with_the_version_after_it() {
        let mut product = kettle();
        let (old_price, new_price) = (product.price, Money::from_minor(99_900, Currency::INR));
        let events = product.change(Change {
            price: Some(new_price),
            ..Change::default()
        });
        let expected = ProductPriceChanged {
            product_id: product.id,
            old_price,
            new_price,
            aggregate_version: 2,
        };
        assert_eq!(events, vec![expected.into()]);
    }

    #[test]
    fn a_new_description_names_the_fields_that_changed() {
        let mut product = kettle();
        let events = product.change(Change {
            sku: Some("KET-2".parse().unwrap()),
            name: Some("Kettle".to_owned()),
            description: Some("Boils water.".to_owned()),
            category_id: Some(CategoryId::new()),
            price: Some(Money::from_minor(1, Currency::INR)),
        });
        assert_eq!(events.len(), 2);
        let AnyMessage::ProductUpdated(updated) = &events[0] else {
            panic!("the first event is {}", events[0].name());
        };
        assert_eq!(updated.changed_fields, ["sku", "description", "categoryId"]);
        assert_eq!((updated.aggregate_version, product.version), (2, 2));
    }

    #[test]
    fn a_sku_is_short_and_plain() {
        assert!("KET-1.b_2".parse::<Sku>().is_ok());
        let long = "a".repeat(65);
        for bad in ["", "a b", "a/b", "ä", "a\n", &long] {
            assert_eq!(bad.parse::<Sku>(), Err(Error), "{bad}");
        }
    }
}
