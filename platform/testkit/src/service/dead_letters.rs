//! Messages that the service gave up, and the guard that lets no test pass over them in silence.

use revcart_messaging::bus::{Bus, Peeked, QueueRef};
use shared_events::attributes::{DLQ_ERROR_CLASS, DLQ_REASON, EVENT_TYPE};
use shared_events::{Attributes, Service};

use super::TestService;

/// The most dead letters that are looked at.
const MOST: usize = 1000;

/// A message that the service gave up.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// The text as it came.
    pub body: String,
    /// What travelled beside it, and why it is dead.
    pub attributes: Attributes,
}

impl DeadLetter {
    /// `undecodable`, `permanent` or `retries-exhausted`; empty if nobody said.
    pub fn class(&self) -> &str {
        self.attributes.get(DLQ_ERROR_CLASS).unwrap_or_default()
    }

    /// What went wrong, as a chain of errors; empty if nobody said.
    pub fn reason(&self) -> &str {
        self.attributes.get(DLQ_REASON).unwrap_or_default()
    }
}

impl From<Peeked> for DeadLetter {
    fn from(message: Peeked) -> Self {
        Self {
            body: message.body.to_string(),
            attributes: (*message.attributes).clone(),
        }
    }
}

impl TestService {
    /// Drives the service as [`TestService::settle`] does and takes out the messages that it gave up.
    ///
    /// # Panics
    /// If no end is in sight, or the bus cannot be read.
    pub async fn dead_letters(&mut self) -> Vec<DeadLetter> {
        let guarded = std::mem::replace(&mut self.guarded, false);
        self.settle().await;
        self.guarded = guarded;
        let letters = letters(self.bus(), self.name()).await;
        let queue = QueueRef::dead_letters(self.name());
        self.bus()
            .purge(queue)
            .await
            .expect("the bus can be purged");
        letters
    }

    pub(super) async fn fail_on_dead_letters(&self) {
        if self.guarded {
            let letters = letters(self.bus(), self.name()).await;
            assert!(letters.is_empty(), "{}", complaint(self.name(), &letters));
        }
    }
}

/// The last look: a test that never settled after its last message is caught here.
impl Drop for TestService {
    fn drop(&mut self) {
        // Routers of peers may hold what holds them.
        self.ground.peers.withdraw_all();
        if !self.guarded || std::thread::panicking() {
            return;
        }
        let (bus, name) = (self.bus().clone(), self.name());
        // A runtime of its own: this one cannot be waited on from inside.
        let look = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime for the last look");
            runtime.block_on(letters(&bus, name))
        });
        let letters = look.join().expect("the last look at the dead letters");
        assert!(letters.is_empty(), "{}", complaint(name, &letters));
    }
}

async fn letters(bus: &Bus, service: Service) -> Vec<DeadLetter> {
    let queue = QueueRef::dead_letters(service);
    let messages = bus.peek(queue, None, MOST).await;
    messages
        .expect("the bus can be looked into")
        .into_iter()
        .map(DeadLetter::from)
        .collect()
}

fn complaint(service: Service, letters: &[DeadLetter]) -> String {
    let mut text = format!("{} gave up {} messages:", service.name(), letters.len());
    for letter in letters {
        let name = letter.attributes.get(EVENT_TYPE).unwrap_or("a message");
        text.push_str(&format!(
            "\n{name} ({}): {}\n  {}",
            letter.class(),
            letter.reason(),
            letter.body
        ));
    }
    text
}
