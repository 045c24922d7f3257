//! `SendNotification`: something that no event speaks of. Answered by `NotificationSent`.

use revcart_messaging::HandlingError;
use shared_events::{Channel, SendNotification, Timestamp};

use super::Batch;
use super::batch::Reader;
use crate::domain::Template;

pub(super) fn send(
    batch: &mut Batch,
    command: &SendNotification,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let template: Template = command.template.parse().map_err(HandlingError::Permanent)?;
    let to = &command.to;
    let known = match (to.user_id, &to.email) {
        (Some(user), None) => Some(batch.person(user)?),
        (_, Some(_)) | (None, None) => None,
    };
    let reader = Reader {
        user_id: to.user_id,
        order_id: None,
        name: to
            .name
            .clone()
            .or_else(|| known.as_ref().map(|known| known.name.clone()))
            .unwrap_or_default(),
        email: to
            .email
            .clone()
            .or_else(|| known.and_then(|known| known.email)),
    };
    let mut parameters = command.parameters.expose_all().clone();
    parameters
        .entry("name".to_owned())
        .or_insert_with(|| reader.name.clone());
    let parameters = serde_json::json!(parameters);
    match command.channel {
        Channel::Email if reader.email.is_none() => Err(HandlingError::Permanent(
            "nobody knows an address of the recipient".to_owned(),
        )),
        Channel::Email => batch.mail(reader, template, &parameters, at),
        Channel::InApp => batch.list(reader, template, &parameters, at),
        Channel::Websocket => batch.flash(reader, template, &parameters, at),
    }
}
