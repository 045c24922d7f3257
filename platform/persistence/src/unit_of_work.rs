//! One transaction: what a service changes, and the messages and wake-ups that leave with it, or not at all.

use shared_events::{AnyMessage, Command, Envelope, Event, MessageId, Service, Timestamp};

use crate::Transaction;
use crate::documents::Documents;
use crate::outbox::Row;

/// Something to do once the commit is durable: waking a waiter, an executor, a stream.
pub type Hook = Box<dyn FnOnce() + Send + Sync>;

/// Where a message comes from: what it belongs to, what caused it, which trace it is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The order or request that the message belongs to.
    pub correlation_id: String,
    /// The message that caused it; none if a request or a timer did.
    pub causation_id: Option<MessageId>,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

impl Cause {
    /// A cause outside messages: a request, a timer.
    #[must_use]
    pub fn new(correlation_id: impl Into<String>) -> Self {
        Self {
            correlation_id: correlation_id.into(),
            causation_id: None,
            traceparent: None,
        }
    }

    /// Caused by this message, and part of what it is part of.
    #[must_use]
    pub fn of<T>(envelope: &Envelope<T>) -> Self {
        Self {
            correlation_id: envelope.correlation_id.clone(),
            causation_id: Some(envelope.id),
            traceparent: envelope.traceparent.clone(),
        }
    }

    /// The same cause, as part of something else: a checkout's messages belong to the order, not to the request.
    #[must_use]
    pub fn correlated(self, correlation_id: impl Into<String>) -> Self {
        Self {
            correlation_id: correlation_id.into(),
            ..self
        }
    }
}

/// The transaction of a unit of work, in the database that the service lives in.
pub enum Work<'a> {
    /// `SQLite`, MySQL or PostgreSQL.
    Sql(&'a Transaction),
    /// MongoDB.
    Documents(&'a Documents),
}

/// The same, owned.
pub(crate) enum Store {
    Sql(Transaction),
    Documents(Documents),
}

/// A transaction in progress. Dropped without a commit, it leaves nothing behind.
pub struct UnitOfWork {
    store: Store,
    now: Timestamp,
    source: Service,
    outgoing: Vec<Row>,
    hooks: Vec<Hook>,
}

impl UnitOfWork {
    pub(crate) fn new(store: Store, now: Timestamp, source: Service) -> Self {
        Self {
            store,
            now,
            source,
            outgoing: Vec::new(),
            hooks: Vec::new(),
        }
    }

    pub(crate) fn into_parts(self) -> (Store, Vec<Row>, Vec<Hook>) {
        (self.store, self.outgoing, self.hooks)
    }

    /// The transaction, for stores that know both kinds of database.
    #[must_use]
    pub fn work(&self) -> Work<'_> {
        match &self.store {
            Store::Sql(tx) => Work::Sql(tx),
            Store::Documents(documents) => Work::Documents(documents),
        }
    }

    /// The transaction, for stores that know SQL only.
    ///
    /// # Panics
    /// On MongoDB, which [`crate::Database::open`] refuses for the services whose stores know SQL only.
    #[must_use]
    pub fn sql(&self) -> &Transaction {
        match &self.store {
            Store::Sql(tx) => tx,
            Store::Documents(_) => panic!("{} keeps its data in SQL", self.source.name()),
        }
    }

    /// Asks the database for nothing, so that it has to answer. (A transaction of SQL has been answered when it begins.)
    pub(crate) async fn touch(&self) -> Result<(), crate::Error> {
        match self.work() {
            Work::Sql(_) => Ok(()),
            Work::Documents(documents) => documents.touch().await,
        }
    }

    /// When this unit of work began: the one time that everything in it carries.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Publishes an event with the commit.
    pub fn publish<E>(&mut self, event: E, cause: &Cause) -> MessageId
    where
        E: Event + Into<AnyMessage>,
    {
        self.emit(event.into(), cause)
    }

    /// Sends a command with the commit.
    pub fn send<C>(&mut self, command: C, cause: &Cause) -> MessageId
    where
        C: Command + Into<AnyMessage>,
    {
        self.emit(command.into(), cause)
    }

    /// Puts any message into the outbox: events go to their topic, commands to their queue.
    pub fn emit(&mut self, message: AnyMessage, cause: &Cause) -> MessageId {
        let id = MessageId::new();
        let envelope = Envelope {
            id,
            source: self.source,
            subject: message.subject(),
            time: self.now,
            correlation_id: cause.correlation_id.clone(),
            causation_id: cause.causation_id,
            traceparent: cause.traceparent.clone(),
            tracestate: None,
            data: message,
        };
        self.outgoing.push(Row::of(&envelope));
        id
    }

    /// Runs `hook` once the commit is durable; never, if the work fails.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + Sync + 'static) {
        self.hooks.push(Box::new(hook));
    }
}
