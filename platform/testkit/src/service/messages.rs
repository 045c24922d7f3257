//! What the service hears and what it says.

use revcart_messaging::bus::OutgoingMessage;
use shared_events::topology;
use shared_events::{
    AnyMessage, Attributes, Command, Destination, Envelope, Event, Message, MessageId, Queue,
    Service,
};

use super::TestService;

impl TestService {
    /// Sends a message the way it would come: an event to its topic, a command to its queue. Returns its envelope, for
    /// sending it again by [`TestService::deliver_envelope`]. It is handled by the next [`TestService::settle`].
    ///
    /// # Panics
    /// If the topology does not bring such a message to this service.
    pub async fn deliver(&self, message: impl Into<AnyMessage>) -> Envelope {
        let message = message.into();
        let order = message.order_id();
        let mut envelope = Envelope::new(sender_of(&message), self.now(), message);
        if let Some(order) = order {
            envelope.correlation_id = order.to_string();
        }
        self.deliver_envelope(&envelope).await;
        envelope
    }

    /// Sends a command to this service: the same as [`TestService::deliver`], for whoever likes the test to say so.
    ///
    /// # Panics
    /// If it is not for this service.
    pub async fn deliver_command(&self, command: impl Command + Into<AnyMessage>) -> Envelope {
        self.deliver(command).await
    }

    /// Sends this envelope as it is: once more, out of order, with a trace, older than it should be.
    ///
    /// # Panics
    /// If the topology does not bring such a message to this service.
    pub async fn deliver_envelope(&self, envelope: &Envelope) {
        let destination = envelope.data.destination();
        assert!(
            reaches(destination, envelope.data.name(), self.name()),
            "the topology does not bring {} to {}",
            envelope.data.name(),
            self.name().name()
        );
        self.publish(OutgoingMessage {
            id: envelope.id,
            destination,
            body: envelope.encode().into(),
            attributes: envelope.attributes(),
        })
        .await;
    }

    /// Puts any text into the service's queue, with these attributes: for messages that nobody should send.
    pub async fn deliver_raw(&self, body: &str, attributes: Attributes) {
        self.publish(OutgoingMessage {
            id: MessageId::new(),
            destination: Destination::Queue(self.name()),
            body: body.into(),
            attributes,
        })
        .await;
    }

    /// Everything the service said up to the last [`TestService::settle`], in the order of its commits.
    pub fn said(&self) -> Vec<Envelope> {
        self.outgoing.said().clone()
    }

    /// Forgets what the service said, so that the next look shows only what came after.
    pub fn forget(&self) {
        self.outgoing.said().clear();
    }

    /// The events of this kind that it published.
    pub fn published<E: Event>(&self) -> Vec<E> {
        self.of_kind()
    }

    /// The commands of this kind that it sent.
    pub fn sent<C: Command>(&self) -> Vec<C> {
        self.of_kind()
    }

    /// The one event of this kind that it published.
    ///
    /// # Panics
    /// If there is none, or more than one.
    #[track_caller]
    pub fn published_once<E: Event>(&self) -> E {
        self.only()
    }

    /// The one command of this kind that it sent.
    ///
    /// # Panics
    /// If there is none, or more than one.
    #[track_caller]
    pub fn sent_once<C: Command>(&self) -> C {
        self.only()
    }

    fn of_kind<M: Message>(&self) -> Vec<M> {
        self.outgoing
            .said()
            .iter()
            .filter(|envelope| envelope.data.name() == M::NAME)
            .map(|envelope| read_back(&envelope.data))
            .collect()
    }

    #[track_caller]
    fn only<M: Message>(&self) -> M {
        let mut found = self.of_kind();
        assert_eq!(
            found.len(),
            1,
            "{} was said {} times; all that was said: {:?}",
            M::NAME,
            found.len(),
            self.outgoing
                .said()
                .iter()
                .map(|envelope| envelope.data.name())
                .collect::<Vec<_>>()
        );
        found.remove(0)
    }

    async fn publish(&self, message: OutgoingMessage) {
        let outcome = self.bus().publish(&[message]).await;
        for outcome in outcome {
            outcome.expect("the bus takes the message");
        }
    }
}

fn read_back<M: Message>(message: &AnyMessage) -> M {
    let json = serde_json::to_value(message).expect("messages are JSON");
    serde_json::from_value(json).expect("a message reads back as what it is")
}

fn reaches(destination: Destination, name: &str, service: Service) -> bool {
    match destination {
        Destination::Queue(queue) => queue == service,
        Destination::Topic(topic) => topology::subscriptions().iter().any(|subscription| {
            subscription.topic == topic
                && subscription.queue == Queue(service)
                && subscription.filter.accepts(name)
        }),
    }
}

/// Who sends such messages: events come from the one publisher of their topic, commands from the one that runs the sagas.
fn sender_of(message: &AnyMessage) -> Service {
    match message.destination() {
        Destination::Queue(_) => Service::Order,
        Destination::Topic(topic) => topic.publisher(),
    }
}
