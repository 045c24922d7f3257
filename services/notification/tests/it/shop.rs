//! A notification service under test, with a shopper it has heard of.

use notification_service::{Config, Migrator};
use revcart_http_edge::Shared;
use revcart_http_edge::host::Adapters;
use revcart_runtime::Environment;
use revcart_testkit::{Fixture, TestService};
use shared_events::{
    AnyMessage, CartAbandoned, Contact, OrderId, OrderPlaced, Role, Service, UserId,
    UserRegistered, samples,
};

pub(crate) struct Shop {
    pub(crate) service: TestService,
}

pub(crate) async fn open() -> Shop {
    open_with(Shared::Memory).await
}

/// One of several replicas that have this in common.
pub(crate) async fn open_with(shared: Shared) -> Shop {
    start(shared, Config::for_testing()).await
}

/// With settings of its own.
pub(crate) async fn open_set(settings: &[(&str, &str)]) -> Shop {
    let env = Environment::from_pairs(settings.iter().copied());
    let config = Config::from_env(&env).expect("the settings are valid");
    start(Shared::Memory, config).await
}

async fn start(shared: Shared, config: Config) -> Shop {
    let service = Fixture::new::<Migrator>(Service::Notification)
        .start(|adapters| {
            let adapters = Adapters { shared, ..adapters };
            notification_service::build(config, adapters)
        })
        .await;
    Shop { service }
}

/// What somebody left in their cart.
pub(crate) fn abandoned(user_id: UserId) -> CartAbandoned {
    let Some(AnyMessage::CartAbandoned(abandoned)) = samples::find("CartAbandoned") else {
        panic!("there is a sample of each message")
    };
    CartAbandoned {
        user_id: Some(user_id),
        ..abandoned
    }
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
    let AnyMessage::OrderPlaced(placed) =
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
        self.file("mail.mbox")
    }

    /// A file of the service.
    pub(crate) fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.service.parts().adapters.files.join(name))
            .expect("the file can be read")
    }

    /// The service hears of a shopper who can be reached in every way: its customer.
    pub(crate) async fn introduce(&self) -> UserId {
        let user = self.service.customer.id;
        let registered = UserRegistered {
            phone: Some("+91 80 5550 1234".to_owned()),
            ..registered(user, "ann@example.com", Role::Customer)
        };
        self.service.deliver(registered).await;
        self.service.settle().await;
        user
    }
}
