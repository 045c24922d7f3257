//! What people are mailed that no event speaks of. The only place where a one-time code leaves the service.

use std::time::Duration;

use shared_events::{Channel, Parameters, Recipient, SendNotification};

use crate::domain::code::{LIFE, Purpose};
use crate::domain::{Account, Email};
use crate::one_time_code::OneTimeCode;

/// What a code that changes the address confirms.
const CHANGE: &str = "this becomes the e-mail address of your account";

/// The letter with a code.
pub(super) fn code(purpose: Purpose, to: Recipient, code: &OneTimeCode) -> SendNotification {
    let mut parameters = vec![
        ("code", code.reveal().to_owned()),
        ("minutes", minutes(LIFE)),
    ];
    if purpose == Purpose::Change {
        parameters.push(("action", CHANGE.to_owned()));
    }
    mail(to, purpose.template(), parameters)
}

/// Somebody has tried wrong passwords or codes: nothing more is tried for so long.
pub(super) fn locked(owner: &Account, pause: Duration) -> SendNotification {
    let parameters = vec![("minutes", minutes(pause))];
    mail(owner_of(owner), "account-locked", parameters)
}

/// A refresh token was used again, so a session was ended: no pause, which is what the zero says.
pub(super) fn session_ended(owner: &Account) -> SendNotification {
    locked(owner, Duration::ZERO)
}

/// The owner of an account at the address that it has. The address is named, because others may not have heard of it yet.
pub(super) fn owner_of(account: &Account) -> Recipient {
    Recipient {
        user_id: Some(account.id),
        ..whoever_reads(&account.email, &account.name)
    }
}

/// Whoever reads what comes to this address; if it does not arrive, that says nothing about an account.
pub(super) fn whoever_reads(email: &Email, name: &str) -> Recipient {
    Recipient {
        name: Some(name.to_owned()),
        email: Some(email.as_str().to_owned()),
        ..Recipient::default()
    }
}

fn mail(to: Recipient, template: &str, parameters: Vec<(&str, String)>) -> SendNotification {
    SendNotification {
        to,
        channel: Channel::Email,
        template: template.to_owned(),
        parameters: parameters.into_iter().collect::<Parameters>(),
    }
}

fn minutes(duration: Duration) -> String {
    duration.as_secs().div_ceil(60).to_string()
}
