//! `POST /api/notifications/send`: another service has somebody told something at once; the same as the command
//! `SendNotification`, for who wants to hear at once whether it can be done.

use std::collections::BTreeMap;

use axum::extract::State;
use garde::Validate;
use http::StatusCode;
use revcart_http_edge::{Answer, Internal, Json, Problem};
use revcart_messaging::HandlingError;
use serde::Deserialize;
use shared_events::{Channel, Recipient, SendNotification, UserId};
use utoipa::ToSchema;

use crate::app::App;
use crate::consumers::send_now;
use crate::store::Error;

/// What to tell whom.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "to": {"email": "asha@example.com", "name": "Asha Rao"}, "channel": "email",
    "template": "otp-reset", "parameters": {"code": "493021", "minutes": "10"},
}))]
pub(super) struct Request {
    #[garde(dive)]
    to: To,
    #[garde(skip)]
    channel: Channel,
    /// The name of a template.
    #[garde(length(min = 1, max = 40))]
    #[schema(min_length = 1, max_length = 40)]
    template: String,
    /// What it is filled with.
    #[garde(custom(are_short))]
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

/// Whom: a user, or an address.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct To {
    #[garde(skip)]
    user_id: Option<UserId>,
    #[garde(inner(length(max = 200)))]
    #[schema(max_length = 200)]
    name: Option<String>,
    #[garde(inner(length(max = 320), email))]
    #[schema(max_length = 320, format = "email")]
    email: Option<String>,
    #[garde(inner(length(min = 3, max = 64)))]
    #[schema(min_length = 3, max_length = 64)]
    phone: Option<String>,
}

/// What the largest template needs, and no more than a row of the database holds.
fn are_short(parameters: &BTreeMap<String, String>, _: &()) -> garde::Result {
    let is_short = |text: &String| text.chars().count() <= 1000;
    if parameters.len() <= 20 && parameters.values().all(is_short) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "20 parameters of 1000 characters at the most",
        ))
    }
}

/// Tells somebody something (other services only).
///
/// It is sent within a moment, and tried again if it cannot be. 422 `CANNOT_BE_SENT` says what is missing: the template, a
/// parameter, an address, the user.
#[utoipa::path(
    post,
    path = "/api/notifications/send",
    request_body = Request,
    responses((status = 202, description = "It is on its way")),
    security(("bearer" = []))
)]
pub(super) async fn handle(
    State(app): State<App>,
    Internal(_caller): Internal,
    Json(request): Json<Request>,
) -> Answer<StatusCode> {
    let command = SendNotification {
        to: Recipient {
            user_id: request.to.user_id,
            name: request.to.name,
            email: request.to.email,
            phone: request.to.phone,
        },
        channel: request.channel,
        template: request.template,
        parameters: request.parameters.into_iter().collect(),
    };
    let told: Result<(), HandlingError> = app
        .database
        .write((app.clone(), command), |unit, (app, command)| {
            Box::pin(send_now(app, unit, command))
        })
        .await
        .map_err(|error: Error| error)?;
    match told {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(
            HandlingError::Permanent(why)
            | HandlingError::Later(_, why)
            | HandlingError::Retry(why, _),
        ) => Err(Problem::unprocessable("CANNOT_BE_SENT", why)),
        Err(HandlingError::Unavailable(error)) => Err(error.into()),
    }
}
