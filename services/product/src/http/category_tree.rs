//! `GET /api/categories/tree`: all categories at once, each with those below it. There are never very many.

use axum::extract::State;
use revcart_http_edge::{Answer, Json, MaybeIdentity};
use serde::Serialize;
use shared_events::CategoryId;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::category::Category;
use crate::domain::tree::Tree;

/// The whole tree.
#[derive(Serialize, ToSchema)]
#[schema(as = CategoryTree)]
pub(super) struct Whole {
    /// The categories at the top, by slug.
    categories: Vec<Branch>,
}

/// A category and what stands below it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CategoryBranch)]
struct Branch {
    category_id: CategoryId,
    slug: String,
    name: String,
    #[schema(no_recursion)]
    children: Vec<Branch>,
}

/// All categories at once, each with those below it.
#[utoipa::path(get, path = "/api/categories/tree", security((), ("bearer" = [])),
    responses((status = 200, body = Whole, description = "The tree")))]
pub(super) async fn handle(State(app): State<App>, _: MaybeIdentity) -> Answer<Json<Whole>> {
    let tree = app.showcase.tree(&app.database).await?;
    let top = tree.children(None);
    Ok(Json(Whole {
        categories: top.map(|category| branch(category, &tree, 1)).collect(),
    }))
}

fn branch(category: &Category, tree: &Tree, level: usize) -> Branch {
    let below = tree.children(Some(category.id));
    let children = match level < Tree::DEEPEST {
        true => below.map(|child| branch(child, tree, level + 1)).collect(),
        false => vec![],
    };
    Branch {
        category_id: category.id,
        slug: category.slug.to_string(),
        name: category.name.clone(),
        children,
    }
}
