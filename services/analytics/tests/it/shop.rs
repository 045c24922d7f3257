//! What most tests begin with: the service, what happens in a shop, and questions about it.

use analytics_service::{Config, Migrator};
use http::StatusCode;
use revcart_testkit::{Fixture, Reply, TestService};
use serde_json::{Value, json};
use shared_events::{
    AnyMessage, CartAbandoned, CartId, CartItemAdded, Currency, DeliveryCompleted, Destination,
    Envelope, Money, OrderCancelled, OrderConfirmed, OrderId, OrderLine, OrderPlaced,
    PaymentCompleted, PaymentFailed, ProductId, ProductViewed, Quantity, RefundId, RefundProcessed,
    Service, Timestamp, UserId, UserRegistered, samples,
};

/// The service on an empty database.
pub(crate) async fn open() -> TestService {
    open_with(Config::for_testing()).await
}

/// The same with other settings.
pub(crate) async fn open_with(config: Config) -> TestService {
    Fixture::new::<Migrator>(Service::Analytics)
        .start(|adapters| analytics_service::build(config, adapters))
        .await
}

/// What the service answers an admin.
pub(crate) async fn ask(shop: &TestService, path: &str) -> Reply {
    let reply = shop.get(path).token(&shop.admin).await;
    reply.expect(StatusCode::OK)
}

pub(crate) fn rupees(minor: i64) -> Money {
    Money::from_minor(minor, Currency::INR)
}

/// An amount as it stands in an answer.
pub(crate) fn money(amount: &str, currency: &str) -> Value {
    json!({ "amount": amount, "currency": currency })
}

/// Time written short: `05T12:30` is in January 2026.
pub(crate) fn january(day_and_time: &str) -> Timestamp {
    format!("2026-01-{day_and_time}:00Z").parse().unwrap()
}

/// An event as it travels, sent at this time by whoever sends such.
pub(crate) fn sent_at(at: Timestamp, event: impl Into<AnyMessage>) -> Envelope {
    let event = event.into();
    let source = match event.destination() {
        Destination::Topic(topic) => topic.publisher(),
        Destination::Queue(_) => Service::Order,
    };
    Envelope::new(source, at, event)
}

/// The sample of an event, to be changed.
macro_rules! sample {
    ($name:ident) => {
        match samples::find(stringify!($name)) {
            Some(AnyMessage::$name(event)) => event,
            other => panic!("no sample: {other:?}"),
        }
    };
}

/// An order of units of one product.
#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) number: String,
    pub(crate) user: UserId,
    pub(crate) product: ProductId,
    pub(crate) units: u32,
    pub(crate) total: Money,
    /// The cart that it is made of; another every time, unless it is said.
    pub(crate) cart: Option<CartId>,
}

impl Order {
    pub(crate) fn of(product: ProductId, units: u32, total: Money) -> Self {
        let id = OrderId::new();
        Self {
            id,
            number: format!("RC-{id}"),
            user: UserId::new(),
            product,
            units,
            total,
            cart: Some(CartId::new()),
        }
    }

    fn lines(&self) -> Vec<OrderLine> {
        let unit_price = self.total.minor() / i64::from(self.units);
        vec![OrderLine {
            product_id: self.product,
            sku: "KET-1".to_owned(),
            name: "=Kettle".to_owned(),
            quantity: Quantity::new(self.units).unwrap(),
            unit_price: Money::from_minor(unit_price, self.total.currency()),
        }]
    }

    pub(crate) fn placed(&self) -> OrderPlaced {
        OrderPlaced {
            order_id: self.id,
            order_number: self.number.clone(),
            user_id: Some(self.user),
            cart_id: self.cart,
            lines: self.lines(),
            total: self.total,
            ..sample!(OrderPlaced)
        }
    }

    pub(crate) fn confirmed(&self) -> OrderConfirmed {
        OrderConfirmed {
            order_id: self.id,
            order_number: self.number.clone(),
            user_id: Some(self.user),
            lines: self.lines(),
            total: self.total,
            ..sample!(OrderConfirmed)
        }
    }

    pub(crate) fn cancelled(&self) -> OrderCancelled {
        OrderCancelled {
            order_id: self.id,
            ..sample!(OrderCancelled)
        }
    }

    pub(crate) fn paid(&self) -> PaymentCompleted {
        PaymentCompleted {
            order_id: self.id,
            amount: self.total,
            ..sample!(PaymentCompleted)
        }
    }

    pub(crate) fn declined(&self) -> PaymentFailed {
        PaymentFailed {
            order_id: self.id,
            ..sample!(PaymentFailed)
        }
    }

    pub(crate) fn refunded(&self, amount: Money) -> RefundProcessed {
        RefundProcessed {
            order_id: self.id,
            refund_id: RefundId::new(),
            amount,
            ..sample!(RefundProcessed)
        }
    }

    pub(crate) fn delivered(&self) -> DeliveryCompleted {
        DeliveryCompleted {
            order_id: self.id,
            ..sample!(DeliveryCompleted)
        }
    }
}

/// Somebody looks at a product.
pub(crate) fn viewed(product_id: ProductId, user_id: Option<UserId>) -> ProductViewed {
    ProductViewed {
        product_id,
        user_id,
        session_id: None,
    }
}

/// Somebody puts units of a product into a cart, the same cart every time.
pub(crate) fn carted(product_id: ProductId, units: u32, user_id: UserId) -> CartItemAdded {
    CartItemAdded {
        product_id,
        user_id: Some(user_id),
        quantity: Quantity::new(units).unwrap(),
        ..sample!(CartItemAdded)
    }
}

/// Somebody new has a login.
pub(crate) fn registered(user_id: UserId) -> UserRegistered {
    UserRegistered {
        user_id,
        ..sample!(UserRegistered)
    }
}

/// Nobody has touched a cart for long; another one every time.
pub(crate) fn given_up(total: Money) -> CartAbandoned {
    CartAbandoned {
        cart_id: CartId::new(),
        total,
        ..sample!(CartAbandoned)
    }
}
