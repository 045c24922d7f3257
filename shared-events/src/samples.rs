//! One example of every message, always the same: the golden files, the AsyncAPI document and tests are made of them.
//!
//! A golden file is written once, when its version is new, and never again. So a sample does not change either:
//! an optional field that is added later stays empty here.

mod commands;
mod events;

use std::time::Duration;

use uuid::Uuid;

pub use commands::{commands, send_notification_v1};
pub use events::{events, notification_sent_v1, order_placed_v1};

use crate::{
    Address, AnyMessage, CartId, Contact, Currency, Envelope, MessageId, Money, OrderId, OrderLine,
    ProductId, Quantity, SagaId, SagaRef, Service, StockLine, Timestamp, UserId, envelope::Content,
};

/// One of every event and command, in the order of the catalogue.
pub fn messages() -> Vec<AnyMessage> {
    let mut messages = events();
    messages.extend(commands());
    messages
}

/// The sample of the current version of the message of this name.
pub fn find(name: &str) -> Option<AnyMessage> {
    messages()
        .into_iter()
        .find(|message| message.name() == name)
}

/// The envelope in which all samples travel.
pub fn envelope<T: Content>(source: Service, data: T) -> Envelope<T> {
    Envelope {
        id: MessageId::from_uuid(uuid(1)),
        correlation_id: order_id().to_string(),
        causation_id: Some(MessageId::from_uuid(uuid(2))),
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
        ..Envelope::new(source, noon(), data)
    }
}

/// A fixed moment: 2026-01-31T12:00:00Z.
pub fn noon() -> Timestamp {
    Timestamp::from_micros(1_769_860_800_000_000)
}

/// So many minutes after [`noon`].
pub(crate) fn minutes_later(minutes: u64) -> Timestamp {
    noon() + Duration::from_secs(60 * minutes)
}

/// A UUID of version 7 that ends in this number.
pub(crate) const fn uuid(number: u16) -> Uuid {
    Uuid::from_u128(0x019c_13d5_4000_7000_8000_0000_0000_0000 + number as u128)
}

pub(crate) const fn order_id() -> OrderId {
    OrderId::from_uuid(uuid(0x10))
}

pub(crate) const fn user_id() -> UserId {
    UserId::from_uuid(uuid(0x11))
}

pub(crate) const fn product_id() -> ProductId {
    ProductId::from_uuid(uuid(0x12))
}

pub(crate) const fn cart_id() -> CartId {
    CartId::from_uuid(uuid(0x13))
}

pub(crate) const fn rupees(whole: i64) -> Money {
    Money::from_minor(whole * 100, Currency::INR)
}

pub(crate) fn quantity(units: u32) -> Quantity {
    Quantity::new(units).expect("samples ask for a few units")
}

pub(crate) fn line() -> OrderLine {
    OrderLine {
        product_id: product_id(),
        sku: "TEA-ASSAM-250".to_owned(),
        name: "Assam tea, 250 g".to_owned(),
        quantity: quantity(2),
        unit_price: rupees(199),
    }
}

pub(crate) fn stock_line() -> StockLine {
    line().stock()
}

pub(crate) fn address() -> Address {
    Address {
        recipient: "Asha Rao".to_owned(),
        line1: "12 MG Road".to_owned(),
        line2: None,
        city: "Bengaluru".to_owned(),
        state: "Karnataka".to_owned(),
        postal_code: "560001".to_owned(),
        country: "IN".to_owned(),
        phone: "+91 80 5550 1234".to_owned(),
    }
}

pub(crate) fn contact() -> Contact {
    Contact {
        name: "Asha Rao".to_owned(),
        email: "asha@example.com".to_owned(),
        phone: None,
    }
}

pub(crate) fn saga(step: &str) -> SagaRef {
    SagaRef {
        saga_id: SagaId::from_uuid(uuid(0x20)),
        step: step.to_owned(),
        attempt: 1,
    }
}
