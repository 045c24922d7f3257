//! The turn of an order saga: the engine decides, [`super::reading`] says what that means for the order.

use shared_events::{OrderStatus, SagaId, Timestamp};

use super::{
    Action, Input, Instance, OrderFacts, Refusal, Settings, Transition, definition,
    reading::{Given, Reading},
};
use crate::engine::{self, Definition, OperatorAction, Timing};

/// Begins the saga of an order under the newest definition. The order is `PLACED`, and the first command is on its way.
pub fn start(facts: &OrderFacts, settings: &Settings, now: Timestamp) -> Transition {
    start_under(definition::newest(), facts, settings, now)
}

/// The same under a given definition, for proofs over all of them.
pub fn start_under(
    definition: &'static Definition,
    facts: &OrderFacts,
    settings: &Settings,
    now: Timestamp,
) -> Transition {
    let saga_id = SagaId::from_uuid(facts.order_id.as_uuid());
    let patience = settings.patience(definition, facts.payment_method);
    let timing = Timing {
        steps: &patience,
        compensation: settings.compensation,
    };
    let turn = engine::start(definition, saga_id, timing, now);
    let placed = Instance {
        saga: turn.instance.clone(),
        status: OrderStatus::Placed,
        delivery_found: false,
        cancellation: None,
        refunded: None,
    };
    let given = Given {
        definition,
        facts,
        settings,
        now,
    };
    Reading::of(placed, given, None).read(turn)
}

/// What the saga does about an input. Pure and total: every input has an answer in every state.
pub fn decide(
    instance: &Instance,
    facts: &OrderFacts,
    settings: &Settings,
    input: Input,
    now: Timestamp,
) -> Transition {
    let Some(definition) = definition::version(instance.saga.version()) else {
        return unknown_definition(instance);
    };
    let patience = settings.patience(definition, facts.payment_method);
    let timing = Timing {
        steps: &patience,
        compensation: settings.compensation,
    };
    let told = for_engine(&input, instance, definition);
    let mut turn = engine::decide(definition, &instance.saga, timing, told, now);
    if let Some(line) = turn.log.first_mut() {
        line.detail = detail(&input);
        line.message_id = match &input {
            Input::Reply(reply) => reply.message_id,
            Input::DeadlinePassed { .. } | Input::CancelWanted { .. } | Input::Operator(_) => None,
        };
    }
    let given = Given {
        definition,
        facts,
        settings,
        now,
    };
    Reading::of(instance.clone(), given, Some(&input)).read(turn)
}

fn unknown_definition(instance: &Instance) -> Transition {
    Transition {
        instance: instance.clone(),
        commands: Vec::new(),
        changes: Vec::new(),
        deadline: instance.deadline(),
        log: Vec::new(),
        accepted: Err(Refusal::UnknownDefinition {
            name: instance.saga.definition().to_owned(),
            version: instance.saga.version(),
            fingerprint: instance.saga.fingerprint().to_owned(),
        }),
    }
}

fn for_engine<'a>(
    input: &'a Input,
    instance: &Instance,
    definition: &Definition,
) -> engine::Input<'a> {
    match input {
        Input::Reply(reply) => engine::Input::Reply {
            signal: reply.signal,
            saga: reply.saga.as_ref(),
        },
        Input::DeadlinePassed { generation } => engine::Input::DeadlinePassed {
            generation: *generation,
        },
        Input::CancelWanted { .. } => engine::Input::Cancel,
        Input::Operator(intervention) => engine::Input::Operator(match intervention.action {
            Action::Retry => OperatorAction::Retry,
            Action::Skip => OperatorAction::Skip,
            Action::Compensate { restock } => {
                // Before the pivot the goods have not left.
                let kept = instance.saga.pivot_passed() && !restock;
                OperatorAction::Compensate {
                    keep: definition.index(definition::RESERVE_STOCK).filter(|_| kept),
                }
            }
            Action::ForceForward => OperatorAction::ForceForward,
        }),
    }
}

fn detail(input: &Input) -> Option<String> {
    match input {
        Input::Reply(reply) => reply
            .reason
            .clone()
            .or_else(|| reply.refunded.map(|amount| format!("refunded {amount}"))),
        Input::DeadlinePassed { .. } => None,
        Input::CancelWanted { by, reason } => Some(match reason {
            Some(reason) => format!("by {by}: {reason}"),
            None => format!("by {by}"),
        }),
        Input::Operator(intervention) => {
            let restock = match intervention.action {
                Action::Compensate { restock: true } => ", with restock",
                Action::Compensate { restock: false } => ", without restock",
                Action::Retry | Action::Skip | Action::ForceForward => "",
            };
            Some(format!(
                "by {}: {}{restock}",
                intervention.who, intervention.why
            ))
        }
    }
}
