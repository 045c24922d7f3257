//! `GET /api/notifications/preferences`: in which ways the caller is told what.

use axum::extract::State;
use revcart_http_edge::{Answer, Identity, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::{Kind, Preferences, Way};
use crate::store::preferences;

/// For every kind of news and every way whether it is wanted.
#[derive(Serialize, ToSchema)]
pub(super) struct PreferencesAnswer {
    preferences: Vec<Preference>,
}

/// One kind in one way.
#[derive(Serialize, ToSchema)]
struct Preference {
    kind: Kind,
    channel: Way,
    enabled: bool,
    /// Whether it can be switched off: transactional mails cannot.
    changeable: bool,
    /// What it is about, for people.
    about: &'static str,
}

impl From<&Preferences> for PreferencesAnswer {
    fn from(preferences: &Preferences) -> Self {
        let of_kind = |kind: Kind| {
            Way::ALL.map(|channel| Preference {
                kind,
                channel,
                enabled: preferences.wants(kind, channel),
                changeable: Preferences::can_choose(kind, channel),
                about: kind.about(),
            })
        };
        Self {
            preferences: Kind::CHOICES.into_iter().flat_map(of_kind).collect(),
        }
    }
}

/// In which ways the caller is told what.
#[utoipa::path(
    get,
    path = "/api/notifications/preferences",
    responses((status = 200, body = PreferencesAnswer, description = "Every kind in every way")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
) -> Answer<Json<PreferencesAnswer>> {
    let preferences = preferences::of(&app.database, identity.user_id()?).await?;
    Ok(Json(PreferencesAnswer::from(&preferences)))
}
