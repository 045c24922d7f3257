//! What templates are filled with to look at them: one set of parameters for each.

use serde_json::{Value, json};

use super::Template;

/// Parameters that go with this template.
#[must_use]
pub fn sample(template: Template) -> Value {
    let mut parameters = json!({"name": "Asha Rao"});
    let own = match template {
        Template::Welcome
        | Template::SecurityAlert
        | Template::AccountLocked
        | Template::OtpRegister
        | Template::OtpReset
        | Template::OtpChange => account(template),
        Template::CartReminder | Template::LowStock | Template::PurchaseOrder => shop(template),
        Template::OrderReceived
        | Template::OrderConfirmed
        | Template::OrderCancelled
        | Template::OrderStatus
        | Template::PaymentStarted
        | Template::PaymentReceipt
        | Template::PaymentFailed
        | Template::Refund => order(template),
        Template::DeliveryAssigned
        | Template::OutForDelivery
        | Template::Delivered
        | Template::DeliveryFailed => delivery(template),
    };
    if let (Some(all), Value::Object(own)) = (parameters.as_object_mut(), own) {
        if matches!(template, Template::LowStock | Template::PurchaseOrder) {
            all.clear();
        }
        all.extend(own);
    }
    parameters
}

fn account(template: Template) -> Value {
    match template {
        Template::Welcome => json!({"email": "asha@example.com"}),
        Template::SecurityAlert => json!({"how": "changed", "at": "2026-01-31T12:00:00Z"}),
        Template::AccountLocked => json!({"minutes": "15"}),
        Template::OtpChange => {
            json!({"code": "493021", "minutes": "10", "action": "your new e-mail address"})
        }
        _ => json!({"code": "493021", "minutes": "10"}),
    }
}

fn shop(template: Template) -> Value {
    match template {
        Template::CartReminder => json!({
            "items": [{"quantity": 2, "name": "Assam tea, 250 g", "price": "199.00 INR"}], "total": "398.00 INR",
        }),
        Template::LowStock => {
            json!({"sku": "TEA-ASSAM-250", "product": "019c13d5-4000-7000-8000-000000000012", "available": 3, "threshold": 10})
        }
        _ => json!({
            "supplier": "Tea Estates Ltd", "number": "PO-2026-0007", "expected": "2026-02-14",
            "lines": [{"quantity": 500, "sku": "TEA-ASSAM-250", "name": "Assam tea, 250 g"}],
        }),
    }
}

fn order(template: Template) -> Value {
    let mut parameters = json!({"number": "RC-7K3M-9QXF"});
    let own = match template {
        Template::OrderReceived => json!({
            "lines": [{"quantity": 2, "name": "Assam tea, 250 g", "price": "199.00 INR"}],
            "subtotal": "398.00 INR", "discount": "20.00 INR", "tax": "18.90 INR", "delivery_fee": "49.00 INR", "total": "445.90 INR",
        }),
        Template::OrderConfirmed => json!({"total": "445.90 INR"}),
        Template::OrderCancelled => json!({"reason": "OUT_OF_STOCK", "refunded": "445.90 INR"}),
        Template::OrderStatus => {
            json!({"before": "CONFIRMED", "status": "OUT_FOR_DELIVERY", "reason": null})
        }
        Template::PaymentFailed => json!({"reason": "CARD_DECLINED", "final": false}),
        Template::PaymentReceipt => {
            json!({"amount": "445.90 INR", "gateway": "STRIPE", "reference": "pi_3MtwBwLkdIwHu7ix"})
        }
        _ => json!({"amount": "445.90 INR", "gateway": "STRIPE"}),
    };
    extend(&mut parameters, own);
    parameters
}

fn delivery(template: Template) -> Value {
    let mut parameters = json!({"number": "RC-7K3M-9QXF"});
    let own = match template {
        Template::DeliveryAssigned => json!({"agent": "Ravi", "arrival": "2026-01-31T18:00:00Z"}),
        Template::Delivered => json!({"at": "2026-01-31T17:45:00Z", "collected": "445.90 INR"}),
        Template::DeliveryFailed => json!({"reason": "NOBODY_HOME"}),
        _ => json!({}),
    };
    extend(&mut parameters, own);
    parameters
}

fn extend(parameters: &mut Value, own: Value) {
    if let (Some(all), Value::Object(own)) = (parameters.as_object_mut(), own) {
        all.extend(own);
    }
}
