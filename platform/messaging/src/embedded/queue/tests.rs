//! The bookkeeping of one queue: single rules, and a comparison with a plain model over random histories.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use shared_events::{Attributes, MessageId};

use super::super::faults::Faults;
use super::*;
use crate::bus::Received;

const LIMIT: u32 = 5;
const START: Timestamp = Timestamp::from_micros(1_000_000);
const VISIBILITY: Duration = Duration::from_secs(30);

fn message(size: usize) -> Arc<Stored> {
    Arc::new(Stored {
        id: MessageId::new(),
        sent_at: START,
        body: "x".repeat(size).into(),
        attributes: Arc::new(Attributes::new()),
    })
}

fn queue(budget: usize) -> State {
    State::new(Some(LIMIT), budget, 1000, None)
}

fn handle(received: &Received) -> (u64, u64) {
    received.receipt.embedded()
}

/// Plays the reading thread.
fn read_back(queue: &mut State) {
    while let Some(load) = queue.load() {
        let read = load.seqs.iter().map(|seq| (*seq, message(10))).collect();
        queue.loaded(load.purges, read, &[]);
    }
}

#[test]
fn messages_beyond_the_budget_wait_as_numbers_and_come_in_order() {
    let mut queue = queue(10 * message(1000).size());
    for seq in 1..=1000 {
        queue.arrive(seq, message(1000), None, START);
    }
    assert_eq!(queue.ready.len(), 10);
    assert_eq!(queue.backlog.len(), 990);
    let mut all = Vec::new();
    while all.len() < 1000 {
        read_back(&mut queue);
        all.extend(queue.take(START, 100, VISIBILITY).messages);
    }
    let order: Vec<_> = all.iter().map(|received| handle(received).0).collect();
    assert_eq!(order, (1..=1000).collect::<Vec<_>>());
    assert_eq!(queue.held, 0);
}

#[test]
fn what_was_being_read_back_during_a_purge_is_dropped() {
    let mut queue = queue(0);
    queue.arrive(1, message(1), None, START);
    let load = queue.load().unwrap();
    queue.purge();
    queue.loaded(load.purges, vec![(1, message(1))], &[]);
    assert!(queue.take(START, 10, VISIBILITY).messages.is_empty());
    assert_eq!(queue.count(START).visible, 0);
}

#[test]
fn what_could_not_be_read_back_is_tried_again() {
    let mut queue = queue(0);
    (1..=3).for_each(|seq| queue.arrive_stored(seq, 0, None));
    let load = queue.load().unwrap();
    assert!(queue.is_loading());
    queue.loaded(load.purges, vec![(1, message(1))], &load.seqs[1..]);
    assert_eq!(queue.load().unwrap().seqs, [2, 3]);
    assert_eq!(queue.count(START).visible, 3);
}

#[test]
fn receive_counts_of_an_earlier_run_go_on() {
    let mut queue = queue(1000);
    queue.arrive_stored(1, LIMIT - 1, None);
    queue.arrive_stored(2, LIMIT, None);
    read_back(&mut queue);
    let taken = queue.take(START, 10, VISIBILITY);
    assert_eq!(taken.messages[0].receive_count, LIMIT);
    assert_eq!(taken.exhausted, [(2, LIMIT)]);
}

#[test]
fn a_message_that_could_not_be_moved_to_the_dead_letters_is_visible_again() {
    let mut queue = queue(1000);
    queue.arrive(1, message(1), None, START);
    let (seq, stamp) = handle(&queue.take(START, 1, VISIBILITY).messages[0]);
    assert_eq!(queue.leave(seq, stamp), Some(1));
    assert_eq!(queue.leave(seq, stamp), None);
    assert!(!queue.delete(seq, stamp));
    assert!(
        queue
            .take(START + 2 * VISIBILITY, 1, VISIBILITY)
            .messages
            .is_empty()
    );
    queue.stay(seq);
    assert_eq!(queue.take(START, 1, VISIBILITY).messages.len(), 1);
}

#[test]
fn deleted_messages_leave_no_trace_in_the_heap_for_long() {
    let mut queue = queue(1_000_000);
    for seq in 1..=100_000 {
        queue.arrive(seq, message(1), None, START);
        let taken = queue.take(START, 1, VISIBILITY);
        let (seq, stamp) = handle(&taken.messages[0]);
        assert!(queue.delete(seq, stamp));
    }
    assert!(queue.due.len() < 1000, "{}", queue.due.len());
    assert!(queue.records.is_empty());
}

#[test]
fn a_second_delivery_comes_whatever_became_of_the_first() {
    let faults = Faults {
        duplicate: 1.0,
        ..Faults::default()
    };
    let mut queue = State::new(Some(LIMIT), 1000, 0, faults.dice(0));
    queue.arrive(7, message(1), None, START);
    let first = queue.take(START, 10, VISIBILITY).messages.remove(0);
    let (seq, stamp) = handle(&first);
    assert!(queue.delete(seq, stamp));
    let later = START + faults.max_delay;
    let second = queue.take(later, 10, VISIBILITY).messages.remove(0);
    assert_eq!(second.id, first.id);
    let (ghost, stamp) = handle(&second);
    assert!(is_ghost(ghost));
    assert!(queue.delete(ghost, stamp));
    assert!(
        queue
            .take(later + VISIBILITY, 10, VISIBILITY)
            .messages
            .is_empty(),
        "there is no third one"
    );
}

/// What may happen to a queue.
#[derive(Debug, Clone)]
enum Act {
    Arrive,
    ArriveLater(u8),
    Take(u8),
    /// With the how-manieth receipt ever given out, counted from the last.
    Delete(u8),
    Hide(u8, u8),
    Leave(u8),
    Left,
    Stay,
    Pass(u8),
    Purge,
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Arrive),
        1 => (1..60u8).prop_map(Act::ArriveLater),
        4 => (1..6u8).prop_map(Act::Take),
        3 => (0..8u8).prop_map(Act::Delete),
        2 => (0..8u8, 0..50u8).prop_map(|(receipt, seconds)| Act::Hide(receipt, seconds)),
        1 => (0..8u8).prop_map(Act::Leave),
        1 => Just(Act::Left),
        1 => Just(Act::Stay),
        3 => (1..40u8).prop_map(Act::Pass),
        1 => Just(Act::Purge),
    ]
}

/// The same queue without any cleverness: a table of messages.
#[derive(Default)]
struct Model {
    messages: BTreeMap<u64, Row>,
    receipts: Vec<(u64, u64)>,
    leaving: Vec<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    stamp: u64,
    receives: u32,
    visible_at: Timestamp,
    leaving: bool,
}

impl Model {
    fn receipt(&self, from_last: u8) -> (u64, u64) {
        let index = self.receipts.len().checked_sub(1 + usize::from(from_last));
        index.map_or((0, 0), |index| self.receipts[index])
    }

    fn good(&mut self, (seq, stamp): (u64, u64)) -> Option<&mut Row> {
        self.messages
            .get_mut(&seq)
            .filter(|row| row.stamp == stamp && !row.leaving)
    }

    fn visible(&self, now: Timestamp) -> usize {
        self.messages
            .values()
            .filter(|row| row.visible_at <= now && !row.leaving)
            .count()
    }

    fn took(&mut self, taken: &Taken, now: Timestamp) {
        for received in &taken.messages {
            let (seq, stamp) = handle(received);
            let row = self
                .messages
                .get_mut(&seq)
                .expect("only messages that are there are handed out");
            assert!(
                row.visible_at <= now && !row.leaving,
                "{seq} was not visible"
            );
            assert!(row.receives < LIMIT, "{seq} was received too often");
            *row = Row {
                stamp,
                receives: row.receives + 1,
                visible_at: taken.until,
                leaving: false,
            };
            assert_eq!(received.receive_count, row.receives);
            self.receipts.push((seq, stamp));
        }
        for (seq, receives) in &taken.exhausted {
            let row = self
                .messages
                .get_mut(seq)
                .expect("only messages that are there are exhausted");
            assert!(
                row.visible_at <= now
                    && !row.leaving
                    && row.receives == LIMIT
                    && *receives == LIMIT
            );
            row.leaving = true;
            self.leaving.push(*seq);
        }
    }
}

/// Lets queue and model do the same.
fn act(queue: &mut State, model: &mut Model, act: &Act, seq: u64, now: &mut Timestamp) {
    let later = |seconds: u8| *now + Duration::from_secs(seconds.into());
    match *act {
        Act::Arrive => arrive(queue, model, seq, None, *now),
        Act::ArriveLater(seconds) => arrive(queue, model, seq, Some(later(seconds)), *now),
        Act::Take(max) => {
            let expected = model.visible(*now).min(max.into());
            let taken = queue.take(*now, max.into(), VISIBILITY);
            assert!(taken.messages.len() <= max.into());
            // Less than is visible only where bodies have yet to be read back.
            let found = taken.messages.len() + taken.exhausted.len();
            assert!(found >= expected || !queue.backlog.is_empty());
            model.took(&taken, *now);
        }
        Act::Delete(receipt) => {
            let (seq, stamp) = model.receipt(receipt);
            let good = model.good((seq, stamp)).is_some();
            assert_eq!(queue.delete(seq, stamp), good);
            if good {
                model.messages.remove(&seq);
            }
        }
        Act::Hide(receipt, seconds) => {
            let (seq, stamp) = model.receipt(receipt);
            let until = later(seconds);
            let changed = queue.change_visibility(seq, stamp, until, *now);
            let row = model.good((seq, stamp)).filter(|row| row.visible_at > *now);
            assert_eq!(changed.is_some(), row.is_some());
            row.into_iter().for_each(|row| row.visible_at = until);
        }
        Act::Leave(_) | Act::Left | Act::Stay => move_out(queue, model, act, *now),
        Act::Pass(seconds) => *now = later(seconds),
        Act::Purge => {
            queue.purge();
            model.messages.clear();
            model.leaving.clear();
        }
    }
}

fn arrive(
    queue: &mut State,
    model: &mut Model,
    seq: u64,
    delayed_until: Option<Timestamp>,
    now: Timestamp,
) {
    queue.arrive(seq, message(10), delayed_until, now);
    let row = Row {
        stamp: 0,
        receives: 0,
        visible_at: delayed_until.unwrap_or(now),
        leaving: false,
    };
    model.messages.insert(seq, row);
}

/// The steps of a message to the dead letters.
fn move_out(queue: &mut State, model: &mut Model, act: &Act, now: Timestamp) {
    match act {
        Act::Leave(receipt) => {
            let (seq, stamp) = model.receipt(*receipt);
            let row = model.good((seq, stamp));
            assert_eq!(
                queue.leave(seq, stamp),
                row.as_ref().map(|row| row.receives)
            );
            if let Some(row) = row {
                row.leaving = true;
                model.leaving.push(seq);
            }
        }
        Act::Left => {
            for seq in model.leaving.drain(..) {
                queue.left(seq);
                model.messages.remove(&seq);
            }
        }
        _ => {
            for seq in std::mem::take(&mut model.leaving) {
                queue.stay(seq);
                let row = model.messages.get_mut(&seq).expect("it is on its way");
                *row = Row {
                    leaving: false,
                    visible_at: now,
                    ..*row
                };
            }
        }
    }
}

proptest! {
    #[test]
    fn a_queue_does_what_a_table_of_messages_would_do(history in prop::collection::vec(acts(), 1..200), budget in 0..4000usize) {
        let mut queue = queue(budget);
        let mut model = Model::default();
        let mut now = START;
        for (step, seq) in history.iter().zip(1..) {
            act(&mut queue, &mut model, step, seq, &mut now);
            if !matches!(step, Act::Arrive) {
                read_back(&mut queue);
            }
            let count = queue.count(now);
            prop_assert_eq!(count.visible, model.visible(now));
            prop_assert_eq!(count.visible + count.in_flight + count.delayed, model.messages.len());
        }
        // In the end everything that is left can be had.
        act(&mut queue, &mut model, &Act::Stay, 0, &mut now);
        for _ in 0..=LIMIT {
            now = now + 3 * VISIBILITY;
            while model.visible(now) > 0 {
                read_back(&mut queue);
                let taken = queue.take(now, 3, VISIBILITY);
                prop_assert!(!taken.messages.is_empty() || !taken.exhausted.is_empty());
                model.took(&taken, now);
            }
            act(&mut queue, &mut model, &Act::Left, 0, &mut now);
        }
        prop_assert!(model.messages.is_empty());
        prop_assert_eq!(queue.count(now), depth::Count { visible: 0, in_flight: 0, delayed: 0 });
    }
}
