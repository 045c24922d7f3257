//! `SendNotification`: something that no event speaks of. Answered by `NotificationSent`. Other services may also ask for it
//! over HTTP ([`send_now`]).

use std::collections::BTreeSet;

use revcart_messaging::HandlingError;
use revcart_persistence::UnitOfWork;
use shared_events::{Channel, SendNotification, Timestamp};

use super::Batch;
use super::batch::Reader;
use crate::app::App;
use crate::domain::{Template, Way};
use crate::store::Error;

/// RFC 5321 allows no longer ones.
const LONGEST_ADDRESS: usize = 320;

pub(super) fn send(
    batch: &mut Batch,
    command: &SendNotification,
    at: Timestamp,
) -> Result<(), HandlingError> {
    let template: Template = command.template.parse().map_err(HandlingError::Permanent)?;
    let reader = reader(batch, command)?;
    let mut parameters = command.parameters.expose_all().clone();
    parameters
        .entry("name".to_owned())
        .or_insert_with(|| reader.name.clone());
    let parameters = serde_json::json!(parameters);
    match command.channel {
        Channel::Email => {
            let is_address = |email: &String| email.len() <= LONGEST_ADDRESS;
            reachable(reader.email.as_ref().is_some_and(is_address), "an address")?;
            batch.tell_by(Way::Email, reader, template, &parameters, at)
        }
        Channel::Sms => {
            reachable(reader.phone.is_some(), "a telephone")?;
            batch.tell_by(Way::Sms, reader, template, &parameters, at)
        }
        Channel::Push => {
            reachable(reader.user_id.is_some(), "a login")?;
            batch.tell_by(Way::Push, reader, template, &parameters, at)
        }
        Channel::InApp => batch.list(reader, template, &parameters, at),
        Channel::Websocket => batch.flash(reader, template, &parameters, at),
    }
}

/// Whom to tell: what the command says, and what is known of the user besides.
fn reader(batch: &Batch, command: &SendNotification) -> Result<Reader, HandlingError> {
    let to = &command.to;
    let known = match (to.user_id, command.channel) {
        // It says all there is to know.
        (Some(_), Channel::Email) if to.email.is_some() => None,
        (Some(_), Channel::Sms) if to.phone.is_some() => None,
        (Some(user), _) => Some(batch.person(user)?),
        (None, _) => None,
    };
    let known = known.unwrap_or_default();
    let name = to.name.clone();
    Ok(Reader {
        user_id: to.user_id,
        order_id: None,
        name: name.unwrap_or(known.name),
        email: to.email.clone().or(known.email),
        phone: to.phone.clone().or(known.phone),
    })
}

fn reachable(is: bool, by: &str) -> Result<(), HandlingError> {
    if is {
        Ok(())
    } else {
        let reason = format!("nobody knows {by} of the recipient");
        Err(HandlingError::Permanent(reason))
    }
}

/// Does at once what the command asks for, in this transaction. The inner error is the caller's.
pub(crate) async fn send_now(
    app: &App,
    unit: &mut UnitOfWork,
    command: &SendNotification,
) -> Result<Result<(), HandlingError>, Error> {
    let users: BTreeSet<_> = command.to.user_id.into_iter().collect();
    let mut batch = Batch::about(app, unit, users, Vec::new()).await?;
    let at = unit.now();
    if let Err(error) = send(&mut batch, command, at) {
        return Ok(Err(error));
    }
    batch.save(unit).await?;
    Ok(Ok(()))
}
