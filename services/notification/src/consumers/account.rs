//! News of an account: it exists; its password is another one.

use revcart_messaging::HandlingError;
use serde_json::json;
use shared_events::{PasswordChangeReason, PasswordChanged, Timestamp, UserRegistered};

use super::Batch;
use crate::domain::Template;

pub(super) fn registered(
    batch: &mut Batch,
    event: &UserRegistered,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let reader = batch.person(event.user_id)?;
    let parameters = json!({"name": event.name, "email": event.email});
    batch.tell(reader, Template::Welcome, &parameters, at)
}

pub(super) fn password_changed(
    batch: &mut Batch,
    event: &PasswordChanged,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let reader = batch.person(event.user_id)?;
    let how = match event.reason {
        PasswordChangeReason::Changed => "changed",
        PasswordChangeReason::Reset => "reset",
    };
    let parameters = json!({"name": reader.name, "how": how, "at": at.to_string()});
    batch.tell(reader, Template::SecurityAlert, &parameters, at)
}
