//! The language the services speak: what they say, how it looks on the wire, and who listens.
//!
//! Pure: no I/O, no async, no clock. Read in this order:
//! 1. the words: [`ids`], [`money`], [`quantity`], [`timestamp`], [`address`], [`lines`], [`saga_ref`], [`secret`], [`reasons`];
//! 2. the sentences: [`messages`], one file per domain, every struct an event or a command;
//! 3. [`message`] (what all of them have in common) and [`catalogue`] (the list of them, [`AnyMessage`]);
//! 4. [`envelope`] and [`attributes`]: how a message travels; [`raw`] and [`redaction`]: what can be done with one without understanding it;
//! 5. [`topology`]: topics, queues, who publishes what and who consumes it, the one place where this is written down;
//! 6. [`pricing`]: the shop's arithmetic, for all who show a sum;
//! 7. [`schema`]: JSON Schemas, golden files and the AsyncAPI document, and what counts as a compatible change.
//! 8. [`openapi`]: the same types in the documents of HTTP interfaces.

pub mod address;
pub mod attributes;
pub mod catalogue;
pub mod envelope;
pub mod ids;
pub mod lines;
pub mod message;
pub mod messages;
pub mod money;
pub mod openapi;
pub mod pricing;
pub mod quantity;
pub mod raw;
pub mod reasons;
pub mod redaction;
pub mod saga_ref;
pub mod samples;
pub mod schema;
pub mod secret;
pub mod timestamp;
pub mod topology;

pub use address::{Address, Contact};
pub use attributes::Attributes;
pub use catalogue::AnyMessage;
pub use envelope::{DecodeError, Envelope};
pub use ids::{
    AddressId, AgentId, CartId, CategoryId, DeliveryId, ItemId, MessageId, NotificationId, OrderId,
    PaymentId, ProductId, PurchaseOrderId, RefundId, ReservationId, SagaId, SupplierId, UserId,
};
pub use lines::{OrderLine, Shortage, StockLine};
pub use message::{Command, Domain, Event, Message, Superseded};
pub use messages::*;
pub use money::{Currency, Money};
pub use quantity::Quantity;
pub use raw::RawEnvelope;
pub use saga_ref::SagaRef;
pub use secret::{Parameters, PaymentToken};
pub use timestamp::Timestamp;
pub use topology::{Destination, Queue, Service, Topic};
