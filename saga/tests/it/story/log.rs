//! What is kept: the log, and the instance itself.

use saga::order::{Action, Input, Kind, LogEntry, Refusal, decide};
use shared_events::{CancelledBy, Envelope, MessageId, Service};
use uuid::Uuid;

use super::{Scene, voices};

fn lines(log: &[LogEntry]) -> Vec<String> {
    let line = |entry: &LogEntry| {
        let step = entry.step.as_deref().unwrap_or("-");
        let attempt = entry
            .attempt
            .map_or("-".to_owned(), |number| number.to_string());
        let detail = entry.detail.as_deref().unwrap_or("-");
        format!(
            "{} {step} {attempt} {} ({detail})",
            entry.kind.as_str(),
            entry.title
        )
    };
    log.iter().map(line).collect()
}

#[test]
fn the_log_tells_what_came_in_what_was_decided_and_what_went_out() {
    let mut scene = Scene::reserved();
    scene.hears(voices::paid);
    let answer = voices::nobody_found(scene.last_reference());
    let turn = scene.decides(Input::from_message(&answer).expect("the saga cares for it"));
    assert_eq!(
        lines(&turn.log),
        [
            "input delivery 1 DeliveryFailed(assignment) (NO_DELIVERY_AGENT)",
            "decision delivery 1 step failed (-)",
            "decision - - turned back (-)",
            "command payment 2 RefundPayment (-)",
            "decision - - order is CANCELLING (-)",
        ]
    );
    assert!(turn.log.iter().all(|entry| entry.at == scene.now));
}

#[test]
fn an_input_that_changes_nothing_is_logged_with_the_reason() {
    let scene = Scene::assigned();
    let again = Input::from_message(&voices::assigned(scene.last_reference()));
    let turn = scene.decides(again.expect("the saga cares for it"));
    assert_eq!(
        lines(&turn.log),
        [
            "input delivery 1 DeliveryAssigned (-)",
            "decision delivery 1 ignored: repeated or out of date (-)",
        ]
    );
}

#[test]
fn the_log_names_who_acted_and_why() {
    let scene = Scene::failed_at_the_door();
    let turn = scene.decides(Scene::operation(Action::Compensate { restock: false }));
    assert_eq!(
        lines(&turn.log)[0],
        "input delivered - operator: compensate (by olga: the shopper called, without restock)"
    );
    let by = CancelledBy::Customer;
    let reason = Some("changed my mind".to_owned());
    let turn = Scene::reserved().decides(Input::CancelWanted { by, reason });
    assert_eq!(
        lines(&turn.log)[0],
        "input payment 1 cancellation wanted (by customer: changed my mind)"
    );
}

#[test]
fn the_log_names_the_messages_that_came_and_went() {
    let scene = Scene::reserved();
    let (came, went) = (id(7), id(8));
    let envelope = Envelope {
        id: came,
        source: Service::Payment,
        subject: scene.facts.order_id.to_string(),
        time: scene.now,
        correlation_id: scene.facts.order_id.to_string(),
        causation_id: None,
        traceparent: None,
        tracestate: None,
        data: voices::paid(scene.last_reference()),
    };
    let input = Input::from_envelope(&envelope).expect("the saga cares for it");
    let mut turn = scene.decides(input);
    turn.name_commands([went]);
    assert_eq!(turn.log[0].message_id, Some(came));
    let sent = turn.log.iter().find(|entry| entry.kind == Kind::Command);
    assert_eq!(sent.and_then(|entry| entry.message_id), Some(went));
    assert_eq!(
        turn.log
            .iter()
            .filter(|it| it.kind == Kind::Command)
            .count(),
        turn.commands.len()
    );
}

#[test]
fn an_instance_is_small_and_survives_its_column() {
    for scene in [
        Scene::placed(),
        Scene::confirmed(),
        Scene::failed_at_the_door(),
    ] {
        let json = serde_json::to_string(&scene.instance).unwrap();
        assert!(json.len() < 1_000, "{} bytes: {json}", json.len());
        assert_eq!(
            serde_json::from_str::<saga::order::Instance>(&json).unwrap(),
            scene.instance
        );
    }
}

#[test]
fn an_instance_of_an_unknown_definition_is_left_alone() {
    let scene = Scene::confirmed();
    let json = serde_json::to_string(&scene.instance).unwrap();
    for (known, unknown) in [
        ("\"version\":1", "\"version\":9"),
        (scene.instance.fingerprint(), "0123456789abcdef"),
    ] {
        let instance = serde_json::from_str(&json.replace(known, unknown)).unwrap();
        let input = Input::from_message(&voices::picked_up()).expect("the saga cares for it");
        let turn = decide(&instance, &scene.facts, &scene.settings, input, scene.now);
        assert_eq!(turn.instance, instance);
        assert!(matches!(
            turn.accepted,
            Err(Refusal::UnknownDefinition { .. })
        ));
    }
}

fn id(number: u128) -> MessageId {
    MessageId::from_uuid(Uuid::from_u128(number))
}
