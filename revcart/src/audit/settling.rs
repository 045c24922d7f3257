//! Following up what is suspicious. Services learn of each other by messages, so what is read of them one after the other
//! may contradict itself for a moment. A finding counts only if it is still there when nothing moves any more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use revcart_runtime::Clock;
use shared_events::{OrderId, Timestamp};

use super::case::Case;
use super::finding::Finding;
use super::merge::reread;
use super::system::{Sighting, System};

/// How long a case must not have changed, with nothing on its way and nothing that stirs by itself, before it is judged.
const CALM: Duration = Duration::from_secs(3);
/// How long at least when patience is at its end.
const BREATH: Duration = Duration::from_secs(1);
/// Cases that still move when patience is at its end get so many times as much, and not more.
const MOST_PATIENCE: u32 = 4;
/// Between two looks: the first pause, doubled until the last.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// What came of the suspects.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// What is wrong.
    pub(super) findings: Vec<Finding>,
    /// Orders that cannot be judged: something is on its way, and nobody is there to carry it.
    pub(super) moving: u64,
}

/// A suspicious case as it was seen, and since when it has looked so.
struct Suspect {
    case: Case,
    traffic: BTreeSet<Sighting>,
    since: Timestamp,
}

enum Verdict {
    Guilty,
    Moving,
    LookAgain,
}

/// Looks at the suspects again and again until each has settled; at most for `patience`, or as long as they move.
pub(super) async fn follow(
    system: &impl System,
    mut wanted: BTreeSet<OrderId>,
    patience: Duration,
    clock: &Clock,
) -> anyhow::Result<Settled> {
    let mut settled = Settled::default();
    let mut watched: BTreeMap<OrderId, Suspect> = BTreeMap::new();
    let started = clock.now();
    let mut pause = PAUSES.0;
    while !wanted.is_empty() {
        let is_running = system.is_running().await;
        // Before the cases: what was on its way now has come when they are read.
        let mut traffic = system.on_their_way(&wanted).await?;
        for id in std::mem::take(&mut wanted) {
            let case = reread(system, id).await?;
            let findings = case.judge();
            if findings.is_empty() {
                continue;
            }
            let traffic = traffic.remove(&id).unwrap_or_default();
            let suspect = seen(watched.remove(&id), case, traffic, clock.now());
            let waited = clock.now() - started;
            match suspect.verdict(is_running, waited, patience, clock.now()) {
                Verdict::Guilty => settled.findings.extend(findings),
                Verdict::Moving => settled.moving += 1,
                Verdict::LookAgain => {
                    watched.insert(id, suspect);
                    wanted.insert(id);
                }
            }
        }
        if !wanted.is_empty() {
            clock.sleep(pause).await;
            pause = PAUSES.1.min(pause * 2);
        }
    }
    Ok(settled)
}

fn seen(
    before: Option<Suspect>,
    case: Case,
    traffic: BTreeSet<Sighting>,
    now: Timestamp,
) -> Suspect {
    let unchanged = |before: &Suspect| before.case == case && before.traffic == traffic;
    let since = before.filter(unchanged).map_or(now, |before| before.since);
    Suspect {
        case,
        traffic,
        since,
    }
}

impl Suspect {
    fn verdict(
        &self,
        is_running: bool,
        waited: Duration,
        patience: Duration,
        now: Timestamp,
    ) -> Verdict {
        let may_move = !self.traffic.is_empty() || self.case.stirs();
        let calm = now - self.since;
        match (is_running, may_move) {
            (false, true) => Verdict::Moving,
            (false, false) => Verdict::Guilty,
            (true, false) if calm >= CALM => Verdict::Guilty,
            (true, _) if waited >= patience && calm >= BREATH.min(patience) => Verdict::Guilty,
            (true, _) if waited >= patience * MOST_PATIENCE => Verdict::Guilty,
            (true, _) => Verdict::LookAgain,
        }
    }
}
