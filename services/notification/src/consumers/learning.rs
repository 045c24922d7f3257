//! What messages tell of people and orders, apart from what there is to say because of them.

use shared_events::AnyMessage;

use super::Batch;
use crate::domain::{KnownOrder, Person};

pub(super) fn learn(batch: &mut Batch, message: &AnyMessage) {
    match message {
        AnyMessage::UserRegistered(event) => batch.learn_person(Person {
            user_id: event.user_id,
            email: event.email.clone(),
            name: event.name.clone(),
            phone: event.phone.clone(),
            role: Some(event.role),
            version: event.aggregate_version,
        }),
        AnyMessage::UserProfileUpdated(event) => batch.learn_person(Person {
            user_id: event.user_id,
            email: event.email.clone(),
            name: event.name.clone(),
            phone: event.phone.clone(),
            role: None,
            version: event.aggregate_version,
        }),
        AnyMessage::OrderPlaced(event) => {
            let contact = event.contact.as_ref();
            batch.learn_order(KnownOrder {
                order_id: event.order_id,
                number: event.order_number.clone(),
                user_id: event.user_id,
                email: contact.map(|contact| contact.email.clone()),
                name: contact.map_or_else(
                    || event.shipping_address.recipient.clone(),
                    |contact| contact.name.clone(),
                ),
            });
        }
        _ => {}
    }
}
