//! What several endpoints answer with.

use serde::Serialize;
use shared_events::{CategoryId, Money, ProductId, SupplierId, Timestamp};
use utoipa::ToSchema;

use crate::domain::stock::{self, Figures};
use crate::domain::supplier::Supply;
use crate::domain::tree::Tree;
use crate::domain::{category, product};
use crate::store::listings::Listing;
use crate::store::reorders;

/// A product as the shop shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Product {
    product_id: ProductId,
    sku: String,
    name: String,
    description: String,
    category_id: Option<CategoryId>,
    /// The slug of the category.
    category: Option<String>,
    price: Money,
    available: i64,
    image_urls: Vec<String>,
    version: i64,
}

impl Product {
    /// A product that has just been written.
    pub(super) fn of(
        product: product::Product,
        category: Option<&category::Category>,
        available: i64,
    ) -> Self {
        Self {
            product_id: product.id,
            sku: product.sku.to_string(),
            name: product.name,
            description: product.description,
            category_id: product.category_id,
            category: category.map(|category| category.slug.to_string()),
            price: product.price,
            available,
            image_urls: product.image_urls,
            version: i64::from(product.version),
        }
    }
}

impl From<&Listing> for Product {
    fn from(listing: &Listing) -> Self {
        Self {
            product_id: listing.id,
            sku: listing.sku.clone(),
            name: listing.name.clone(),
            description: listing.description.clone(),
            category_id: listing.category_id,
            category: listing.category.clone(),
            price: listing.price,
            available: listing.available,
            image_urls: listing.image_urls.clone(),
            version: listing.version,
        }
    }
}

/// A category, with what is above and right below it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Category {
    category_id: CategoryId,
    slug: String,
    name: String,
    description: String,
    parent_id: Option<CategoryId>,
    /// From the top down to the category itself.
    path: Vec<CategoryName>,
    /// Directly below it, by slug.
    children: Vec<CategoryName>,
    version: i64,
}

/// What a category is called.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CategoryName {
    category_id: CategoryId,
    slug: String,
    name: String,
}

impl Category {
    /// A category where it stands in the tree.
    pub(super) fn of(category: &category::Category, tree: &Tree) -> Self {
        let path = tree.path(category.id);
        Self {
            category_id: category.id,
            slug: category.slug.to_string(),
            name: category.name.clone(),
            description: category.description.clone(),
            parent_id: category.parent_id,
            path: path.into_iter().map(CategoryName::from).collect(),
            children: tree
                .children(Some(category.id))
                .map(CategoryName::from)
                .collect(),
            version: category.version,
        }
    }
}

impl From<&category::Category> for CategoryName {
    fn from(category: &category::Category) -> Self {
        Self {
            category_id: category.id,
            slug: category.slug.to_string(),
            name: category.name.clone(),
        }
    }
}

/// The figures of a product's stock.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stock {
    product_id: ProductId,
    on_hand: i64,
    reserved: i64,
    available: i64,
    sold: i64,
}

impl Stock {
    /// The figures of this product.
    pub(super) fn of(product_id: ProductId, figures: Figures) -> Self {
        Self {
            product_id,
            on_hand: figures.on_hand,
            reserved: figures.reserved,
            available: figures.available(),
            sold: figures.sold,
        }
    }
}

/// The same with what only the shop's own people see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Inventory {
    #[serde(flatten)]
    stock: Stock,
    supplied: i64,
    low_stock_threshold: i64,
    low: bool,
    for_sale: bool,
    /// Who sends more.
    supplier_id: Option<SupplierId>,
    /// How many are ordered at a time; as many as fill the shelf, if it does not say.
    reorder_quantity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reorder: Option<Reorder>,
}

/// That more should be ordered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Reorder {
    quantity: i64,
    proposed_at: Timestamp,
}

impl Inventory {
    /// The inventory of this product; what is proposed counts only while the stock is low.
    pub(super) fn of(
        product_id: ProductId,
        stock: &stock::Stock,
        proposal: Option<reorders::entity::Model>,
        supply: Option<Supply>,
    ) -> Self {
        let proposal = proposal.filter(|_| stock.is_low());
        Self {
            stock: Stock::of(product_id, stock.figures()),
            supplied: stock.figures().supplied,
            low_stock_threshold: stock.low_at(),
            low: stock.is_low(),
            for_sale: stock.is_for_sale(),
            supplier_id: supply.map(|supply| supply.supplier),
            reorder_quantity: supply.and_then(|supply| supply.reorder_quantity),
            reorder: proposal.map(|proposal| Reorder {
                quantity: proposal.units,
                proposed_at: Timestamp::from_micros(proposal.proposed_at),
            }),
        }
    }
}
