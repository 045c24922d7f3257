//! What must not be seen is not seen.

use shared_events::{
    AnyMessage, Envelope, PaymentToken, RawEnvelope, RequestPayment, Service, catalogue,
    catalogue::Purpose, redaction, samples,
};

fn request(token: &str) -> Envelope {
    let sample = match samples::find("RequestPayment") {
        Some(AnyMessage::RequestPayment(sample)) => sample,
        other => panic!("{other:?}"),
    };
    let request = RequestPayment {
        payment_token: Some(PaymentToken::new(token)),
        ..sample
    };
    samples::envelope(Service::Order, request.into())
}

#[test]
fn only_commands_carry_secrets() {
    for descriptor in catalogue::current().filter(|descriptor| !descriptor.secrets.is_empty()) {
        assert!(
            matches!(descriptor.purpose, Purpose::Command(..)),
            "{}",
            descriptor.id
        );
    }
}

#[test]
fn a_secret_stays_one_in_older_versions() {
    for old in catalogue::ALL {
        let today = catalogue::find(old.name).expect("it was superseded by something");
        assert!(
            today
                .secrets
                .iter()
                .all(|secret| old.secrets.contains(secret)),
            "{}",
            old.id
        );
    }
}

#[test]
fn every_secret_is_a_field_of_its_message() {
    for descriptor in catalogue::ALL {
        let schema = shared_events::schema::json_schema(descriptor);
        for secret in descriptor.secrets {
            assert!(
                schema["properties"].get(secret).is_some(),
                "{}: {secret}",
                descriptor.id
            );
        }
    }
}

#[test]
fn a_payment_token_travels_but_does_not_show() {
    let envelope = request("tok_s3cret");
    let text = envelope.encode();
    assert!(text.contains("tok_s3cret"));
    assert!(!format!("{envelope:?}").contains("tok_s3cret"));
    assert!(!redaction::redacted(&text).contains("tok_s3cret"));
    let raw = RawEnvelope::decode(text.as_bytes()).unwrap();
    assert!(!raw.redacted_data().contains("tok_s3cret"));
    assert!(!format!("{raw:?}").contains("tok_s3cret"));
}

#[test]
fn a_one_time_code_does_not_show_in_any_version() {
    let envelope = samples::envelope(Service::User, samples::find("SendNotification").unwrap());
    let old = samples::envelope(Service::User, samples::send_notification_v1());
    for (shown, text) in [
        (format!("{envelope:?}"), envelope.encode()),
        (format!("{old:?}"), old.encode()),
    ] {
        assert!(text.contains("493021"));
        assert!(!shown.contains("493021"));
        assert!(!redaction::redacted(&text).contains("493021"));
    }
}

#[test]
fn an_error_does_not_repeat_a_secret() {
    let text = request("tok_s3cret")
        .encode()
        .replace("\"tok_s3cret\"", "[\"tok_s3cret\"]");
    let error = Envelope::decode(text.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("paymentToken"), "{error}");
    let text = request("tok_s3cret")
        .encode()
        .replace("\"tok_s3cret\"", "45678901");
    let error = Envelope::decode(text.as_bytes()).unwrap_err();
    assert!(
        !format!("{error} {error:?}").contains("45678901"),
        "{error}"
    );
}

#[test]
fn debug_shows_nobody_by_name_address_or_mail() {
    for message in samples::messages() {
        let shown = format!("{message:?}");
        for personal in ["Asha", "asha@example.com", "MG Road", "5550"] {
            assert!(!shown.contains(personal), "{}: {shown}", message.name());
        }
    }
}
