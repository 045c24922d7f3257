//! How an embedded broker is opened.

use std::path::PathBuf;

use super::faults::Faults;

/// Bytes of message bodies that a queue keeps at hand, unless told otherwise: 16 MiB over the eight main queues.
const BODIES_PER_QUEUE: usize = 2 * 1024 * 1024;

/// How to open an embedded broker.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where its messages lie.
    pub location: Location,
    /// What a publish that has returned survives.
    pub durability: Durability,
    /// Bytes of bodies that each queue keeps in memory; what waits beyond that is read back when its turn comes.
    /// Messages in hand are not counted.
    pub bodies_per_queue: usize,
    /// Misbehaviour on purpose, for tests.
    pub faults: Faults,
}

impl Options {
    /// A broker in this file, safe from crashes of process and machine.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self {
            location: Location::File(path.into()),
            durability: Durability::Full,
            bodies_per_queue: BODIES_PER_QUEUE,
            faults: Faults::default(),
        }
    }

    /// A broker that leaves nothing behind, as tests and trials want it.
    pub fn temporary() -> Self {
        Self {
            location: Location::Temporary,
            durability: Durability::Relaxed,
            bodies_per_queue: BODIES_PER_QUEUE,
            faults: Faults::default(),
        }
    }
}

/// Where the messages lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In this file, with its log (`-wal`, `-shm`) and its lock (`.lock`) beside it. Missing directories are made.
    File(PathBuf),
    /// In a directory of the system's temporary one, deleted at the end; never waits for the disk.
    Temporary,
}

/// What a publish that has returned survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A crash of the machine (`synchronous=FULL`).
    Full,
    /// A crash of the process; a crash of the machine may cost the last moments (`synchronous=NORMAL`).
    Relaxed,
}
