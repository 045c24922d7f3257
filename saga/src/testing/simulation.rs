//! Long random runs of one order: services with databases, a relay, queues; crashes at each commit, publication and
//! acknowledgement; messages lost, repeated, delayed and out of order; a shopper who cancels, an operator who acts.
//!
//! A run depends on its seed alone. What fails names the seed, and [`run`] with that seed fails in the same way.

mod dice;
mod platform;

use std::{fmt, time::Duration};

use shared_events::{CancelledBy, OrderStatus, Service, Timestamp};

pub use self::dice::Dice;
use self::platform::{Platform, Queued};
use super::{Breach, Engine, Participants, Stage};
use crate::order::{Action, Input, Instance, Intervention, State};

/// How bad it gets, in percent of the occasions.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// A process dies at a commit, a publication or an acknowledgement.
    pub crashes: u8,
    /// A message that can be asked for again is lost.
    pub loses: u8,
    /// The broker delivers twice.
    pub repeats: u8,
    /// A message takes long to become visible.
    pub delays: u8,
    /// How long that can be.
    pub longest_delay: Duration,
    /// The customer cancels at some time of the run.
    pub cancels: u8,
    /// Whether consumers remember what they have handled.
    pub inbox: bool,
}

impl Default for Weather {
    fn default() -> Self {
        Self {
            crashes: 15,
            loses: 10,
            repeats: 15,
            delays: 20,
            longest_delay: Duration::from_secs(120),
            cancels: 40,
            inbox: true,
        }
    }
}

const CALM: Weather = Weather {
    crashes: 0,
    loses: 0,
    repeats: 0,
    delays: 0,
    longest_delay: Duration::ZERO,
    cancels: 0,
    inbox: true,
};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Where the order stands.
    pub status: OrderStatus,
    /// What happened, line by line.
    pub trace: Vec<String>,
}

/// A run that broke something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The seed that shows it again.
    pub seed: u64,
    /// What is broken.
    pub breach: Breach,
    /// What happened, line by line.
    pub trace: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.breach)?;
        self.trace
            .iter()
            .try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// One run.
pub fn run<E: Engine, P: Participants>(
    stage: &Stage<E, P>,
    weather: &Weather,
    seed: u64,
) -> Result<Ending, Failure> {
    let mut run = Run::begin(stage, *weather, seed);
    match run.play() {
        Ok(()) => Ok(Ending {
            status: run.instance.status(),
            trace: run.trace,
        }),
        Err(breach) => Err(Failure {
            seed,
            breach,
            trace: run.trace,
        }),
    }
}

/// The first run that breaks something, among those of these seeds.
pub fn search<E: Engine, P: Participants>(
    stage: &Stage<E, P>,
    weather: &Weather,
    seeds: impl IntoIterator<Item = u64>,
) -> Option<Failure> {
    seeds
        .into_iter()
        .find_map(|seed| run(stage, weather, seed).err())
}

struct Run<'a, E, P: Participants> {
    stage: &'a Stage<E, P>,
    weather: Weather,
    dice: Dice,
    now: Timestamp,
    instance: Instance,
    participants: P::State,
    platform: Platform,
    operations: u8,
    trace: Vec<String>,
}

impl<'a, E: Engine, P: Participants> Run<'a, E, P> {
    fn begin(stage: &'a Stage<E, P>, weather: Weather, seed: u64) -> Self {
        let now = Timestamp::from_micros(1_000_000);
        let turn = stage.begin(now);
        let mut run = Self {
            stage,
            weather,
            dice: Dice::new(seed),
            now,
            instance: turn.instance,
            participants: stage.participants.initial(),
            platform: Platform::default(),
            operations: 6,
            trace: Vec::new(),
        };
        run.send(turn.sent);
        run
    }

    /// Bad weather for a while, then calm until nothing is left to happen.
    fn play(&mut self) -> Result<(), Breach> {
        let (cancels, cancelled_after) = (self.weather.cancels, self.dice.below(60));
        let is_cancelled = self.dice.percent(cancels);
        for moment in 0..self.dice.below(400) {
            if is_cancelled && moment == cancelled_after {
                let by = CancelledBy::Customer;
                let input = Input::CancelWanted { by, reason: None };
                self.tell(&input, "customer cancels")?;
            }
            self.something_happens()?;
        }
        let inbox = self.weather.inbox;
        self.weather = Weather { inbox, ..CALM };
        for _ in 0..20_000 {
            if !self.goes_on()? {
                return (self.stage).check_at_rest(&self.instance, &self.participants);
            }
        }
        Err(Breach::Stuck)
    }

    fn something_happens(&mut self) -> Result<(), Breach> {
        match self.dice.below(10) {
            0..=3 => self.receive().map(|_| ()),
            4..=6 => {
                self.publish();
                Ok(())
            }
            7 => self.stir().map(|_| ()),
            8 => {
                let pause = Duration::from_millis(self.dice.roll() % 30_000);
                self.now = self.now + pause;
                self.timer().map(|_| ())
            }
            _ => self.somebody_acts(),
        }
    }

    /// The next thing in calm weather; false if there is none.
    fn goes_on(&mut self) -> Result<bool, Breach> {
        if self.publish() || self.receive()? || self.stir()? || self.timer()? {
            return Ok(true);
        }
        let next = [
            self.platform.next_visible(),
            self.instance.deadline().map(|deadline| deadline.due_at),
        ];
        if let Some(next) = next.into_iter().flatten().min() {
            self.now = self.now.max(next);
            return Ok(true);
        }
        if self.instance.state() == State::NeedsAttention && self.operations > 0 {
            self.operate()?;
            return Ok(true);
        }
        Ok(false)
    }

    fn receive(&mut self) -> Result<bool, Breach> {
        let Some((place, queued)) = self.platform.receive(&mut self.dice, self.now) else {
            return Ok(false);
        };
        let name = queued.message.name();
        if self.dice.percent(self.weather.crashes) {
            self.tell_story(format!("{}: crashed before it handled {name}", queued.to));
            return Ok(true);
        }
        if self.platform.claim(&queued) || !self.weather.inbox {
            self.handle(&queued)?;
        } else {
            self.tell_story(format!("{}: has handled this {name} before", queued.to));
        }
        if self.dice.percent(self.weather.crashes) {
            self.tell_story(format!(
                "{}: crashed before it acknowledged {name}",
                queued.to
            ));
        } else {
            self.platform.delete(place);
        }
        Ok(true)
    }

    fn handle(&mut self, queued: &Queued) -> Result<(), Breach> {
        let attempt = queued.message.saga_ref().map(|saga| saga.attempt);
        let what = format!("{} {attempt:?}", queued.message.name());
        if queued.to == Service::Order {
            let Some(input) = Input::from_message(&queued.message) else {
                return Ok(());
            };
            return self.tell(&input, &what);
        }
        let mut outcomes =
            (self.stage.participants).obey(&self.participants, queued.to, &queued.message);
        let outcome = outcomes.swap_remove(self.choose(outcomes.len()));
        self.tell_story(format!("{}: {what}: {}", queued.to, outcome.what));
        self.participants = outcome.state;
        for message in outcome.says {
            let to = self.stage.receivers(&message);
            self.platform.write_outbox(message, to, true);
        }
        self.check()
    }

    fn stir(&mut self) -> Result<bool, Breach> {
        let mut stirs = self.stage.participants.stirs(&self.participants);
        if stirs.is_empty() {
            return Ok(false);
        }
        let (service, outcome) = stirs.swap_remove(self.dice.below(stirs.len()));
        self.tell_story(format!("{service}: {}", outcome.what));
        self.participants = outcome.state;
        for message in outcome.says {
            let to = self.stage.receivers(&message);
            self.platform.write_outbox(message, to, false);
        }
        self.check()?;
        Ok(true)
    }

    fn timer(&mut self) -> Result<bool, Breach> {
        let Some(deadline) = self.instance.deadline() else {
            return Ok(false);
        };
        if deadline.due_at > self.now {
            return Ok(false);
        }
        if self.dice.percent(self.weather.crashes) {
            self.tell_story("order-service: crashed at a timer".to_owned());
            return Ok(true);
        }
        let generation = deadline.generation;
        self.tell(&Input::DeadlinePassed { generation }, "timer")?;
        Ok(true)
    }

    fn somebody_acts(&mut self) -> Result<(), Breach> {
        if self.operations > 0 && self.instance.state() == State::NeedsAttention {
            return self.operate();
        }
        Ok(())
    }

    /// Mostly what the shopper hopes for.
    fn choose(&mut self, outcomes: usize) -> usize {
        match self.dice.percent(60) {
            true => 0,
            false => self.dice.below(outcomes),
        }
    }

    /// Two times out of three an operator tries again; out of luck, the order is taken back.
    fn operate(&mut self) -> Result<(), Breach> {
        self.operations -= 1;
        let restock = self.dice.percent(50);
        let undoes = self.dice.below(3) == 0 || self.operations == 0;
        let can_undo = self.instance.status() == OrderStatus::DeliveryFailed;
        let action = match undoes && can_undo {
            true => Action::Compensate { restock },
            false => Action::Retry,
        };
        let (who, why) = ("operator".to_owned(), "simulation".to_owned());
        let what = format!("operator: {action:?}");
        self.tell(&Input::Operator(Intervention { action, who, why }), &what)
    }

    fn publish(&mut self) -> bool {
        let published = (self.platform).publish(&mut self.dice, &self.weather, self.now);
        let Some(published) = published else {
            return false;
        };
        self.tell_story(format!("{} is {}", published.name, published.how));
        true
    }

    fn tell(&mut self, input: &Input, what: &str) -> Result<(), Breach> {
        let turn = self.stage.tell(&self.instance, input, self.now)?;
        let (state, status) = (turn.instance.state(), turn.instance.status());
        self.tell_story(format!("order-service: {what}: {state:?}, {status}"));
        self.instance = turn.instance;
        self.send(turn.sent);
        self.check()
    }

    fn send(&mut self, sent: Vec<shared_events::AnyMessage>) {
        for message in sent {
            let is_command = message.saga_ref().is_some();
            let to = self.stage.receivers(&message);
            self.platform.write_outbox(message, to, is_command);
        }
    }

    fn check(&self) -> Result<(), Breach> {
        self.stage.check_always(&self.instance, &self.participants)
    }

    fn tell_story(&mut self, line: String) {
        let at = self.now.micros() / 1_000;
        self.trace.push(format!("{at:>9} ms  {line}"));
    }
}
