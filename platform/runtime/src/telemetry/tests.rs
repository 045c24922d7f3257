use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use shared_events::Timestamp;

use super::*;
use crate::Clock;

/// What `log` writes as lines of `format`.
fn written(format: Format, log: impl FnOnce()) -> String {
    let page = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&page);
    let clock = Clock::manual(Timestamp::from_micros(1_700_000_000_000_000));
    let lines = lines::Lines::new(format, false, move |line| {
        sink.lock().unwrap().push_str(line)
    })
    .with_clock(clock);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), log);
    let page = page.lock().unwrap();
    page.clone()
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).expect("a line is one JSON object")
}

#[test]
fn json_line_carries_the_fields_of_the_spans_around_it() {
    let line = written(Format::Json, || {
        let request = tracing::info_span!(
            "request",
            trace_id = "abc",
            order_id = tracing::field::Empty
        );
        let _in_request = request.enter();
        request.record("order_id", "o-1");
        let _in_step = tracing::info_span!("step", trace_id = "inner").entered();
        tracing::warn!(attempt = 2, late = true, "no reply");
    });
    let line = parsed(&line);
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["message"], "no reply");
    assert_eq!(line["target"], "revcart_runtime::telemetry::tests");
    assert!(
        line["at"]
            .as_str()
            .unwrap()
            .starts_with("2023-11-14T22:13:20")
    );
    assert_eq!(line["order_id"], "o-1");
    assert_eq!(line["trace_id"], "inner", "the innermost value wins");
    assert_eq!((&line["attempt"], &line["late"]), (&json!(2), &json!(true)));
}

#[test]
fn long_values_are_cut_and_marked() {
    let line = written(Format::Json, || {
        tracing::info!(body = %"ä".repeat(1_000_000), list = ?vec![7; 1_000_000], "got it");
    });
    assert!(
        line.len() < 3 * lines::LONGEST_VALUE,
        "{} bytes",
        line.len()
    );
    let line = parsed(&line);
    assert!(line["body"].as_str().unwrap().ends_with("… (cut)"));
    assert!(line["list"].as_str().unwrap().ends_with("… (cut)"));
}

#[test]
fn fields_cannot_replace_what_every_line_says() {
    let line = parsed(&written(Format::Json, || {
        tracing::info!(level = "high", at = "home", "water");
    }));
    assert_eq!(
        (&line["level"], &line["_level"]),
        (&json!("INFO"), &json!("high"))
    );
    assert_eq!(line["_at"], "home");
}

#[test]
fn errors_are_written_with_their_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("cannot save")]
    struct Failed(#[source] std::io::Error);

    let error = Failed(std::io::Error::other("disk is full"));
    let line = parsed(&written(Format::Json, || {
        tracing::error!(error = &error as &dyn std::error::Error, "no luck");
    }));
    assert_eq!(line["error"], "cannot save: disk is full");
}

#[test]
fn pretty_line_is_one_line_whatever_the_values_hold() {
    let line = written(Format::Pretty, || {
        tracing::info!(name = "x\n2026 ERROR forged\x1b[2J", "hello");
    });
    assert_eq!(line.lines().count(), 1);
    assert!(!line.contains('\x1b'));
    assert!(line.contains(" INFO revcart_runtime::telemetry::tests: hello name=x\\n2026"));
}

#[test]
fn wrong_filter_is_refused_by_name() {
    let env = Environment::from_pairs([("RUST_LOG", "order=loud"), ("REVCART_LOG_FORMAT", "json")]);
    let refusal = init_from(&env).expect_err("refused").to_string();
    assert!(
        refusal.starts_with("RUST_LOG is \"order=loud\": "),
        "{refusal}"
    );
    let env = Environment::from_pairs([("REVCART_LOG_FORMAT", "xml")]);
    let refusal = init_from(&env).expect_err("refused").to_string();
    assert!(refusal.ends_with("accepted: pretty, json"), "{refusal}");
}

#[test]
fn page_shows_counters_histograms_and_the_process_itself() {
    let page = metrics();
    ::metrics::counter!(names::ORDERS_PLACED).increment(3);
    ::metrics::histogram!(names::MESSAGE_AGE, "service" => "order")
        .record(Duration::from_secs(7200));
    ::metrics::histogram!(names::HTTP_SERVER_REQUEST_DURATION, "route" => "/carts").record(1.5);
    let page = page.render();
    for line in [
        "# HELP orders_placed_total Orders placed",
        "orders_placed_total 3",
        r#"message_age_seconds_bucket{service="order",le="14400"} 1"#,
        r#"message_age_seconds_bucket{service="order",le="3600"} 0"#,
        r#"http_server_request_duration_seconds_bucket{route="/carts",le="2"} 1"#,
        "# TYPE process_cpu_seconds_total counter",
        "# TYPE process_resident_memory_bytes gauge",
    ] {
        assert!(page.contains(line), "{line} is missing in\n{page}");
    }
}

#[test]
fn names_of_metrics_follow_their_kind() {
    for (name, kind, help) in names::ALL {
        assert_eq!(
            name.ends_with("_total"),
            *kind == names::Kind::Counter,
            "{name}"
        );
        assert!(!help.is_empty() && !help.ends_with('.'), "{name}");
    }
}

/// What the metrics that a source records are called in it.
fn recorded(source: &str) -> impl Iterator<Item = &str> {
    let recorders = ["counter!(", "gauge!(", "histogram!("];
    recorders.into_iter().flat_map(move |recorder| {
        let calls = source.match_indices(recorder);
        let calls = calls.filter(|(at, _)| !source[..*at].ends_with("describe_"));
        calls.map(|(at, _)| {
            let arguments = source[at + recorder.len()..].trim_start();
            let end = arguments.find([',', ')']).unwrap_or(arguments.len());
            &arguments[..end]
        })
    })
}

/// The sources under a folder, tests left out.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            found.push((path, source));
        }
    }
    found
}

#[test]
fn every_metric_that_is_recorded_stands_in_the_table() {
    let table = include_str!("names.rs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut seen = 0;
    for folder in ["platform", "services", "revcart"] {
        for (path, source) in sources(&root.join(folder)) {
            for name in recorded(&source) {
                seen += 1;
                let constant = name.strip_prefix("names::");
                let listed = constant.map(|name| table.contains(&format!("    ({name}, Kind::")));
                assert_eq!(listed, Some(true), "{name} in {}", path.display());
            }
        }
    }
    assert!(seen >= 20, "only {seen} places were found");
}

#[test]
fn every_histogram_has_buckets_and_no_quantiles() {
    let page = metrics();
    for (name, kind, _) in names::ALL {
        if *kind == names::Kind::Histogram {
            ::metrics::histogram!(*name).record(1.0);
            let line = format!("{name}_bucket{{le=\"1\"}} 1");
            assert!(page.render().contains(&line), "{line}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn upkeep_ends_with_the_process() {
    let tasks = crate::Tasks::new(crate::Shutdown::new());
    metrics().spawn_upkeep(&tasks);
    tokio::time::advance(Duration::from_secs(11)).await;
    assert_eq!(tasks.running(), ["metrics-upkeep"]);
    assert!(tasks.drain(Duration::from_secs(1)).await.is_empty());
}
