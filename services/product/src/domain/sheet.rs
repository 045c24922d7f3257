//! The catalogue as a table of text (CSV): which columns there are, what a line says, and cells that no spreadsheet takes for
//! a formula (OWASP, "CSV Injection").

use std::borrow::Cow;

use shared_events::{CategoryId, Currency, Money, Quantity};

use super::product::Sku;
use super::tree::Tree;

/// The columns, in the order in which they are written.
pub const COLUMNS: [&str; 7] = [
    "sku",
    "name",
    "description",
    "category",
    "price",
    "stock",
    "lowStockThreshold",
];

/// The dearest price, as in requests.
const DEAREST: i64 = 1_000_000_000_000;

/// What a line says of a product. What its cells leave empty is `None`: it stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which product.
    pub sku: Sku,
    /// Its name.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Its category.
    pub category_id: Option<CategoryId>,
    /// Its price.
    pub price: Option<Money>,
    /// The units that a new product begins with; nothing for one that exists.
    pub stock: Option<u32>,
    /// From how many units on its stock is low.
    pub low_at: Option<u32>,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The column.
    pub column: &'static str,
    /// What is wrong.
    pub message: String,
}

/// A cell as it is written: what a spreadsheet would take for a formula begins with an apostrophe.
#[must_use]
pub fn written(text: &str) -> Cow<'_, str> {
    if is_formula(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What was written as this cell.
#[must_use]
pub fn read(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

/// Apostrophes in front do not count, so that what is written is read as it was, whatever it was.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// What a line of these columns says, or all that is wrong with it. `cell` gives the text of a column.
///
/// # Errors
/// One for each cell that cannot be.
pub fn parse<'a>(
    cell: impl Fn(&'static str) -> Option<&'a str>,
    tree: &Tree,
    currency: Currency,
) -> Result<Row, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let given = |column| {
        cell(column)
            .map(read)
            .filter(|text| !text.trim().is_empty())
    };
    let mut check = |column: &'static str, rule: &dyn Fn(&str) -> Result<(), String>| {
        let text = given(column)?;
        if let Err(message) = rule(text) {
            refusals.push(Refusal { column, message });
        }
        Some(text)
    };
    let sku = check("sku", &|text| match text.parse::<Sku>() {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    });
    let name = check("name", &|text| at_most(text, 200));
    let description = check("description", &|text| at_most(text, 10_000));
    let category = check("category", &|text| match tree.with_slug(text) {
        Some(_) => Ok(()),
        None => Err("there is no such category".to_owned()),
    });
    let price = check("price", &|text| price(text, currency).map(drop));
    let stock = check("stock", &|text| units(text).map(drop));
    let low_at = check("lowStockThreshold", &|text| units(text).map(drop));
    let Some(Ok(sku)) = sku.map(str::parse) else {
        if sku.is_none() {
            refusals.push(missing("sku"));
        }
        return Err(refusals);
    };
    if !refusals.is_empty() {
        return Err(refusals);
    }
    Ok(Row {
        sku,
        name: name.map(str::to_owned),
        description: description.map(str::to_owned),
        category_id: category
            .and_then(|slug| tree.with_slug(slug))
            .map(|category| category.id),
        price: price.and_then(|text| self::price(text, currency).ok()),
        stock: stock.and_then(|text| units(text).ok()),
        low_at: low_at.and_then(|text| units(text).ok()),
    })
}

/// That a column has nothing in it.
#[must_use]
pub fn missing(column: &'static str) -> Refusal {
    Refusal {
        column,
        message: "is missing".to_owned(),
    }
}

fn at_most(text: &str, letters: usize) -> Result<(), String> {
    if text.chars().count() > letters {
        return Err(format!("is longer than {letters} characters"));
    }
    if text.contains('\0') {
        return Err("must not contain the character NUL".to_owned());
    }
    Ok(())
}

fn price(text: &str, currency: Currency) -> Result<Money, String> {
    let price = Money::parse(text.trim(), currency).map_err(|error| error.to_string())?;
    if (1..=DEAREST).contains(&price.minor()) {
        return Ok(price);
    }
    Err("must be more than zero, and not absurd".to_owned())
}

fn units(text: &str) -> Result<u32, String> {
    let units = text.trim().parse().ok();
    units
        .filter(|units| *units <= Quantity::MAX)
        .ok_or_else(|| format!("must be a number up to {}", Quantity::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_written_as_text() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("'=1", "''=1"),
            ("Kettle", "Kettle"),
            ("'tis", "'tis"),
            ("", ""),
        ] {
            assert_eq!(written(text), cell);
            assert_eq!(read(cell), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(text in "['=+@\\t\\r-]{0,3}.{0,3}") {
            let cell = written(&text);
            prop_assert_eq!(read(&cell), text.as_str());
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }

    fn parsed(cells: &[(&'static str, &'static str)]) -> Result<Row, Vec<&'static str>> {
        let cell = |column| cells.iter().find(|it| it.0 == column).map(|it| it.1);
        parse(cell, &Tree::default(), Currency::INR)
            .map_err(|all| all.into_iter().map(|it| it.column).collect())
    }

    #[test]
    fn a_line_says_what_its_cells_say() {
        let row = parsed(&[
            ("sku", "A-1"),
            ("name", "'=Kettle"),
            ("price", " 12.50 "),
            ("stock", ""),
        ]);
        let row = row.unwrap();
        assert_eq!(row.name.as_deref(), Some("=Kettle"));
        assert_eq!(row.price, Some(Money::from_minor(1250, Currency::INR)));
        assert_eq!((row.stock, row.low_at, row.category_id), (None, None, None));
    }

    #[test]
    fn all_that_is_wrong_with_a_line_is_told() {
        let bad = parsed(&[
            ("sku", "a b"),
            ("price", "-1"),
            ("stock", "many"),
            ("category", "toys"),
        ]);
        assert_eq!(bad.unwrap_err(), ["sku", "category", "price", "stock"]);
        assert_eq!(parsed(&[("name", "Kettle")]).unwrap_err(), ["sku"]);
        let dear = parsed(&[("sku", "A"), ("price", "0.00")]);
        assert_eq!(dear.unwrap_err(), ["price"]);
    }
}
