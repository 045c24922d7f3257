//! What the demo sells.

/// Slug, name, description.
pub(super) const CATEGORIES: [(&str, &str, &str); 8] = [
    (
        "groceries",
        "Groceries",
        "Staples, snacks and drinks for every day.",
    ),
    (
        "kitchen",
        "Kitchen",
        "Pots, pans and helpers for people who cook.",
    ),
    ("home", "Home", "Linen, light and order for every room."),
    (
        "electronics",
        "Electronics",
        "Sound, power and light for the road and the desk.",
    ),
    (
        "books",
        "Books",
        "Stories, cookery and things worth knowing.",
    ),
    ("fashion", "Fashion", "Cotton, linen and leather to wear."),
    ("beauty", "Beauty", "Soap, oil and care from head to foot."),
    (
        "sports",
        "Sports",
        "For the field, the mat and the mountain.",
    ),
];

/// A product of the demo.
pub(super) struct Row {
    /// Slug of its category.
    pub(super) category: &'static str,
    /// Its sku.
    pub(super) sku: &'static str,
    /// Its price in whole units of the shop's currency, meant for rupees.
    pub(super) price: i64,
    /// Its name.
    pub(super) name: &'static str,
    /// A sentence about it.
    pub(super) description: &'static str,
}

/// The products, category by category.
pub(super) fn products() -> impl Iterator<Item = Row> {
    include_str!("products.tsv").lines().filter_map(|line| {
        let mut fields = line.split('\t');
        Some(Row {
            category: fields.next()?,
            sku: fields.next()?,
            price: fields.next()?.parse().ok()?,
            name: fields.next()?,
            description: fields.next()?,
        })
    })
}
