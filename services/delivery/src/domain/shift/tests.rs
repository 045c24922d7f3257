use serde_json::json;

use super::*;

/// What the clock on the wall shows in India.
fn local(utc: &str) -> LocalTime {
    let offset: Offset = "+05:30".parse().unwrap();
    offset.local(utc.parse().unwrap())
}

fn plan(written: serde_json::Value) -> Vec<Shift> {
    serde_json::from_value(written).unwrap()
}

#[test]
fn who_has_no_plan_works_always() {
    assert!(works(&[], local("2026-01-04T20:00:00Z")));
}

#[test]
fn weekly_shifts_are_in_local_time_and_end_before_their_end() {
    let plan = plan(json!([{ "days": ["MON", "WED"], "start": "09:00", "end": "17:30" }]));
    for (utc, expected) in [
        // 2026-01-05 is a Monday.
        ("2026-01-05T03:29:00Z", false),
        ("2026-01-05T03:30:00Z", true),
        ("2026-01-05T11:59:59Z", true),
        ("2026-01-05T12:00:00Z", false),
        ("2026-01-06T06:00:00Z", false),
        ("2026-01-07T06:00:00Z", true),
        // A Sunday in UTC, and still one in India.
        ("2026-01-04T06:00:00Z", false),
    ] {
        assert_eq!(works(&plan, local(utc)), expected, "{utc}");
    }
}

#[test]
fn shift_over_midnight_belongs_to_the_day_on_which_it_begins() {
    let plan = plan(json!([{ "days": ["MON"], "start": "22:00", "end": "06:00" }]));
    for (utc, expected) in [
        ("2026-01-05T16:29:00Z", false),
        ("2026-01-05T16:30:00Z", true),
        ("2026-01-06T00:29:00Z", true),
        ("2026-01-06T00:30:00Z", false),
        ("2026-01-04T22:00:00Z", false),
    ] {
        assert_eq!(works(&plan, local(utc)), expected, "{utc}");
    }
}

#[test]
fn a_date_takes_the_place_of_the_weekly_shifts_and_without_hours_is_a_day_off() {
    let plan = plan(json!([
        { "days": ["MON", "TUE"], "start": "00:00", "end": "00:00" },
        { "date": "2026-01-05" },
        { "date": "2026-01-06", "start": "10:00", "end": "11:00" },
    ]));
    for (utc, expected) in [
        ("2026-01-05T06:00:00Z", false),
        ("2026-01-06T04:29:00Z", false),
        ("2026-01-06T04:30:00Z", true),
        ("2026-01-06T06:00:00Z", false),
        ("2026-01-12T06:00:00Z", true),
    ] {
        assert_eq!(works(&plan, local(utc)), expected, "{utc}");
    }
}

#[test]
fn shifts_are_written_as_they_are_read() {
    for written in [
        json!([{ "days": ["SAT", "SUN"], "start": "09:05", "end": "17:00" }]),
        json!([{ "date": "2026-12-25" }]),
        json!([{ "date": "0999-02-28", "start": "00:00", "end": "23:59" }]),
    ] {
        assert_eq!(
            serde_json::to_value(plan(written.clone())).unwrap(),
            written
        );
    }
}

#[test]
fn what_is_no_shift_is_refused() {
    for bad in [
        json!({}),
        json!({ "start": "09:00", "end": "10:00" }),
        json!({ "days": [], "start": "09:00", "end": "10:00" }),
        json!({ "days": ["MON"] }),
        json!({ "days": ["MON"], "start": "09:00" }),
        json!({ "days": ["MON"], "date": "2026-01-05", "start": "09:00", "end": "10:00" }),
        json!({ "days": ["Monday"], "start": "09:00", "end": "10:00" }),
        json!({ "days": ["MON"], "start": "9:00", "end": "10:00" }),
        json!({ "days": ["MON"], "start": "24:00", "end": "10:00" }),
        json!({ "days": ["MON"], "start": "+9:00", "end": "10:60" }),
        json!({ "date": "2026-02-30" }),
        json!({ "date": "+2026-02-3" }),
        json!({ "date": "2026-01-05", "end": "10:00" }),
        json!({ "date": "2026-01-05", "surprise": true }),
    ] {
        assert!(
            serde_json::from_value::<Shift>(bad.clone()).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn offsets_are_read_with_their_sign() {
    assert!("+05:30".parse::<Offset>().is_ok() && "-11:00".parse::<Offset>().is_ok());
    for bad in ["", "5", "05:30", "+19:00", "+05:61", "UTC"] {
        assert_eq!(bad.parse::<Offset>(), Err(Error::Offset), "{bad}");
    }
}
