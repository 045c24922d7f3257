use super::*;

#[test]
fn names_of_topics_queues_and_sources_are_as_agreed() {
    assert_eq!(Topic::Order.name(), "revcart-order-events");
    assert_eq!(Queue(Service::Order).name(), "order-service-queue");
    assert_eq!(
        Queue(Service::Order).dead_letter_name(),
        "order-service-dlq"
    );
    assert_eq!(Service::Order.source(), "/revcart/order-service");
    for topic in Topic::ALL {
        let word = topic.domain().name();
        assert_eq!(topic.name(), format!("revcart-{word}-events"));
        assert_eq!(topic.publisher().short(), word);
    }
}

#[test]
fn ports_are_counted_up_from_8081() {
    let ports: Vec<_> = Service::ALL.into_iter().map(Service::port).collect();
    assert_eq!(ports, (8081..=8088).collect::<Vec<_>>());
}

#[test]
fn a_service_is_found_by_its_long_and_its_short_name() {
    for service in Service::ALL {
        assert_eq!(service.name().parse(), Ok(service));
        assert_eq!(service.short().parse(), Ok(service));
        assert_eq!(Service::from_source(service.source()), Some(service));
        let json = serde_json::to_string(&service).unwrap();
        assert_eq!(json, format!("\"{service}\""));
        assert_eq!(serde_json::from_str::<Service>(&json).unwrap(), service);
    }
    assert!("orders".parse::<Service>().is_err());
    assert_eq!(Service::from_source("order-service"), None);
}

#[test]
fn a_destination_is_found_by_its_name() {
    let queues = Service::ALL.map(Destination::Queue);
    let topics = Topic::ALL.map(Destination::Topic);
    for destination in queues.into_iter().chain(topics) {
        assert_eq!(destination.to_string().parse(), Ok(destination));
    }
    assert!("revcart-stock-events".parse::<Destination>().is_err());
}
