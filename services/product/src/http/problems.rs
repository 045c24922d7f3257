//! What callers are told when the store or the domain refuses.

use revcart_http_edge::{Answer, Problem};
use sea_orm::ConnectionTrait;
use shared_events::CategoryId;

use crate::domain::category::Category;
use crate::domain::{reservation, stock, tree};
use crate::store::{self, categories};

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
            store::Error::SkuTaken => Self::conflict("SKU_TAKEN", "another product has this sku"),
            store::Error::SlugTaken => {
                Self::conflict("SLUG_TAKEN", "another category has this slug")
            }
            store::Error::Changed => version_conflict(),
        }
    }
}

impl From<reservation::Refusal> for Problem {
    fn from(refusal: reservation::Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            reservation::Refusal::OwnedBySaga => Self::conflict("OWNED_BY_SAGA", detail),
            reservation::Refusal::Short(shortages) => {
                Self::conflict("OUT_OF_STOCK", detail).with("shortages", shortages)
            }
        }
    }
}

impl From<tree::Error> for Problem {
    fn from(error: tree::Error) -> Self {
        let detail = error.to_string();
        match error {
            tree::Error::NoParent => Self::invalid("parentId", detail),
            tree::Error::Cycle => Self::conflict("CATEGORY_CYCLE", detail),
            tree::Error::TooDeep => Self::conflict("CATEGORY_TOO_DEEP", detail),
            tree::Error::TooMany => Self::conflict("TOO_MANY_CATEGORIES", detail),
        }
    }
}

impl From<stock::Error> for Problem {
    fn from(error: stock::Error) -> Self {
        let detail = error.to_string();
        match error {
            stock::Error::BelowReserved { .. } => Self::conflict("BELOW_RESERVED", detail),
            stock::Error::TooMany => Self::invalid("quantity", detail),
        }
    }
}

/// 409: the thing has changed since the caller read it.
pub(super) fn version_conflict() -> Problem {
    Problem::conflict(
        "VERSION_CONFLICT",
        "it has been changed since; read it again",
    )
}

/// The category of a product: 422 unless it exists; naming none is fine.
pub(super) async fn expect_category(
    connection: &impl ConnectionTrait,
    category: Option<CategoryId>,
) -> Answer<Option<Category>> {
    let Some(category) = category else {
        return Ok(None);
    };
    match categories::find(connection, category).await? {
        Some(category) => Ok(Some(category)),
        None => Err(Problem::invalid("categoryId", "there is no such category")),
    }
}
