//! `revcart audit`: whether all invariants hold over the databases of all services.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

use crate::command::{Ran, revcart};

/// What an audit came to.
#[derive(Debug, Clone, Deserialize)]
pub struct Audit {
    /// How much of what was looked at: `orders`, `payments`, `reservations` and more.
    pub checked: BTreeMap<String, u64>,
    /// What breaks an invariant.
    pub findings: Vec<Value>,
    /// Exit status of the command.
    #[serde(skip)]
    pub status: Option<i32>,
}

impl Audit {
    /// Audits the data in this folder, whether a system runs on it or not.
    ///
    /// # Errors
    /// When the command cannot be run or understood.
    pub async fn of(data: &Path) -> anyhow::Result<Self> {
        let data = data.to_str().context("the folder's name is text")?;
        Self::read(&revcart(["audit", "--json", "--data", data]).await?)
    }

    /// Reads what `revcart audit --json` has printed.
    ///
    /// # Errors
    /// When it cannot be understood.
    pub fn read(ran: &Ran) -> anyhow::Result<Self> {
        let audit: Self = serde_json::from_value(ran.json()?)
            .with_context(|| format!("not what an audit says: {ran}"))?;
        Ok(Self {
            status: ran.status,
            ..audit
        })
    }

    /// How many of these were looked at.
    #[must_use]
    pub fn count(&self, what: &str) -> u64 {
        self.checked.get(what).copied().unwrap_or_default()
    }

    /// Nothing was found, and there was something to find it in: at least so many orders, with their payments and
    /// reservations.
    ///
    /// # Panics
    /// When it is not so.
    pub fn is_clean_over(&self, orders: u64) {
        let Self {
            checked, findings, ..
        } = self;
        assert!(findings.is_empty(), "{checked:?}\n{findings:#?}");
        assert_eq!(self.status, Some(0), "{checked:?}");
        assert!(self.count("orders") >= orders, "{checked:?}");
        for what in ["payments", "reservations"] {
            assert!(self.count(what) > 0, "no {what} were checked: {checked:?}");
        }
    }
}
