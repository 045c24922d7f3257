//! The list of messages against what was agreed.

use std::collections::BTreeSet;

use shared_events::{
    AnyMessage, Destination, Domain, Message, OrderPlaced, catalogue, catalogue::Purpose, samples,
};

#[test]
fn types_and_schemas_are_named_as_agreed() {
    assert_eq!(OrderPlaced::TYPE, "com.revcart.order.OrderPlaced.v2");
    assert_eq!(
        OrderPlaced::SCHEMA,
        "urn:revcart:schema:order.OrderPlaced.v2"
    );
    for descriptor in catalogue::ALL {
        let id = format!(
            "{}.{}.v{}",
            descriptor.domain.name(),
            descriptor.name,
            descriptor.version
        );
        assert_eq!(descriptor.id, id);
        assert_eq!(descriptor.wire_type, format!("com.revcart.{id}"));
        assert_eq!(descriptor.schema_urn, format!("urn:revcart:schema:{id}"));
    }
}

#[test]
fn versions_are_counted_from_one_without_gaps_and_the_last_is_written() {
    for current in catalogue::current() {
        let versions: BTreeSet<_> = catalogue::ALL
            .iter()
            .filter(|descriptor| descriptor.name == current.name)
            .map(|descriptor| descriptor.version)
            .collect();
        assert_eq!(
            versions,
            (1..=current.version).collect(),
            "{}",
            current.name
        );
    }
    for descriptor in catalogue::ALL {
        if let Purpose::Superseded(current) = descriptor.purpose {
            assert_eq!(
                catalogue::find(descriptor.name).map(|newest| newest.version),
                Some(current)
            );
        }
    }
}

#[test]
fn names_are_unique() {
    let names: BTreeSet<_> = catalogue::current()
        .map(|descriptor| descriptor.name)
        .collect();
    assert_eq!(names.len(), catalogue::current().count());
}

#[test]
fn every_message_has_a_sample_in_the_order_of_the_catalogue() {
    let samples: Vec<_> = samples::messages().iter().map(AnyMessage::name).collect();
    let catalogue: Vec<_> = catalogue::current()
        .map(|descriptor| descriptor.name)
        .collect();
    assert_eq!(samples, catalogue);
}

#[test]
fn events_go_to_the_topic_of_their_domain_and_commands_to_a_queue() {
    for descriptor in catalogue::current() {
        match descriptor.purpose {
            Purpose::Event(topic) => assert_eq!(topic.domain(), descriptor.domain),
            Purpose::Command(queue, _) => assert_eq!(queue.0.short(), descriptor.domain.name()),
            Purpose::Superseded(_) => unreachable!("it is current"),
        }
        let name = descriptor.destination().expect("it is written").name();
        assert_eq!(
            name.parse(),
            Ok(descriptor.destination().expect("it is written"))
        );
    }
    assert!("order-service-dlq".parse::<Destination>().is_err());
}

#[test]
fn what_belongs_to_an_order_says_so_in_subject_and_order_id() {
    for message in samples::messages() {
        let of_an_order = matches!(
            message.descriptor().domain,
            Domain::Order | Domain::Payment | Domain::Delivery
        );
        if of_an_order {
            let order = message.order_id().expect("it is of an order");
            assert_eq!(message.subject(), order.to_string(), "{}", message.name());
        }
    }
}

#[test]
fn every_command_of_a_saga_and_every_reply_to_it_carries_its_step() {
    for message in samples::messages() {
        let Purpose::Command(_, replies) = message.descriptor().purpose else {
            continue;
        };
        if message.order_id().is_none() {
            continue;
        }
        assert!(message.saga_ref().is_some(), "{}", message.name());
        for reply in replies {
            let schema =
                shared_events::schema::json_schema(catalogue::find(reply).expect("replies exist"));
            assert!(schema["properties"].get("sagaId").is_some(), "{reply}");
        }
    }
}
