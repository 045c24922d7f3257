//! The three proofs of steno's sagas, for each step of a definition: every action is idempotent, a failure at any step
//! unwinds fully, and unwinding is idempotent.

mod bench;

use std::fmt;

use shared_events::AnyMessage;

use self::bench::Bench;
use super::{Breach, Engine, Participants, Stage};
use crate::engine::Definition;

/// A step that fails a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Which proof.
    pub proof: &'static str,
    /// Which step.
    pub step: &'static str,
    /// What was tried.
    pub tried: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            proof,
            step,
            tried,
            what,
        } = self;
        write!(f, "{proof}: step {step}: {tried}: {what}")
    }
}

/// How a step can come to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The participant says no.
    Refused,
    /// The command never arrives, and the saga gives up.
    NeverArrived,
    /// The command is obeyed, no answer arrives, and the saga gives up.
    AnswerLost,
    /// The customer cancels while the command is on its way.
    CancelledBefore,
    /// The customer cancels when the command has been obeyed and nothing has been heard of it.
    CancelledAfter,
    /// The customer cancels when the step is done.
    CancelledWhenDone,
}

impl Way {
    const ALL: [Self; 6] = [
        Self::Refused,
        Self::NeverArrived,
        Self::AnswerLost,
        Self::CancelledBefore,
        Self::CancelledAfter,
        Self::CancelledWhenDone,
    ];
}

/// A command that arrives again, at any later time, changes nothing, and is answered as before or not at all.
pub fn each_action_is_idempotent<E: Engine, P: Participants>(
    stage: &Stage<E, P>,
    definition: &'static Definition,
) -> Result<(), Flaw> {
    for step in commanded(definition) {
        let mut bench = Bench::begin(stage, definition);
        bench
            .up_to_command(step)
            .map_err(|breach| breach.to_string())
            .and_then(|command| bench.repeats_change_nothing(&command))
            .map_err(|what| Flaw {
                proof: "each action is idempotent",
                step,
                tried: "its command again".to_owned(),
                what,
            })?;
    }
    Ok(())
}

/// Whatever step comes to nothing, in whatever way: what was done is undone, last first, and nothing else; also when the
/// command that was given up on arrives after all.
pub fn failure_at_any_step_unwinds_fully<E: Engine, P: Participants>(
    stage: &Stage<E, P>,
    definition: &'static Definition,
) -> Result<(), Flaw> {
    let proof = "failure at any step unwinds fully";
    in_every_way(stage, definition, proof, |step, way, mut bench, command| {
        bench.is_unwound()?;
        let expected = expected_compensations(definition, step, way);
        if !bench.compensations.starts_with(&expected) {
            let sent = &bench.compensations;
            return Err(format!("compensated by {sent:?}, not {expected:?}"));
        }
        bench.deliver_late(&command)?;
        bench.is_unwound()
    })
}

/// When everything that was ever said in a saga that was undone is said again, compensations among it, nothing is done
/// and nothing is undone a second time.
pub fn unwinding_is_idempotent<E: Engine, P: Participants>(
    stage: &Stage<E, P>,
    definition: &'static Definition,
) -> Result<(), Flaw> {
    let proof = "unwinding is idempotent";
    in_every_way(stage, definition, proof, |_, _, mut bench, _| {
        bench.say_everything_again()?;
        bench.is_unwound()
    })
}

/// Runs a check on sagas at rest, one for each step and way in which it comes to nothing, with the command of that step.
fn in_every_way<'a, E: Engine, P: Participants>(
    stage: &'a Stage<E, P>,
    definition: &'static Definition,
    proof: &'static str,
    check: impl Fn(&'static str, Way, Bench<'a, E, P>, AnyMessage) -> Result<(), String>,
) -> Result<(), Flaw> {
    for step in commanded(definition) {
        for way in Way::ALL {
            come_to_nothing(stage, definition, step, way)
                .and_then(|(bench, command)| check(step, way, bench, command))
                .map_err(|what| Flaw {
                    proof,
                    step,
                    tried: format!("{way:?}"),
                    what,
                })?;
        }
    }
    Ok(())
}

fn come_to_nothing<'a, E: Engine, P: Participants>(
    stage: &'a Stage<E, P>,
    definition: &'static Definition,
    step: &'static str,
    way: Way,
) -> Result<(Bench<'a, E, P>, AnyMessage), String> {
    let text = |breach: Breach| breach.to_string();
    let mut bench = Bench::begin(stage, definition);
    let command = bench.up_to_command(step).map_err(text)?;
    match way {
        Way::Refused => bench.refuse(&command)?,
        Way::NeverArrived => bench.give_up(&command).map_err(text)?,
        Way::AnswerLost => {
            bench.obey_unheard(&command)?;
            bench.give_up(&command).map_err(text)?;
        }
        Way::CancelledBefore => {
            bench.cancel().map_err(text)?;
            bench.put_back(&command);
        }
        Way::CancelledAfter => {
            bench.obey_unheard(&command)?;
            bench.cancel().map_err(text)?;
        }
        Way::CancelledWhenDone => {
            bench.put_back(&command);
            bench.up_to_done(step).map_err(text)?;
            bench.cancel().map_err(text)?;
        }
    }
    bench.settle().map_err(text)?;
    Ok((bench, command))
}

/// From the last step that may have been done down to the first.
fn expected_compensations(
    definition: &'static Definition,
    step: &str,
    way: Way,
) -> Vec<&'static str> {
    let begun = definition.index(step).unwrap_or_default() + 1;
    let doubtful = match way {
        Way::Refused => begun - 1,
        Way::NeverArrived | Way::AnswerLost | Way::CancelledBefore | Way::CancelledAfter => begun,
        // The command of the next step is out as soon as this one is done.
        Way::CancelledWhenDone => begun + 1,
    };
    let steps = definition.steps.iter().take(doubtful).rev();
    steps
        .flat_map(|step| &step.compensation)
        .map(|undo| undo.command)
        .collect()
}

fn commanded(definition: &'static Definition) -> impl Iterator<Item = &'static str> {
    let steps = definition.steps.iter();
    steps
        .filter(|step| step.command.is_some())
        .map(|step| step.name)
}
