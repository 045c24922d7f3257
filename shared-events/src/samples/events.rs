//! Samples of events.

use super::{
    address, cart_id, contact, line, minutes_later, noon, order_id, product_id, quantity, rupees,
    saga, stock_line, user_id, uuid,
};
use crate::{
    AgentId, AnyMessage, CategoryId, DeliveryId, NotificationId, PaymentId, PurchaseOrderId,
    Quantity, RefundId, ReservationId, Shortage, messages::*, reasons,
};

/// One of every event, in the order of the catalogue.
pub fn events() -> Vec<AnyMessage> {
    let mut events = user();
    events.extend(catalogue());
    events.extend(stock());
    events.extend(cart());
    events.extend(order());
    events.extend(payment());
    events.extend(delivery());
    events.push(notification());
    events
}

/// An order from the time when there were no discounts.
pub fn order_placed_v1() -> OrderPlacedV1 {
    OrderPlacedV1 {
        order_id: order_id(),
        order_number: "RC-2026-000042".to_owned(),
        user_id: None,
        contact: Some(contact()),
        lines: vec![line()],
        subtotal: rupees(398),
        delivery_fee: rupees(49),
        total: rupees(447),
        payment_method: PaymentMethod::Cod,
        shipping_address: address(),
        aggregate_version: 1,
    }
}

fn user() -> Vec<AnyMessage> {
    vec![
        UserRegistered {
            user_id: user_id(),
            email: "asha@example.com".to_owned(),
            name: "Asha Rao".to_owned(),
            phone: Some("+91 80 5550 1234".to_owned()),
            role: Role::Customer,
            aggregate_version: 1,
        }
        .into(),
        UserProfileUpdated {
            user_id: user_id(),
            email: "asha@example.com".to_owned(),
            name: "Asha R.".to_owned(),
            phone: None,
            changed_fields: vec!["name".to_owned(), "phone".to_owned()],
            aggregate_version: 2,
        }
        .into(),
        PasswordChanged {
            user_id: user_id(),
            reason: PasswordChangeReason::Reset,
        }
        .into(),
    ]
}

fn catalogue() -> Vec<AnyMessage> {
    vec![
        ProductCreated {
            product_id: product_id(),
            sku: "TEA-ASSAM-250".to_owned(),
            name: "Assam tea, 250 g".to_owned(),
            category_id: Some(CategoryId::from_uuid(uuid(0x30))),
            price: rupees(199),
            available: 10_000,
            aggregate_version: 1,
        }
        .into(),
        ProductUpdated {
            product_id: product_id(),
            changed_fields: vec!["description".to_owned()],
            aggregate_version: 2,
        }
        .into(),
        ProductPriceChanged {
            product_id: product_id(),
            old_price: rupees(199),
            new_price: rupees(189),
            aggregate_version: 3,
        }
        .into(),
        ProductDeleted {
            product_id: product_id(),
            aggregate_version: 4,
        }
        .into(),
        ProductViewed {
            product_id: product_id(),
            user_id: None,
            session_id: Some("9f2c".to_owned()),
        }
        .into(),
        StockLevelLow {
            product_id: product_id(),
            sku: "TEA-ASSAM-250".to_owned(),
            available: 4,
            threshold: 5,
        }
        .into(),
        PurchaseOrderSent {
            purchase_order_id: PurchaseOrderId::from_uuid(product_id().as_uuid()),
            number: "PO-7K2M-9QXD".to_owned(),
            supplier_name: "Jorhat Tea Estates".to_owned(),
            supplier_email: "orders@jorhat.example".to_owned(),
            lines: vec![PurchaseLine {
                product_id: product_id(),
                sku: "TEA-ASSAM-250".to_owned(),
                name: "Assam tea, 250 g".to_owned(),
                quantity: Quantity::new(100).expect("a quantity"),
            }],
            expected_on: Some("2026-01-31".to_owned()),
        }
        .into(),
    ]
}

fn stock() -> Vec<AnyMessage> {
    vec![
        StockReserved {
            order_id: order_id(),
            reservation_id: ReservationId::from_uuid(uuid(0x31)),
            lines: vec![stock_line()],
            expires_at: None,
            saga: Some(saga("reserve-stock")),
        }
        .into(),
        StockReservationFailed {
            order_id: order_id(),
            reason: reasons::INSUFFICIENT_STOCK.to_owned(),
            shortages: vec![Shortage {
                product_id: product_id(),
                requested: quantity(2),
                available: 1,
            }],
            saga: Some(saga("reserve-stock")),
        }
        .into(),
        StockReleased {
            order_id: order_id(),
            reservation_id: Some(ReservationId::from_uuid(uuid(0x31))),
            lines: vec![stock_line()],
            saga: Some(saga("reserve-stock")),
        }
        .into(),
    ]
}

fn cart() -> Vec<AnyMessage> {
    vec![
        CartItemAdded {
            cart_id: cart_id(),
            user_id: Some(user_id()),
            product_id: product_id(),
            quantity: quantity(2),
            unit_price: rupees(199),
        }
        .into(),
        CartAbandoned {
            cart_id: cart_id(),
            user_id: Some(user_id()),
            items: vec![line()],
            total: rupees(398),
            last_activity_at: noon(),
        }
        .into(),
    ]
}

fn order() -> Vec<AnyMessage> {
    let order_number = || "RC-2026-000042".to_owned();
    vec![
        OrderPlaced {
            order_id: order_id(),
            order_number: order_number(),
            user_id: Some(user_id()),
            contact: None,
            cart_id: Some(cart_id()),
            cart_version: Some(3),
            lines: vec![line()],
            subtotal: rupees(398),
            delivery_fee: rupees(49),
            tax: rupees(20),
            discount: rupees(20),
            total: rupees(447),
            payment_method: PaymentMethod::Stripe,
            shipping_address: address(),
            aggregate_version: 1,
        }
        .into(),
        OrderConfirmed {
            order_id: order_id(),
            order_number: order_number(),
            user_id: Some(user_id()),
            cart_id: cart_id(),
            cart_version: 3,
            lines: vec![line()],
            total: rupees(447),
            aggregate_version: 2,
        }
        .into(),
        OrderCancelled {
            order_id: order_id(),
            order_number: order_number(),
            user_id: Some(user_id()),
            reason: reasons::NO_DELIVERY_AGENT.to_owned(),
            cancelled_by: CancelledBy::Saga,
            refunded: Some(rupees(447)),
            aggregate_version: 4,
        }
        .into(),
        OrderStatusChanged {
            order_id: order_id(),
            order_number: order_number(),
            user_id: Some(user_id()),
            from: OrderStatus::Confirmed,
            to: OrderStatus::Cancelling,
            reason: Some(reasons::NO_DELIVERY_AGENT.to_owned()),
            aggregate_version: 3,
        }
        .into(),
    ]
}

fn payment() -> Vec<AnyMessage> {
    let payment_id = PaymentId::from_uuid(uuid(0x40));
    vec![
        PaymentInitiated {
            payment_id,
            order_id: order_id(),
            user_id: Some(user_id()),
            gateway: PaymentMethod::Stripe,
            amount: rupees(447),
            next_action: Some(NextAction {
                kind: "redirect".to_owned(),
                url: Some("https://gateway.example/pay/42".to_owned()),
            }),
            saga: Some(saga("payment")),
        }
        .into(),
        PaymentAuthorized {
            payment_id,
            order_id: order_id(),
            user_id: Some(user_id()),
            gateway: PaymentMethod::Cod,
            amount: rupees(447),
            saga: Some(saga("payment")),
        }
        .into(),
        PaymentCompleted {
            payment_id,
            order_id: order_id(),
            user_id: Some(user_id()),
            gateway: PaymentMethod::Stripe,
            gateway_reference: "pi_42".to_owned(),
            amount: rupees(447),
            saga: Some(saga("payment")),
        }
        .into(),
        PaymentFailed {
            payment_id,
            order_id: order_id(),
            user_id: Some(user_id()),
            reason: reasons::DECLINED.to_owned(),
            is_final: true,
            saga: Some(saga("payment")),
        }
        .into(),
        RefundProcessed {
            refund_id: RefundId::from_uuid(uuid(0x41)),
            payment_id,
            order_id: order_id(),
            user_id: Some(user_id()),
            amount: rupees(100),
            saga: None,
        }
        .into(),
    ]
}

fn delivery() -> Vec<AnyMessage> {
    let delivery_id = DeliveryId::from_uuid(uuid(0x50));
    let agent_id = AgentId::from_uuid(uuid(0x51));
    vec![
        DeliveryAssigned {
            delivery_id,
            order_id: order_id(),
            agent_id,
            agent_name: "Ravi".to_owned(),
            estimated_arrival: minutes_later(90),
            saga: Some(saga("delivery")),
        }
        .into(),
        DeliveryInProgress {
            delivery_id,
            order_id: order_id(),
            agent_id,
        }
        .into(),
        DeliveryCompleted {
            delivery_id,
            order_id: order_id(),
            delivered_at: minutes_later(85),
            collected: Some(rupees(447)),
        }
        .into(),
        DeliveryFailed {
            delivery_id: None,
            order_id: order_id(),
            reason: reasons::NO_DELIVERY_AGENT.to_owned(),
            stage: DeliveryStage::Assignment,
            saga: Some(saga("delivery")),
        }
        .into(),
        DeliveryCancelled {
            delivery_id: Some(delivery_id),
            order_id: order_id(),
            saga: Some(saga("delivery")),
        }
        .into(),
        DeliveryCancelRefused {
            delivery_id,
            order_id: order_id(),
            status: DeliveryStatus::PickedUp,
            saga: Some(saga("delivery")),
        }
        .into(),
    ]
}

fn notification() -> AnyMessage {
    NotificationSent {
        notification_id: NotificationId::from_uuid(uuid(0x60)),
        user_id: None,
        channel: Channel::Sms,
        template: "otp-reset".to_owned(),
        outcome: NotificationOutcome::Sent,
    }
    .into()
}

/// A mail from the time when there were no text messages.
pub fn notification_sent_v1() -> NotificationSentV1 {
    NotificationSentV1 {
        notification_id: NotificationId::from_uuid(uuid(0x60)),
        user_id: Some(user_id()),
        channel: ChannelV1::Email,
        template: "order-confirmed".to_owned(),
        outcome: NotificationOutcome::Sent,
    }
}
