//! Upserts in SQL that add to what is there.

use sea_orm::sea_query::{Alias, Expr};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait};

/// The column as it is, and what would have been inserted.
pub(super) fn plus_new<E: EntityTrait>(entity: E, column: impl ColumnTrait) -> Expr {
    let new = Expr::col((Alias::new("excluded"), column));
    Expr::col((entity, column)).add(new)
}
