//! The routes of the user service: one file per endpoint, each with its request, its answer and its handler. What several of
//! them have in common: `rules` and `problems`, `answers`, `standing` and `confirm` (what becomes of an account), `proof` and
//! `attempts` (passwords and what wrong ones lead to), `codes`, `code_request` and `letters` (one-time codes).

mod add_address;
mod add_key;
mod address_body;
mod answers;
mod attempts;
mod change_address;
mod change_email;
mod change_password;
mod change_profile;
mod code_request;
mod codes;
mod confirm;
mod confirm_email;
mod deactivate;
mod end_session;
mod end_sessions;
mod forget_password;
mod letters;
mod list_accounts;
mod list_addresses;
mod list_keys;
mod list_sessions;
mod login;
mod logout;
mod problems;
mod proof;
mod publish_keys;
mod refresh;
mod register;
mod remove_address;
mod resend_code;
mod reset_password;
mod rules;
mod set_role;
mod set_status;
mod show_account;
mod show_checkout_profile;
mod show_profile;
mod standing;
mod validate_token;
mod verify_code;
mod withdraw_key;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The routes on the port.
pub(crate) fn routes(app: App) -> Router {
    table().split_for_parts().0.with_state(app)
}

/// The table of routes, which describe themselves.
pub(crate) fn table() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register::handle))
        .routes(routes!(verify_code::handle))
        .routes(routes!(resend_code::handle))
        .routes(routes!(forget_password::handle))
        .routes(routes!(reset_password::handle))
        .routes(routes!(login::handle))
        .routes(routes!(refresh::handle))
        .routes(routes!(logout::handle))
        .routes(routes!(show_profile::handle, change_profile::handle))
        .routes(routes!(change_password::handle))
        .routes(routes!(change_email::handle))
        .routes(routes!(confirm_email::handle))
        .routes(routes!(deactivate::handle))
        .routes(routes!(list_sessions::handle, end_sessions::handle))
        .routes(routes!(end_session::handle))
        .routes(routes!(add_address::handle, list_addresses::handle))
        .routes(routes!(change_address::handle, remove_address::handle))
        .routes(routes!(validate_token::handle))
        .routes(routes!(list_accounts::handle))
        .routes(routes!(list_keys::handle, add_key::handle))
        .routes(routes!(withdraw_key::handle))
        .routes(routes!(show_account::handle))
        .routes(routes!(set_role::handle))
        .routes(routes!(set_status::handle))
        .routes(routes!(show_checkout_profile::handle))
        .routes(routes!(publish_keys::handle))
}
