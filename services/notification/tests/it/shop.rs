//! A notification service under test, with a shopper it has heard of.

use notification_service::{Config, Migrator};
use revcart_http_edge::Shared;
use revcart_http_edge::host::Adapters;
use revcart_testkit::{Fixture, TestService};
use shared_events::{
    Contact, OrderId, OrderPlaced, Role, Service, UserId, UserRegistered, samples,
};

pub(crate) struct Shop {
    pub(crate) service: TestService,
}

pub(crate) async fn open() -> Shop {
    open_with(Shared::Memory).await
}

/// One of several replicas that have this in common.
pub(crate) async fn open_with(shared: Shared) -> Shop {
    let service = Fixture::new::<Migrator>(Service::Notification)
        .start(|adapters| {
            let adapters = Adapters { shared, ..adapters };
            notification_service::build(Config::for_testing(), adapters)
        })
        .await;
    Shop { service }
}

pub(crate) fn registered(user_id: UserId, email: &str, role: Role) -> UserRegistered {
    UserRegistered {
        user_id,
        email: email.to_owned(),
        name: "Ann".to_owned(),
        phone: None,
        role,
        aggregate_version: 1,
    }
}

pub(crate) fn placed(order_id: OrderId, user_id: Option<UserId>, email: &str) -> OrderPlaced {
    let shared_events::AnyMessage::OrderPlaced(placed) =
        samples::find("OrderPlaced").expect("there is a sample of each message")
    else {
        panic!("a sample of another kind")
    };
    let contact = Some(Contact {
        name: "Ann".to_owned(),
        email: email.to_owned(),
        phone: None,
    });
    OrderPlaced {
        order_id,
        user_id,
        contact,
        order_number: "RC-TEST-0001".to_owned(),
        ..placed
    }
}

impl Shop {
    /// Everything that was mailed so far.
    pub(crate) fn mailbox(&self) -> String {
        std::fs::read_to_string(self.service.parts().adapters.files.join("mail.mbox"))
            .expect("the mail file can be read")
    }
}
