//! Memory and processor time of the system under test, as the kernel counts them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use revcart_tests::System;

/// How often memory is read under load.
const LOOK: Duration = Duration::from_millis(100);
/// Of what `/proc/<pid>/stat` counts; the same on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// A process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process {
    pid: u32,
}

impl Process {
    pub(crate) fn of(system: &System) -> anyhow::Result<Self> {
        let pid = system.pid().context("the system does not run")?;
        Ok(Self { pid })
    }

    pub(crate) fn numbered(pid: u32) -> Self {
        Self { pid }
    }

    /// Resident memory in MiB.
    pub(crate) fn memory_mib(self) -> anyhow::Result<f64> {
        Ok(self.resident_kib()? as f64 / 1024.0)
    }

    fn resident_kib(self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next());
        Ok(kib
            .context("the kernel tells no resident memory")?
            .parse()?)
    }

    /// Processor time that it has used, in user and in system mode.
    pub(crate) fn processor_time(self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // The name, in parentheses, may hold anything; the fields after it are numbered from 3.
        let (_, fields) = stat.rsplit_once(") ").context("it has a name")?;
        let mut fields = fields.split(' ').skip(11);
        let mut ticks = || anyhow::Ok(fields.next().context("it has that field")?.parse::<u32>()?);
        Ok(TICK * (ticks()? + ticks()?))
    }

    /// Reads its memory until the answer is asked for.
    pub(crate) fn watch_memory(self) -> Watch {
        let (peak, over) = (
            Arc::new(AtomicU64::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let watching = {
            let (peak, over) = (Arc::clone(&peak), Arc::clone(&over));
            std::thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    peak.fetch_max(self.resident_kib().unwrap_or_default(), Ordering::Relaxed);
                    std::thread::park_timeout(LOOK);
                }
            })
        };
        Watch {
            peak,
            over,
            watching,
        }
    }
}

/// A look at the memory of a process that goes on.
pub(crate) struct Watch {
    peak: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    watching: JoinHandle<()>,
}

impl Watch {
    /// The most there was, in MiB.
    pub(crate) fn peak_mib(self) -> f64 {
        self.over.store(true, Ordering::Relaxed);
        self.watching.thread().unpark();
        // It cannot panic, and if it did, what it saw counts all the same.
        let _ = self.watching.join();
        self.peak.load(Ordering::Relaxed) as f64 / 1024.0
    }
}

/// Processor time of the whole machine since it started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine {
    /// Of all processors.
    pub(crate) whole: Duration,
    /// The part in which they were not idle.
    pub(crate) busy: Duration,
}

impl Machine {
    pub(crate) fn now() -> anyhow::Result<Self> {
        let stat = std::fs::read_to_string("/proc/stat")?;
        let line = stat.lines().next().context("it has lines")?;
        let ticks: Vec<u32> = line
            .split_whitespace()
            .skip(1)
            .map_while(|ticks| ticks.parse().ok())
            .take(8)
            .collect();
        let whole: u32 = ticks.iter().sum();
        // The fourth is idle, the fifth idle too: waiting for a disk.
        let idle: u32 = ticks.iter().skip(3).take(2).sum();
        Ok(Self {
            whole: TICK * whole,
            busy: TICK * (whole - idle),
        })
    }

    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            whole: self.whole.saturating_sub(before.whole),
            busy: self.busy.saturating_sub(before.busy),
        }
    }
}
