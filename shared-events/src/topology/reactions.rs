//! Who reacts to which event, and to what end; who sends which command. The consumer map of the whole system.

use crate::{Message, Service, messages::*};

/// The service that subscribes to every topic without a filter and keeps what it does not know.
pub const EVENT_LOG: Service = Service::Analytics;

/// A service does something when an event happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// Name of the event.
    pub event: &'static str,
    /// Who reacts.
    pub service: Service,
    /// What it does, in a few words.
    pub purpose: &'static str,
}

impl Reaction {
    /// Whether it is this service's reaction to this event.
    pub fn is(&self, service: Service, event: &str) -> bool {
        self.service == service && self.event == event
    }
}

macro_rules! reactions {
    ($($event:ident => { $($service:ident: $purpose:literal,)* })*) => {
        &[$($(Reaction {
            event: <$event as Message>::NAME,
            service: Service::$service,
            purpose: $purpose,
        },)*)*]
    };
}

/// All reactions but the event log's, which keeps everything; where analytics stands it does more than keeping.
pub static REACTIONS: &[Reaction] = reactions! {
    UserRegistered => {
        Notification: "welcome mail, contact book",
        Analytics: "user growth",
    }
    UserProfileUpdated => { Notification: "contact book", }
    PasswordChanged => { Notification: "security alert", }
    ProductCreated => { Analytics: "names of products", }
    ProductUpdated => { Analytics: "changes of the catalogue", }
    ProductPriceChanged => { Cart: "re-price the items, flag the change to the shopper", }
    ProductDeleted => {
        Cart: "remove from carts",
        Analytics: "changes of the catalogue",
    }
    ProductViewed => { Analytics: "popularity", }
    StockLevelLow => {
        Product: "reorder proposal to the supplier",
        Notification: "mail to admins",
        Analytics: "stock alerts",
    }
    PurchaseOrderSent => { Notification: "mail to the supplier", }
    StockReserved => { Order: "saga: stock is reserved", }
    StockReservationFailed => { Order: "saga: out of stock", }
    StockReleased => { Order: "saga: reservation undone", }
    CartItemAdded => { Analytics: "funnel", }
    CartAbandoned => {
        Notification: "reminder",
        Analytics: "conversion",
    }
    OrderPlaced => {
        Cart: "a coupon that is held for it is used up",
        Notification: "order received",
        Analytics: "sales",
    }
    OrderConfirmed => {
        Product: "reservation becomes a sale",
        Cart: "takes the ordered quantities of that version out",
        Notification: "order confirmed",
        Analytics: "sales",
    }
    OrderCancelled => {
        Cart: "its coupon can be used again",
        Notification: "order cancelled",
        Analytics: "sales",
    }
    OrderStatusChanged => {
        Notification: "status update",
        Analytics: "funnel",
    }
    PaymentInitiated => {
        Notification: "websocket only",
        Analytics: "funnel",
    }
    PaymentAuthorized => {
        Order: "saga: payment promised",
        Analytics: "revenue",
    }
    PaymentCompleted => {
        Order: "saga: paid",
        Notification: "receipt",
        Analytics: "revenue",
    }
    PaymentFailed => {
        Order: "saga: payment failed, if final",
        Notification: "payment failed",
        Analytics: "funnel",
    }
    RefundProcessed => {
        Order: "saga: payment undone",
        Notification: "refund",
        Analytics: "revenue",
    }
    DeliveryAssigned => {
        Order: "saga: somebody brings it",
        Notification: "delivery assigned",
        Analytics: "deliveries",
    }
    DeliveryInProgress => {
        Order: "OUT_FOR_DELIVERY, the pivot of the saga",
        Notification: "on its way",
    }
    DeliveryCompleted => {
        Order: "DELIVERED",
        Payment: "cash collected becomes a completed payment",
        Notification: "delivered",
        Analytics: "deliveries",
    }
    DeliveryFailed => {
        Order: "saga: nobody brings it; or DELIVERY_FAILED",
        Notification: "delivery failed",
    }
    DeliveryCancelled => { Order: "saga: delivery undone", }
    DeliveryCancelRefused => { Order: "saga: the agent was faster, forward again", }
    NotificationSent => {
        User: "flag an address that bounces",
        Analytics: "notifications",
    }
};

/// Who sends which command.
pub static SENDERS: &[(Service, &str)] = &[
    (Service::Order, ReserveStock::NAME),
    (Service::Order, ReleaseStock::NAME),
    (Service::Order, RequestPayment::NAME),
    (Service::Order, RefundPayment::NAME),
    (Service::Order, AssignDelivery::NAME),
    (Service::Order, CancelDelivery::NAME),
    (Service::User, SendNotification::NAME),
];
