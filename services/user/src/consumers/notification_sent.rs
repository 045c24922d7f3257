//! `NotificationSent`: mail that comes back flags the account, so that the shop can ask for a better address.

use shared_events::{Channel, NotificationOutcome, NotificationSent};

use super::Gathered;

pub(super) fn apply(sent: &NotificationSent, gathered: &mut Gathered) {
    if let (Some(user_id), Channel::Email, NotificationOutcome::Bounced) =
        (sent.user_id, sent.channel, sent.outcome)
    {
        gathered.bounced.push(user_id);
    }
}
