//! What an audit comes to.

use comfy_table::Table;
use revcart_messaging::QueueRef;
use serde::Serialize;
use shared_events::{Queue, Service};

use super::case::Case;
use super::finding::Finding;
use super::strays::Place;
use crate::output::{self, Reader};

/// What was checked, what breaks an invariant, and what else is worth knowing.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// How much was looked at.
    pub(crate) checked: Checked,
    /// What breaks an invariant.
    pub(crate) findings: Vec<Finding>,
    /// What breaks none, and somebody should know.
    pub(crate) notes: Vec<String>,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checked {
    pub(crate) orders: u64,
    pub(crate) payments: u64,
    pub(crate) reservations: u64,
    pub(crate) deliveries: u64,
    pub(crate) products: u64,
}

impl Checked {
    pub(super) fn count(&mut self, case: &Case) {
        self.orders += u64::from(case.order.is_some());
        self.payments += u64::from(case.payment.is_some());
        self.reservations += u64::from(case.reservation.is_some());
        self.deliveries += u64::from(case.delivery.is_some());
    }
}

impl Report {
    /// Whether every invariant holds.
    pub(crate) fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Prints it for reading.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn print(&self) -> std::io::Result<Reader> {
        let Checked {
            orders,
            payments,
            reservations,
            deliveries,
            products,
        } = self.checked;
        output::line(format!(
            "checked {orders} orders, {payments} payments, {reservations} reservations, {deliveries} deliveries, {products} products"
        ))?;
        if self.is_clean() {
            output::line("every invariant holds")?;
        } else {
            output::line(self.table())?;
            output::line(format!("findings: {}", self.findings.len()))?;
        }
        for note in &self.notes {
            output::line(format!("note: {note}"))?;
        }
        Ok(Reader::Reads)
    }

    fn table(&self) -> Table {
        let mut table = output::table(["invariant", "about", "what"]);
        for finding in &self.findings {
            let invariant = finding.invariant.to_string();
            table.add_row([invariant, finding.about(), finding.what.clone()]);
        }
        table
    }

    pub(super) fn note_attention(&mut self, orders: u64) {
        let list = "`revcart saga ls --status needs-attention`";
        self.note(orders, || {
            format!("orders that wait for an operator: {orders}; see {list}")
        });
    }

    pub(super) fn note_not_followed(&mut self, orders: u64) {
        self.note(orders, || {
            format!("suspicious orders beside those above that were not looked at again: {orders}")
        });
    }

    pub(super) fn note_moving(&mut self, orders: u64) {
        self.note(orders, || {
            format!(
                "orders that cannot be judged: {orders}; there are messages or timers for them and the system is stopped (or does not answer where REVCART_<SERVICE>_URL says): start it and audit again"
            )
        });
    }

    pub(super) fn note_strays(&mut self, service: Service, place: Place, count: u64) {
        self.note(count, || match place {
            Place::DeadLetter => {
                let queue = Queue(service).dead_letter_name();
                let short = service.short();
                format!("dead letters in {queue}: {count}; see `revcart dlq ls {short}`")
            }
            Place::Parked => {
                let service = service.name();
                format!("messages parked in the outbox of {service}: {count}")
            }
        });
    }

    pub(super) fn note_unseen(&mut self, queue: QueueRef, messages: u64) {
        self.note(messages, || {
            format!(
                "messages in {queue}, which cannot be looked into: {messages}; they may be about any order, so orders that were not settled had until the end of --settle"
            )
        });
    }

    fn note(&mut self, count: u64, note: impl FnOnce() -> String) {
        if count > 0 {
            self.notes.push(note());
        }
    }
}
