//! What somebody is given who has shown who they are.

use http::StatusCode;
use revcart_http_edge::Problem;
use revcart_http_edge::auth::Claims;
use serde::Serialize;

use crate::app::App;
use crate::domain::Account;
use crate::domain::account::Barred;
use crate::refresh_token::RefreshToken;

/// An access token to call with and a refresh token to get the next with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenPair {
    access_token: String,
    refresh_token: String,
    token_type: &'static str,
    /// Seconds that the access token is valid.
    expires_in: u64,
}

impl TokenPair {
    pub(super) fn issue(app: &App, account: &Account, refresh_token: &RefreshToken) -> Self {
        let ttl = app.config.access_token_ttl;
        Self {
            access_token: app.keys.sign(&Claims::user(
                account.id,
                account.role,
                app.clock.now(),
                ttl,
            )),
            refresh_token: refresh_token.reveal(),
            token_type: "Bearer",
            expires_in: ttl.as_secs(),
        }
    }
}

impl From<Barred> for Problem {
    fn from(barred: Barred) -> Self {
        let code = match barred {
            Barred::Suspended => "ACCOUNT_SUSPENDED",
            Barred::Unverified => "EMAIL_NOT_VERIFIED",
        };
        Self::new(StatusCode::FORBIDDEN, code, barred.to_string())
    }
}
