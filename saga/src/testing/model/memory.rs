//! What the model has worked out once: values by number, and answers by question. States stay small, and nothing is
//! decided twice.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

/// Values by number, each once.
#[derive(Debug)]
pub(super) struct Numbered<T> {
    all: RwLock<Vec<Arc<T>>>,
    /// Places to look at, by a hash that equal values share.
    places: RwLock<HashMap<u64, Vec<u32>>>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            all: RwLock::default(),
            places: RwLock::default(),
        }
    }
}

impl<T: PartialEq> Numbered<T> {
    /// The number of a value; equal values have equal hashes.
    pub(super) fn number(&self, value: T, hash: u64) -> u32 {
        let mut places = self.places.write().unwrap_or_else(PoisonError::into_inner);
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let candidates = places.entry(hash).or_default();
        let known = candidates
            .iter()
            .find(|number| *all[**number as usize] == value);
        if let Some(number) = known {
            return *number;
        }
        let number = u32::try_from(all.len()).expect("a bounded model has few values");
        all.push(Arc::new(value));
        candidates.push(number);
        number
    }

    /// The value with this number.
    pub(super) fn value(&self, number: u32) -> Arc<T> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&all[number as usize])
    }
}

/// Answers by question.
#[derive(Debug)]
pub(super) struct Answered<Q, A>(RwLock<HashMap<Q, Arc<A>>>);

impl<Q, A> Default for Answered<Q, A> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<Q: Eq + Hash, A> Answered<Q, A> {
    /// The answer, worked out if it is the first time.
    pub(super) fn or_else(&self, question: Q, answer: impl FnOnce() -> A) -> Arc<A> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(&question) {
            return Arc::clone(answer);
        }
        drop(known);
        let answer = Arc::new(answer());
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(question).or_insert(answer))
    }
}
