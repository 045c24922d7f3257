//! `PUT /api/categories/{id}` (admin): another name, slug, description or place in the tree, if nobody has changed it since.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, Path, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::CategoryId;
use utoipa::ToSchema;

use super::{answers, problems, rules};
use crate::app::App;
use crate::domain::category::Slug;
use crate::store::categories;

/// What is left out stays as it is.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CategoryChange, example = json!({ "name": "Kitchen", "version": 1 }))]
pub(super) struct Change {
    #[garde(inner(length(chars, max = 120), custom(rules::not_blank)))]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$"
    )]
    name: Option<String>,
    #[garde(skip)]
    #[schema(value_type = Option<String>, max_length = 80, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<Slug>,
    #[garde(length(chars, max = 2_000), inner(custom(rules::storable)))]
    #[schema(max_length = 2_000, pattern = r"^[^\x00]*$")]
    description: Option<String>,
    /// What it is to stand below; `null` for the top.
    #[serde(default, deserialize_with = "rules::if_given")]
    #[garde(skip)]
    #[schema(value_type = Option<CategoryId>)]
    parent_id: Option<Option<CategoryId>>,
    /// The version that the change is based on.
    #[garde(skip)]
    version: i64,
}

/// Changes a category or its place in the tree, if nobody has changed it since.
#[utoipa::path(put, path = "/api/categories/{categoryId}", security(("bearer" = [])),
    params(("categoryId" = CategoryId, Path)), request_body = Change,
    responses((status = 200, body = answers::Category, description = "The category as it is now"),
        (status = 409, body = ProblemBody, description = "VERSION_CONFLICT, SLUG_TAKEN, CATEGORY_CYCLE, CATEGORY_TOO_DEEP")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Path(id): Path<CategoryId>,
    Json(change): Json<Change>,
) -> Answer<Json<answers::Category>> {
    let database = app.database.clone();
    let write = database.write((app, id, change), |unit, (app, id, change)| {
        Box::pin(update(unit, app, *id, change.clone()))
    });
    Ok(Json(write.await?))
}

async fn update(
    unit: &mut UnitOfWork,
    app: &App,
    id: CategoryId,
    change: Change,
) -> Answer<answers::Category> {
    // All of them: two categories that are moved at the same time must not end up below each other.
    let tree = categories::lock_tree(unit.sql()).await?;
    let found = tree.find(id).cloned();
    let mut category = found.ok_or_else(|| Problem::not_found("category"))?;
    if category.version != change.version {
        return Err(problems::version_conflict());
    }
    if let Some(parent) = change.parent_id {
        tree.admits_move(id, parent)?;
        category.parent_id = parent;
    }
    category.name = change.name.unwrap_or(category.name);
    category.slug = change.slug.unwrap_or(category.slug);
    category.description = change.description.unwrap_or(category.description);
    category.version += 1;
    categories::update(unit.sql(), &category, unit.now()).await?;
    app.show_changes(unit);
    Ok(answers::Category::of(
        &category,
        &tree.with(category.clone()),
    ))
}
