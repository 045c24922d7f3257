//! Samples of commands.

use super::{address, contact, line, minutes_later, order_id, rupees, saga, stock_line, user_id};
use crate::{AnyMessage, PaymentToken, messages::*};

/// One of every command, in the order of the catalogue.
pub fn commands() -> Vec<AnyMessage> {
    vec![
        ReserveStock {
            order_id: order_id(),
            lines: vec![stock_line()],
            saga: saga("reserve-stock"),
        }
        .into(),
        ReleaseStock {
            order_id: order_id(),
            saga: saga("reserve-stock"),
        }
        .into(),
        RequestPayment {
            order_id: order_id(),
            user_id: Some(user_id()),
            amount: rupees(447),
            method: PaymentMethod::Dummy,
            payment_token: Some(PaymentToken::new("tok_ok")),
            expires_at: minutes_later(1),
            saga: saga("payment"),
        }
        .into(),
        RefundPayment {
            order_id: order_id(),
            reason: crate::reasons::NO_DELIVERY_AGENT.to_owned(),
            saga: saga("payment"),
        }
        .into(),
        AssignDelivery {
            order_id: order_id(),
            shipping_address: address(),
            lines: vec![line()],
            contact: contact(),
            collect: Some(rupees(447)),
            expires_at: minutes_later(10),
            saga: saga("delivery"),
        }
        .into(),
        CancelDelivery {
            order_id: order_id(),
            saga: saga("delivery"),
        }
        .into(),
        SendNotification {
            to: Recipient {
                phone: Some("+91 80 5550 1234".to_owned()),
                ..Recipient::default()
            },
            channel: Channel::Sms,
            template: "otp-reset".to_owned(),
            parameters: [("code", "493021"), ("minutes", "10")]
                .into_iter()
                .collect(),
        }
        .into(),
    ]
}

/// A message to somebody from the time when there were no text messages.
pub fn send_notification_v1() -> SendNotificationV1 {
    SendNotificationV1 {
        to: Recipient {
            user_id: Some(user_id()),
            ..Recipient::default()
        },
        channel: ChannelV1::Email,
        template: "one-time-code".to_owned(),
        parameters: [("code", "493021")].into_iter().collect(),
    }
}
