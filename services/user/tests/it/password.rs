//! Changing one's password.

use http::StatusCode;
use serde_json::json;
use shared_events::{PasswordChangeReason, PasswordChanged};

use crate::people::{self, PASSWORD, login, refresh, refresh_token};

const EMAIL: &str = "asha@example.com";
const NEW: &str = "another long password";

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let ours = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    let other = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    let body = json!({"currentPassword": PASSWORD, "newPassword": NEW, "refreshToken": ours});
    service
        .put("/api/users/password")
        .token(&asha)
        .json(&body)
        .await
        .expect(StatusCode::NO_CONTENT);
    refresh(&service, &ours).await.expect(StatusCode::OK);
    refresh(&service, &other)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_CREDENTIALS");
    login(&service, EMAIL, NEW).await.expect(StatusCode::OK);
    service.settle().await;
    let changed: PasswordChanged = service.published_once();
    assert_eq!(
        (changed.user_id, changed.reason),
        (asha.id, PasswordChangeReason::Changed)
    );
}

#[tokio::test]
async fn without_naming_a_session_all_end() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let session = refresh_token(&login(&service, EMAIL, PASSWORD).await);
    let body = json!({"currentPassword": PASSWORD, "newPassword": NEW});
    service
        .put("/api/users/password")
        .token(&asha)
        .json(&body)
        .await
        .expect(StatusCode::NO_CONTENT);
    refresh(&service, &session)
        .await
        .expect_problem(StatusCode::UNAUTHORIZED, "INVALID_REFRESH_TOKEN");
}

#[tokio::test]
async fn the_old_password_must_be_known() {
    let service = people::start().await;
    let asha = people::register(&service, EMAIL).await;
    let body = json!({"currentPassword": "not my password", "newPassword": NEW});
    service
        .put("/api/users/password")
        .token(&asha)
        .json(&body)
        .await
        .expect_problem(StatusCode::FORBIDDEN, "WRONG_PASSWORD");
    login(&service, EMAIL, PASSWORD)
        .await
        .expect(StatusCode::OK);
}
