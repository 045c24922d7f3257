//! Definitions: unchangeable once made, and sound.

use std::{collections::BTreeSet, path::Path};

use saga::{
    engine::{Definition, Step},
    order::{DEFINITIONS, definition},
};
use shared_events::catalogue::{self, Purpose};

/// The shapes as they were when their versions were made.
fn written(definition: &Definition) -> String {
    let file = format!(
        "definitions/{}.v{}.txt",
        definition.name, definition.version
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
    std::fs::read_to_string(&path).unwrap_or_else(|_| {
        let shape = definition.shape();
        panic!("write the shape of the new version into saga/{file}:\n{shape}")
    })
}

#[test]
fn the_shape_of_a_version_never_changes() {
    for definition in DEFINITIONS {
        assert_eq!(
            definition.shape(),
            written(definition),
            "instances of {} version {} may be running: leave it as it is and make the change a new version",
            definition.name,
            definition.version,
        );
        assert_eq!(definition.computed_fingerprint(), definition.fingerprint);
    }
}

#[test]
fn another_shape_has_another_fingerprint() {
    static CHANGED: Definition = Definition {
        name: definition::V1.name,
        version: definition::V1.version,
        fingerprint: definition::V1.fingerprint,
        steps: definition::V1.steps.split_last().unwrap().1,
    };
    assert_ne!(CHANGED.computed_fingerprint(), definition::V1.fingerprint);
}

#[test]
fn versions_are_counted_from_one_and_looked_up_by_number() {
    for (before, known) in DEFINITIONS.iter().enumerate() {
        assert_eq!(known.version as usize, before + 1);
        let found = definition::version(known.version).map(|it| it.fingerprint);
        assert_eq!(found, Some(known.fingerprint));
    }
    assert_eq!(definition::newest().version as usize, DEFINITIONS.len());
    assert!(definition::version(0).is_none());
}

#[test]
fn every_definition_is_sound() {
    for definition in DEFINITIONS {
        let steps = definition.steps;
        let names: BTreeSet<_> = steps.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), steps.len(), "names are unique");
        assert_eq!(
            steps.iter().filter(|step| step.pivot).count(),
            1,
            "one pivot"
        );
        for (place, step) in steps.iter().enumerate() {
            let echoed = definition.index(step.echoes).expect("it echoes a step");
            assert!(echoed <= place && steps[echoed].command.is_some());
            assert_eq!(
                step.command.is_some(),
                step.deadline.is_some(),
                "{}",
                step.name
            );
            assert_eq!(
                step.command.is_some(),
                step.compensation.is_some(),
                "{}",
                step.name
            );
            assert!(step.compensation.is_none() || Some(place) < definition.pivot());
            assert!(!step.succeeds_on.is_empty(), "{} can end", step.name);
        }
    }
}

#[test]
fn what_a_step_waits_for_is_what_the_catalogue_says_that_its_commands_are_answered_by() {
    let without_case = |signal: &&'static str| signal.split('(').next().unwrap_or_default();
    for step in DEFINITIONS.iter().flat_map(|definition| definition.steps) {
        if let Some(command) = step.command {
            let signals = [step.succeeds_on, step.fails_on].concat();
            let replies = replies_of(command);
            assert!(
                signals
                    .iter()
                    .map(without_case)
                    .all(|it| replies.contains(&it))
            );
        } else {
            let signals = [step.succeeds_on, step.fails_on].concat();
            let known = |name| catalogue::find(name).is_some();
            assert!(signals.iter().map(without_case).all(known), "{}", step.name);
        }
        if let Some(undo) = &step.compensation {
            let signals = [undo.undone_by, undo.refused_by].concat();
            let replies = replies_of(undo.command);
            assert!(
                signals.iter().all(|signal| replies.contains(signal)),
                "{}",
                undo.command
            );
        }
    }
}

#[test]
fn no_reply_means_two_things() {
    for definition in DEFINITIONS {
        let answers = |step: &'static Step| {
            let undo = step.compensation.as_ref();
            let undone = undo.map(|undo| [undo.undone_by, undo.refused_by].concat());
            [step.succeeds_on, step.fails_on]
                .concat()
                .into_iter()
                .chain(undone.unwrap_or_default())
        };
        let all: Vec<_> = definition.steps.iter().flat_map(answers).collect();
        let different: BTreeSet<_> = all.iter().collect();
        assert_eq!(all.len(), different.len());
    }
}

fn replies_of(command: &str) -> &'static [&'static str] {
    match catalogue::find(command)
        .expect("the command is in the catalogue")
        .purpose
    {
        Purpose::Command(_, replies) => replies,
        other => panic!("{command} is {other:?}"),
    }
}
