//! `POST /api/categories` (admin): a new group of products.

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Admin, Answer, Json, Problem};
use serde::Deserialize;
use shared_events::CategoryId;

use super::{answers, rules};
use crate::app::App;
use crate::domain::category::{Category, Slug};
use crate::store::{self, categories};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Draft {
    #[garde(length(chars, max = 120), custom(rules::not_blank))]
    name: String,
    /// Made from the name if it is left out.
    #[garde(skip)]
    slug: Option<Slug>,
    #[serde(default)]
    #[garde(length(chars, max = 2_000))]
    description: String,
}

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
        version: 1,
    };
    app.database
        .write(category.clone(), |unit, category| {
            Box::pin(async move {
                let new = std::slice::from_ref(category);
                categories::insert(unit.sql(), new, unit.now()).await?;
                Ok::<_, store::Error>(())
            })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(category.into())))
}
