//! The names of products that are known to stand in the database, so that they are not written with every order.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared_events::ProductId;

use crate::domain::tally::Label;

/// Names that are remembered; beyond it all are forgotten and learnt anew.
const MOST: usize = 20_000;

/// See the module.
#[derive(Default)]
pub(crate) struct Labels(Mutex<HashMap<ProductId, Label>>);

impl Labels {
    /// Those of these names that are not known to be written.
    pub(crate) fn unknown(&self, labels: &BTreeMap<ProductId, Label>) -> Vec<(ProductId, Label)> {
        let known = self.known();
        labels
            .iter()
            .filter(|(product, label)| known.get(product) != Some(label))
            .map(|(product, label)| (*product, label.clone()))
            .collect()
    }

    /// Notes that these have been written.
    pub(crate) fn remember(&self, labels: Vec<(ProductId, Label)>) {
        let mut known = self.known();
        if known.len() + labels.len() > MOST {
            known.clear();
        }
        known.extend(labels);
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ProductId, Label>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
