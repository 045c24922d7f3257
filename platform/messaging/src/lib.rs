//! How services speak with each other: the bus, and what carries messages from a database to it and from it to handlers.
//!
//! Reading order: [`bus`] (topics and queues as services see them), [`embedded`] (the broker inside one process), [`sqs`] (SNS and SQS),
//! [`contract`] (what every bus must keep, as tests), [`relay`] (from an outbox to the bus), [`consumer`] (from a queue to a
//! handler, a whole receive in one transaction).

pub mod bus;
pub mod consumer;
pub mod contract;
pub mod embedded;
pub mod relay;
pub mod sqs;

pub use bus::{
    Broker, Bus, BusError, Depth, OutgoingMessage, Peeked, Position, PublishError, QueueKind,
    QueueRef, Receipt, ReceiveOptions, Received, Settled, StaleReceipt, Visibility,
};
pub use consumer::{Consumer, ConsumerOptions, HandlingError, Incoming};
pub use embedded::EmbeddedBus;
pub use relay::Relay;
pub use sqs::SqsBus;
