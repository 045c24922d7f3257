//! `PUT /api/notifications/preferences`: the caller decides in which ways they are told what. What they do not name is as by
//! default: mails come, text and push messages do not.

use axum::extract::State;
use garde::Validate;
use revcart_http_edge::{Answer, Identity, Json, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::show_preferences::PreferencesAnswer;
use crate::app::App;
use crate::domain::{Choice, Kind, Preferences, Way};
use crate::store::preferences;

/// Everything that the caller has decided.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"preferences": [
    {"kind": "reminders", "channel": "email", "enabled": false},
    {"kind": "deliveries", "channel": "sms", "enabled": true},
]}))]
pub(super) struct Request {
    #[garde(length(max = 50))]
    #[schema(max_items = 50)]
    preferences: Vec<Wanted>,
}

/// One kind in one way.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[garde(skip)]
    kind: Kind,
    #[garde(skip)]
    channel: Way,
    #[garde(skip)]
    enabled: bool,
}

/// Decides in which ways the caller is told what.
///
/// The whole of it: what is not named is as by default, mails on, text and push messages off. Mails about the account and about
/// orders cannot be switched off (422 `TRANSACTIONAL`).
#[utoipa::path(
    put,
    path = "/api/notifications/preferences",
    request_body = Request,
    responses((status = 200, body = PreferencesAnswer, description = "Every kind in every way, as it is now")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    identity: Identity,
    Json(request): Json<Request>,
) -> Answer<Json<PreferencesAnswer>> {
    let user = identity.user_id()?;
    let refused = request
        .preferences
        .iter()
        .find(|wanted| !wanted.enabled && !Preferences::can_choose(wanted.kind, wanted.channel));
    if let Some(refused) = refused {
        let about = refused.kind.about();
        return Err(Problem::unprocessable(
            "TRANSACTIONAL",
            format!("mails about {about} cannot be switched off"),
        ));
    }
    let decided = Preferences::of(request.preferences.into_iter().map(|wanted| Choice {
        kind: wanted.kind,
        channel: wanted.channel,
        enabled: wanted.enabled,
    }));
    let answer = Json(PreferencesAnswer::from(&decided));
    app.database
        .write((user, decided), |unit, (user, decided)| {
            Box::pin(preferences::keep(unit, *user, decided))
        })
        .await?;
    Ok(answer)
}
