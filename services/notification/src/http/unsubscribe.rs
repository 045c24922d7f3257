//! `/api/notifications/unsubscribe?token=`: the link in mails that one may not want. It needs no login: the token says who and
//! what, signed. GET only asks, because programs follow links in mails; POST does it, also with one click in a mail program
//! (RFC 8058).

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use garde::Validate;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use minijinja::HtmlEscape;
use revcart_http_edge::{Answer, Problem, Query};
use serde::Deserialize;
use shared_events::UserId;
use utoipa::IntoParams;

use crate::app::App;
use crate::domain::{Choice, Kind, Way};
use crate::store::{Error, preferences};

/// What the link carries.
#[derive(Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Link {
    /// Who and what, signed, as in the mail.
    #[garde(length(min = 1, max = 200))]
    #[param(min_length = 1, max_length = 200)]
    token: String,
}

/// Asks whether mails of this kind shall end.
///
/// Changes nothing. 400 `BAD_TOKEN` for a link that was not in a mail of ours.
#[utoipa::path(
    get,
    path = "/api/notifications/unsubscribe",
    params(Link),
    responses((status = 200, body = String, content_type = "text/html", description = "A page with a button")),
    security(())
)]
pub(super) async fn show(State(app): State<App>, Query(link): Query<Link>) -> Answer<Response> {
    let (_, kind) = read(&app, &link)?;
    let about = kind.about();
    Ok(page(
        &app,
        &format!(
            "<p>You get mails about {about}. Shall they end?</p>\
             <form method=\"post\"><button>No more mails about {about}</button></form>"
        ),
    ))
}

/// Ends mails of this kind.
///
/// With one click in a mail program (RFC 8058) or by the button of the page. 400 `BAD_TOKEN` for a link that was not in a mail
/// of ours.
#[utoipa::path(
    post,
    path = "/api/notifications/unsubscribe",
    params(Link),
    responses((status = 200, body = String, content_type = "text/html", description = "They have ended")),
    security(())
)]
pub(super) async fn confirm(State(app): State<App>, Query(link): Query<Link>) -> Answer<Response> {
    let (user, kind) = read(&app, &link)?;
    app.database
        .write((user, kind), |unit, (user, kind)| {
            Box::pin(async move {
                let mut decided = preferences::to_change(unit, *user).await?;
                decided.choose(Choice {
                    kind: *kind,
                    channel: Way::Email,
                    enabled: false,
                });
                preferences::keep(unit, *user, &decided).await
            })
        })
        .await
        .map_err(|error: Error| error)?;
    let about = kind.about();
    Ok(page(
        &app,
        &format!("<p>You get no more mails about {about}.</p>"),
    ))
}

fn read(app: &App, link: &Link) -> Answer<(UserId, Kind)> {
    app.links.read(&link.token).ok_or_else(|| {
        Problem::bad_request(
            "BAD_TOKEN",
            "this link was not in a mail of ours, or is torn",
        )
    })
}

fn page(app: &App, content: &str) -> Response {
    let head = app.templates.head();
    let (shop, address) = (HtmlEscape(&head.shop), HtmlEscape(&head.address));
    let mut response = Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{shop}</title></head>\
         <body><h1>{shop}</h1>{content}<p><a href=\"{address}\">{address}</a></p></body></html>"
    ))
    .into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
