//! Messages that user-service handles, a batch in one transaction: gather what they mean, write it once.

mod notification_sent;

use revcart_http_edge::host::Adapters;
use revcart_messaging::consumer::{Consumer, HandlingError, Incoming};
use revcart_persistence::UnitOfWork;
use shared_events::{AnyMessage, UserId};

use crate::store::accounts;

/// The consumers of this service's queue.
pub(crate) fn all(adapters: &Adapters) -> Vec<Consumer> {
    vec![adapters.consumer(&(), |(), unit, messages| Box::pin(handle(unit, messages)))]
}

/// What a batch amounts to.
#[derive(Default)]
struct Gathered {
    bounced: Vec<UserId>,
}

async fn handle(unit: &mut UnitOfWork, messages: &[Incoming]) -> Result<(), HandlingError> {
    let mut gathered = Gathered::default();
    for message in messages {
        match &message.envelope.data {
            AnyMessage::NotificationSent(sent) => notification_sent::apply(sent, &mut gathered),
            other => {
                return Err(HandlingError::Permanent(format!(
                    "user-service does not handle {}",
                    other.name()
                )));
            }
        }
    }
    accounts::mark_bounced(unit.sql(), &gathered.bounced, unit.now()).await?;
    Ok(())
}
