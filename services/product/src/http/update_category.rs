//! `PUT /api/categories/{id}` (admin): another name, slug or description, if nobody has changed it since.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::CategoryId;

use super::{answers, problems, rules};
use crate::app::App;
use crate::domain::category::{Category, Slug};
use crate::store::categories;

/// What is left out stays as it is.
#[derive(Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Change {
    #[garde(inner(length(chars, max = 120), custom(rules::not_blank)))]
    name: Option<String>,
    #[garde(skip)]
    slug: Option<Slug>,
    #[garde(length(chars, max = 2_000))]
    description: Option<String>,
    /// The version that the change is based on.
    #[garde(skip)]
    version: i64,
}

pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<CategoryId>,
    Json(change): Json<Change>,
) -> Answer<Json<answers::Category>> {
    let write = app.database.write((id, change), |unit, (id, change)| {
        Box::pin(update(unit, *id, change.clone()))
    });
    Ok(Json(write.await?.into()))
}

async fn update(unit: &mut UnitOfWork, id: CategoryId, change: Change) -> Answer<Category> {
    let found = categories::find(unit.sql(), id).await?;
    let mut category = found.ok_or_else(|| Problem::not_found("category"))?;
    if category.version != change.version {
        return Err(problems::version_conflict());
    }
    category.name = change.name.unwrap_or(category.name);
    category.slug = change.slug.unwrap_or(category.slug);
    category.description = change.description.unwrap_or(category.description);
    category.version += 1;
    categories::update(unit.sql(), &category, unit.now()).await?;
    Ok(category)
}
