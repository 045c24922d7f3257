//! The one writer: shared commits, savepoints, panics, constraints.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use revcart_persistence::{Database, Error, Reader};

use crate::fixture::{Fixture, note};

#[tokio::test]
async fn a_failed_write_undoes_itself_and_leaves_the_others_of_its_commit() {
    let fixture = Fixture::new().await;
    let writes = (0..200_usize).map(|number| {
        let database = fixture.database.clone();
        async move {
            database
                .write(number, |unit, number| {
                    Box::pin(async move {
                        note(unit, &format!("note {number:03}"), 1).await?;
                        if number % 3 == 0 {
                            Err(Error::Panicked("refused".to_owned()))
                        } else {
                            Ok(*number)
                        }
                    })
                })
                .await
        }
    });
    let outcomes = futures::future::join_all(writes).await;
    for (number, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_err(), number % 3 == 0, "write {number}");
    }
    let kept: Vec<String> = (0..200)
        .filter(|number| number % 3 != 0)
        .map(|number| format!("note {number:03}"))
        .collect();
    assert_eq!(fixture.notes().await, kept);
}

#[tokio::test]
async fn a_write_that_panics_is_an_error_and_the_writer_goes_on() {
    let fixture = Fixture::new().await;
    let outcome: Result<(), Error> = fixture
        .database
        .write((), |_unit, ()| Box::pin(async { panic!("a bug") }))
        .await;
    assert!(matches!(outcome, Err(Error::Panicked(text)) if text.contains("a bug")));
    fixture
        .database
        .write((), |unit, ()| Box::pin(note(unit, "after", 1)))
        .await
        .unwrap();
    assert_eq!(fixture.notes().await, ["after"]);
}

#[tokio::test]
async fn hooks_run_after_the_commit_and_not_after_a_failure() {
    let fixture = Fixture::new().await;
    let run = Arc::new(AtomicUsize::new(0));
    for fails in [false, true] {
        let outcome: Result<(), Error> = fixture
            .database
            .write(Arc::clone(&run), move |unit, run| {
                let run = Arc::clone(run);
                Box::pin(async move {
                    unit.after_commit(move || {
                        run.fetch_add(1, Ordering::SeqCst);
                    });
                    if fails { Err(Error::Closed) } else { Ok(()) }
                })
            })
            .await;
        assert_eq!(outcome.is_err(), fails);
    }
    assert_eq!(run.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn broken_constraints_are_told_apart_by_name() {
    let fixture = Fixture::new().await;
    fixture
        .database
        .write((), |unit, ()| Box::pin(note(unit, "one", 1)))
        .await
        .unwrap();
    let twice = fixture
        .database
        .write((), |unit, ()| Box::pin(note(unit, "one", 1)))
        .await
        .unwrap_err();
    assert!(twice.violates("notes_text_once", "notes.text"));
    assert!(!twice.is_unavailable());
    if matches!(fixture.database.reader(), Reader::Documents(_)) {
        // Documents are checked by the program alone.
        return;
    }
    let negative = fixture
        .database
        .write((), |unit, ()| Box::pin(note(unit, "two", -1)))
        .await
        .unwrap_err();
    assert!(negative.violates("size_not_negative", "-"));
    assert!(!negative.violates("notes_text_once", "notes.text"));
}

#[tokio::test]
async fn a_write_runs_to_its_end_although_its_caller_went_away() {
    let fixture = Fixture::new().await;
    let (started, begun) = tokio::sync::oneshot::channel::<()>();
    let started = std::sync::Mutex::new(Some(started));
    let (go, gate) = tokio::sync::watch::channel(false);
    let write = fixture
        .database
        .write((started, gate), |unit, (started, gate)| {
            Box::pin(async move {
                if let Some(started) = started.lock().unwrap().take() {
                    let _ = started.send(());
                }
                gate.clone().wait_for(|open| *open).await.unwrap();
                note(unit, "kept", 1).await
            })
        });
    tokio::select! {
        _ = write => panic!("it cannot end before the gate opens"),
        begun = begun => begun.unwrap(),
    }
    go.send(true).unwrap();
    fixture
        .database
        .write((), |unit, ()| Box::pin(note(unit, "next", 1)))
        .await
        .unwrap();
    // On a server the two are run by different writers, and the first may still be at it.
    for _ in 0..500 {
        if fixture.notes().await.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(fixture.notes().await, ["kept", "next"]);
}

#[tokio::test]
async fn a_closed_database_refuses_writes_and_an_inspected_one_takes_none() {
    let fixture = Fixture::new().await;
    let location = fixture.place.options(fixture.service).location;
    let inspected = Database::inspect(&location, fixture.service).await.unwrap();
    let refused = inspected
        .write((), |unit, ()| Box::pin(note(unit, "no", 1)))
        .await;
    assert!(matches!(refused, Err(Error::Closed)));
    fixture.database.close().await;
    let refused = fixture
        .database
        .write((), |unit, ()| Box::pin(note(unit, "no", 1)))
        .await;
    assert!(matches!(refused, Err(Error::Closed)));
}
