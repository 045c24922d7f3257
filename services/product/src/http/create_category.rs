//! `POST /api/categories` (admin): a new group of products, at the top or below another.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::openapi::ProblemBody;
use revcart_http_edge::{Admin, Answer, Json, Problem};
use revcart_persistence::UnitOfWork;
use serde::Deserialize;
use shared_events::CategoryId;
use utoipa::ToSchema;

use super::{answers, rules};
use crate::app::App;
use crate::domain::category::{Category, Slug};
use crate::store::categories;

/// A new category.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CategoryDraft, example = json!({ "name": "Kitchen & Table", "slug": "kitchen" }))]
pub(super) struct Draft {
    #[garde(length(chars, max = 120), custom(rules::not_blank))]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00]*[^\s\x00][^\x00]*$"
    )]
    name: String,
    /// Made from the name if it is left out.
    #[garde(skip)]
    #[schema(value_type = Option<String>, max_length = 80, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<Slug>,
    #[serde(default)]
    #[garde(length(chars, max = 2_000), custom(rules::storable))]
    #[schema(max_length = 2_000, pattern = r"^[^\x00]*$")]
    description: String,
    /// What it stands below; at the top if it is left out.
    #[garde(skip)]
    parent_id: Option<CategoryId>,
}

/// Adds a category, at the top or below another.
#[utoipa::path(post, path = "/api/categories", security(("bearer" = [])), request_body = Draft,
    responses((status = 201, body = answers::Category, description = "The category"),
        (status = 409, body = ProblemBody, description = "SLUG_TAKEN, CATEGORY_TOO_DEEP, TOO_MANY_CATEGORIES")))]
pub(super) async fn handle(
    State(app): State<App>,
    _: Admin,
    Json(draft): Json<Draft>,
) -> Answer<(StatusCode, Json<answers::Category>)> {
    let slug = draft
        .slug
        .map_or_else(|| Slug::suggested_by(&draft.name), Ok);
    let category = Category {
        id: CategoryId::new(),
        slug: slug.map_err(|error| Problem::invalid("slug", error.to_string()))?,
        name: draft.name,
        description: draft.description,
        parent_id: draft.parent_id,
        version: 1,
    };
    let database = app.database.clone();
    let work = (app, category);
    let write = database.write(work, |unit, (app, category)| {
        Box::pin(create(unit, app, category))
    });
    Ok((StatusCode::CREATED, Json(write.await?)))
}

async fn create(
    unit: &mut UnitOfWork,
    app: &App,
    category: &Category,
) -> Answer<answers::Category> {
    let tree = categories::lock_tree(unit.sql()).await?;
    tree.admits_new(category.parent_id)?;
    let new = std::slice::from_ref(category);
    categories::insert(unit.sql(), new, unit.now()).await?;
    app.show_changes(unit);
    Ok(answers::Category::of(
        category,
        &tree.with(category.clone()),
    ))
}
