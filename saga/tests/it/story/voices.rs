//! What participants say.

use shared_events::{
    AgentId, AnyMessage, Currency, DeliveryAssigned, DeliveryCancelRefused, DeliveryCancelled,
    DeliveryCompleted, DeliveryFailed, DeliveryId, DeliveryInProgress, DeliveryStage,
    DeliveryStatus, Money, OrderId, PaymentAuthorized, PaymentCompleted, PaymentFailed, PaymentId,
    PaymentMethod, RefundId, RefundProcessed, ReservationId, SagaRef, StockReleased,
    StockReservationFailed, StockReserved, Timestamp, reasons,
};
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(1);

fn order() -> OrderId {
    OrderId::from_uuid(ID)
}

pub(crate) fn reserved(saga: SagaRef) -> AnyMessage {
    StockReserved {
        order_id: order(),
        reservation_id: ReservationId::from_uuid(ID),
        lines: Vec::new(),
        expires_at: None,
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn out_of_stock(saga: SagaRef) -> AnyMessage {
    StockReservationFailed {
        order_id: order(),
        reason: reasons::INSUFFICIENT_STOCK.to_owned(),
        shortages: Vec::new(),
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn released(saga: SagaRef) -> AnyMessage {
    StockReleased {
        order_id: order(),
        reservation_id: None,
        lines: Vec::new(),
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn paid(saga: SagaRef) -> AnyMessage {
    PaymentCompleted {
        payment_id: PaymentId::from_uuid(ID),
        order_id: order(),
        user_id: None,
        gateway: PaymentMethod::Dummy,
        gateway_reference: "g-1".to_owned(),
        amount: Money::from_minor(30_000, Currency::INR),
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn promised(saga: SagaRef) -> AnyMessage {
    PaymentAuthorized {
        payment_id: PaymentId::from_uuid(ID),
        order_id: order(),
        user_id: None,
        gateway: PaymentMethod::Cod,
        amount: Money::from_minor(30_000, Currency::INR),
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn not_paid(reason: &str, is_final: bool, saga: SagaRef) -> AnyMessage {
    PaymentFailed {
        payment_id: PaymentId::from_uuid(ID),
        order_id: order(),
        user_id: None,
        reason: reason.to_owned(),
        is_final,
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn declined(saga: SagaRef) -> AnyMessage {
    not_paid(reasons::DECLINED, true, saga)
}

pub(crate) fn refunded(saga: SagaRef) -> AnyMessage {
    refund(30_000, Some(saga))
}

pub(crate) fn nothing_to_refund(saga: SagaRef) -> AnyMessage {
    refund(0, Some(saga))
}

pub(crate) fn refund(minor: i64, saga: Option<SagaRef>) -> AnyMessage {
    RefundProcessed {
        refund_id: RefundId::from_uuid(ID),
        payment_id: PaymentId::from_uuid(ID),
        order_id: order(),
        user_id: None,
        amount: Money::from_minor(minor, Currency::INR),
        saga,
    }
    .into()
}

pub(crate) fn assigned(saga: SagaRef) -> AnyMessage {
    DeliveryAssigned {
        delivery_id: DeliveryId::from_uuid(ID),
        order_id: order(),
        agent_id: AgentId::from_uuid(ID),
        agent_name: "Asha".to_owned(),
        estimated_arrival: Timestamp::from_micros(0),
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn nobody_found(saga: SagaRef) -> AnyMessage {
    DeliveryFailed {
        delivery_id: None,
        order_id: order(),
        reason: reasons::NO_DELIVERY_AGENT.to_owned(),
        stage: DeliveryStage::Assignment,
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn delivery_cancelled(saga: SagaRef) -> AnyMessage {
    DeliveryCancelled {
        delivery_id: None,
        order_id: order(),
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn cancel_refused(saga: SagaRef) -> AnyMessage {
    DeliveryCancelRefused {
        delivery_id: DeliveryId::from_uuid(ID),
        order_id: order(),
        status: DeliveryStatus::PickedUp,
        saga: Some(saga),
    }
    .into()
}

pub(crate) fn picked_up() -> AnyMessage {
    DeliveryInProgress {
        delivery_id: DeliveryId::from_uuid(ID),
        order_id: order(),
        agent_id: AgentId::from_uuid(ID),
    }
    .into()
}

pub(crate) fn handed_over() -> AnyMessage {
    DeliveryCompleted {
        delivery_id: DeliveryId::from_uuid(ID),
        order_id: order(),
        delivered_at: Timestamp::from_micros(0),
        collected: None,
    }
    .into()
}

pub(crate) fn came_back() -> AnyMessage {
    DeliveryFailed {
        delivery_id: Some(DeliveryId::from_uuid(ID)),
        order_id: order(),
        reason: "nobody at home".to_owned(),
        stage: DeliveryStage::Doorstep,
        saga: None,
    }
    .into()
}
