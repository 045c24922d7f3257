//! Every metric of RevCart: its name, kind and meaning. Code records by these names;
//! dashboards and alert rules are tested against this table.

/// Duration of HTTP requests; labels `service`, `method`, `route`, `status`.
pub const HTTP_SERVER_REQUEST_DURATION: &str = "http_server_request_duration_seconds";
/// Messages the relay handed to the bus; label `service`.
pub const MESSAGES_PUBLISHED: &str = "messages_published_total";
/// Messages taken from a queue; labels `service`, `type`, `outcome`.
pub const MESSAGES_CONSUMED: &str = "messages_consumed_total";
/// Time to handle a batch of messages; label `service`.
pub const MESSAGE_HANDLING_DURATION: &str = "message_handling_duration_seconds";
/// Time from a message's origin to the end of its handling; label `service`.
pub const MESSAGE_AGE: &str = "message_age_seconds";
/// Rows of the outbox that are not published; label `service`.
pub const OUTBOX_PENDING: &str = "outbox_pending";
/// Age of the oldest such row; label `service`.
pub const OUTBOX_LAG: &str = "outbox_lag_seconds";
/// Outbox rows the bus refused for good; label `service`.
pub const OUTBOX_PARKED: &str = "outbox_parked";
/// Groups of rows that were handed to the sweep because the relay was too far behind.
pub const OUTBOX_SPILLED: &str = "outbox_spilled_total";
/// Units of work that shared a commit; label `service`.
pub const DB_WRITES_PER_COMMIT: &str = "db_writes_per_commit";
/// Statements sent to a database server; labels `service`, `pool`.
pub const DB_STATEMENTS: &str = "db_statements_total";
/// Transactions on a database server, each two round trips more than its statements; label `service`.
pub const DB_TRANSACTIONS: &str = "db_transactions_total";
/// Writes that a database server gave up (deadlock, write conflict, lost connection) and that ran again; label `service`.
pub const DB_RETRIES: &str = "db_retries_total";
/// Messages waiting in a queue; label `queue`.
pub const QUEUE_DEPTH: &str = "queue_depth";
/// Age of the oldest message waiting in a queue; label `queue`.
pub const QUEUE_OLDEST_MESSAGE_AGE: &str = "queue_oldest_message_age_seconds";
/// Messages in a dead-letter queue; label `queue`.
pub const DEAD_LETTERS: &str = "dead_letters";
/// Order sagas begun.
pub const SAGA_STARTED: &str = "saga_started_total";
/// Order sagas ended; label `outcome`.
pub const SAGA_FINISHED: &str = "saga_finished_total";
/// Time from a saga's begin to its end; label `outcome`.
pub const SAGA_DURATION: &str = "saga_duration_seconds";
/// Sagas that wait; label `step`.
pub const SAGA_IN_FLIGHT: &str = "saga_in_flight";
/// Sagas that wait for an operator.
pub const SAGA_NEEDS_ATTENTION: &str = "saga_needs_attention";
/// Connections of a database pool; labels `service`, `pool`, `state`.
pub const DB_POOL_CONNECTIONS: &str = "db_pool_connections";
/// Duration of calls to a payment gateway; labels `gateway`, `operation`, `outcome`.
pub const PAYMENT_GATEWAY_DURATION: &str = "payment_gateway_duration_seconds";
/// Payments that failed; label `reason`.
pub const PAYMENT_FAILURES: &str = "payment_failures_total";
/// Orders placed.
pub const ORDERS_PLACED: &str = "orders_placed_total";
/// Totals of confirmed orders in minor units; label `currency`.
pub const REVENUE_MINOR: &str = "revenue_minor_total";
/// Whether Redis answers, 1 or 0, as the last command has found.
pub const REDIS_UP: &str = "redis_up";
/// Commands that Redis did not answer in time.
pub const REDIS_FAILURES: &str = "redis_failures_total";
/// Live news that did not go to other replicas, which find it by their polls.
pub const NEWS_DROPPED: &str = "news_dropped_total";

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It shows a present value.
    Gauge,
    /// It counts values by size.
    Histogram,
}

/// The table: name, kind, help.
#[rustfmt::skip]
pub const ALL: &[(&str, Kind, &str)] = &[
    (HTTP_SERVER_REQUEST_DURATION, Kind::Histogram, "Duration of HTTP requests"),
    (MESSAGES_PUBLISHED, Kind::Counter, "Messages handed to the bus"),
    (MESSAGES_CONSUMED, Kind::Counter, "Messages taken from a queue, by outcome"),
    (MESSAGE_HANDLING_DURATION, Kind::Histogram, "Time to handle a batch of messages"),
    (MESSAGE_AGE, Kind::Histogram, "Time from a message's origin to the end of its handling"),
    (OUTBOX_PENDING, Kind::Gauge, "Outbox rows that are not published"),
    (OUTBOX_LAG, Kind::Gauge, "Age of the oldest outbox row that is not published"),
    (OUTBOX_PARKED, Kind::Gauge, "Outbox rows the bus refused for good"),
    (OUTBOX_SPILLED, Kind::Counter, "Groups of outbox rows left to the sweep because the relay was too far behind"),
    (DB_WRITES_PER_COMMIT, Kind::Histogram, "Units of work that shared a commit"),
    (DB_STATEMENTS, Kind::Counter, "Statements sent to a database server"),
    (DB_TRANSACTIONS, Kind::Counter, "Transactions on a database server"),
    (DB_RETRIES, Kind::Counter, "Writes that a database server gave up and that ran again"),
    (QUEUE_DEPTH, Kind::Gauge, "Messages waiting in a queue"),
    (QUEUE_OLDEST_MESSAGE_AGE, Kind::Gauge, "Age of the oldest message waiting in a queue"),
    (DEAD_LETTERS, Kind::Gauge, "Messages in a dead-letter queue"),
    (SAGA_STARTED, Kind::Counter, "Order sagas begun"),
    (SAGA_FINISHED, Kind::Counter, "Order sagas ended, by outcome"),
    (SAGA_DURATION, Kind::Histogram, "Time from a saga's begin to its end"),
    (SAGA_IN_FLIGHT, Kind::Gauge, "Sagas that wait, by step"),
    (SAGA_NEEDS_ATTENTION, Kind::Gauge, "Sagas that wait for an operator"),
    (DB_POOL_CONNECTIONS, Kind::Gauge, "Connections of a database pool, by state"),
    (PAYMENT_GATEWAY_DURATION, Kind::Histogram, "Duration of calls to a payment gateway"),
    (PAYMENT_FAILURES, Kind::Counter, "Payments that failed, by reason"),
    (ORDERS_PLACED, Kind::Counter, "Orders placed"),
    (REVENUE_MINOR, Kind::Counter, "Totals of confirmed orders in minor units"),
    (REDIS_UP, Kind::Gauge, "Whether Redis answers"),
    (REDIS_FAILURES, Kind::Counter, "Commands that Redis did not answer in time"),
    (NEWS_DROPPED, Kind::Counter, "Live news that did not go to other replicas"),
];

/// Gives the recorder the help texts.
pub(super) fn describe() {
    for (name, kind, help) in ALL {
        match kind {
            Kind::Counter => metrics::describe_counter!(*name, *help),
            Kind::Gauge => metrics::describe_gauge!(*name, *help),
            Kind::Histogram => metrics::describe_histogram!(*name, *help),
        }
    }
}
