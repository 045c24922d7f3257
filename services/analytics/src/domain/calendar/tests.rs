use shared_events::Currency;

use super::super::figures::Sum;
use super::super::measure::Measure;
use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn span(bucket: Bucket, zone: &str, from: &str, until: &str) -> Span {
    let zone: Zone = zone.parse().unwrap();
    let (from, until) = (Some(at(from)), Some(at(until)));
    Span::new((bucket, zone), from, until, at("2026-06-01T00:00:00Z")).unwrap()
}

fn shown(span: &Span) -> Vec<String> {
    span.starts()
        .map(|start| span.zone().shows(start))
        .collect()
}

/// Lengths of the parts in minutes.
fn minutes(span: &Span) -> Vec<i64> {
    let length = |pair: &[Timestamp]| (pair[1].micros() - pair[0].micros()) / 60_000_000;
    span.bounds.windows(2).map(length).collect()
}

#[test]
fn days_begin_at_local_midnight_whatever_the_offset() {
    for (zone, first, midnight) in [
        (
            "Asia/Kolkata",
            "2026-01-31T00:00:00+05:30",
            "2026-01-30T18:30:00.000000Z",
        ),
        (
            "Asia/Kathmandu",
            "2026-01-31T00:00:00+05:45",
            "2026-01-30T18:15:00.000000Z",
        ),
        (
            "America/New_York",
            "2026-01-31T00:00:00-05:00",
            "2026-01-31T05:00:00.000000Z",
        ),
        (
            "UTC",
            "2026-01-31T00:00:00+00:00",
            "2026-01-31T00:00:00.000000Z",
        ),
    ] {
        let days = span(
            Bucket::Day,
            zone,
            "2026-01-31T12:00:00Z",
            "2026-02-01T12:00:00Z",
        );
        assert_eq!(shown(&days)[0], first);
        assert_eq!(days.from().to_string(), midnight);
        assert_eq!(minutes(&days), [1440, 1440]);
    }
}

#[test]
fn a_day_on_which_clocks_are_moved_has_23_or_25_hours() {
    let spring = ["2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z"];
    let days = span(Bucket::Day, "America/New_York", spring[0], spring[1]);
    assert_eq!(minutes(&days), [24 * 60, 23 * 60, 24 * 60]);
    let hours = span(
        Bucket::Hour,
        "America/New_York",
        "2026-03-08T06:00:00Z",
        "2026-03-08T08:00:00Z",
    );
    let expected = ["2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00"];
    assert_eq!(shown(&hours), expected);

    let days = span(
        Bucket::Day,
        "America/New_York",
        "2026-11-01T12:00:00Z",
        "2026-11-02T00:00:00Z",
    );
    assert_eq!(minutes(&days), [25 * 60]);
    let hours = span(
        Bucket::Hour,
        "America/New_York",
        "2026-11-01T05:00:00Z",
        "2026-11-01T07:00:00Z",
    );
    let expected = ["2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00"];
    assert_eq!(shown(&hours), expected);
}

#[test]
fn weeks_begin_on_monday_and_months_on_the_first_there() {
    // In Kathmandu it is Monday, the first of June, when it is still Sunday in UTC.
    let (from, until) = ("2026-05-31T18:20:00Z", "2026-07-01T00:00:00Z");
    let weeks = span(Bucket::Week, "Asia/Kathmandu", from, "2026-06-10T00:00:00Z");
    let expected = ["2026-06-01T00:00:00+05:45", "2026-06-08T00:00:00+05:45"];
    assert_eq!(shown(&weeks), expected);
    let months = span(Bucket::Month, "Asia/Kathmandu", from, until);
    let expected = ["2026-06-01T00:00:00+05:45", "2026-07-01T00:00:00+05:45"];
    assert_eq!(shown(&months), expected);
    let months = span(
        Bucket::Month,
        "America/New_York",
        "2026-03-05T00:00:00Z",
        "2026-03-06T00:00:00Z",
    );
    assert_eq!(minutes(&months), [(31 * 24 - 1) * 60]);
}

#[test]
fn clocks_moved_by_half_an_hour_or_over_a_whole_day_leave_no_gap_and_no_overlap() {
    for (bucket, zone, from, until) in [
        (
            Bucket::Hour,
            "Australia/Lord_Howe",
            "2026-04-04T12:00:00Z",
            "2026-04-05T00:00:00Z",
        ),
        (
            Bucket::Hour,
            "Australia/Lord_Howe",
            "2026-10-03T12:00:00Z",
            "2026-10-04T00:00:00Z",
        ),
        (
            Bucket::Day,
            "Pacific/Apia",
            "2011-12-28T00:00:00Z",
            "2012-01-02T00:00:00Z",
        ),
        // At midnight.
        (
            Bucket::Day,
            "America/Havana",
            "2026-03-07T00:00:00Z",
            "2026-03-10T00:00:00Z",
        ),
        (
            Bucket::Day,
            "America/Havana",
            "2026-10-31T00:00:00Z",
            "2026-11-03T00:00:00Z",
        ),
    ] {
        let span = span(bucket, zone, from, until);
        assert!(span.bounds.is_sorted_by(|a, b| a < b), "{zone}");
        assert!(minutes(&span).iter().all(|it| *it >= 30), "{zone}");
        let stretches: Vec<_> = span.stretches().collect();
        let together = stretches.windows(2).all(|pair| pair[0].2 == pair[1].1);
        assert!(together, "{stretches:?}");
    }
}

#[test]
fn parts_are_put_together_from_the_largest_buckets_that_fit() {
    let grains = |bucket, zone, from, until| -> Vec<(Grain, i64)> {
        let span = span(bucket, zone, from, until);
        let buckets = |(grain, from, until): Stretch| {
            (grain, (until.micros() - from.micros()) / grain.about())
        };
        span.stretches().map(buckets).collect()
    };
    let (noon, one) = ("2026-01-10T12:00:00Z", "2026-01-10T13:00:00Z");
    assert_eq!(grains(Bucket::Day, "UTC", noon, one), [(Grain::Day, 1)]);
    let new_york = grains(Bucket::Day, "America/New_York", noon, one);
    assert_eq!(new_york, [(Grain::Hour, 24)]);
    let kolkata = [(Grain::Quarter, 2), (Grain::Hour, 23), (Grain::Quarter, 2)];
    assert_eq!(grains(Bucket::Day, "Asia/Kolkata", noon, one), kolkata);
    let month = [
        (Grain::Quarter, 3),
        (Grain::Hour, 5),
        (Grain::Day, 30),
        (Grain::Hour, 18),
        (Grain::Quarter, 1),
    ];
    assert_eq!(grains(Bucket::Month, "Asia/Kathmandu", noon, one), month);
    let year = span(
        Bucket::Day,
        "Asia/Kolkata",
        "2025-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
    );
    let readings = year.readings();
    assert_eq!(readings[&Grain::Hour].len(), 1);
    assert_eq!(readings[&Grain::Quarter].len(), 367);
}

#[test]
fn what_is_added_up_is_what_lies_between_the_bounds() {
    let span = span(
        Bucket::Day,
        "Asia/Kolkata",
        "2026-01-10T00:00:00Z",
        "2026-01-10T20:00:00Z",
    );
    let mut read = Read::new();
    for quarter in 0..2 * 96 {
        let start = at("2026-01-09T12:00:00Z").micros() + quarter * Grain::Quarter.about();
        let sum = Sum { count: 1, minor: 7 };
        for grain in [Grain::Quarter, Grain::Hour, Grain::Day] {
            let bucket = grain.start(Timestamp::from_micros(start));
            let buckets = read.entry(grain).or_default().entry(bucket).or_default();
            buckets.add(Measure::OrdersPlaced, Some(Currency::INR), sum);
        }
    }
    let counts: Vec<i64> = span
        .add_up(&read)
        .iter()
        .map(|it| it.count(Measure::OrdersPlaced))
        .collect();
    // All of the first day; of the second what there was until 12:00 UTC.
    assert_eq!(counts, [96, 70]);
}

#[test]
fn what_is_backwards_or_too_much_is_refused() {
    let now = at("2026-01-05T12:00:00Z");
    let refused = |bucket, zone: &str, from: Timestamp, until| {
        let zone: Zone = zone.parse().unwrap();
        Span::new((bucket, zone), Some(from), until, now).unwrap_err()
    };
    assert_eq!(
        refused(Bucket::Day, "UTC", now, Some(now)),
        Refusal::Backwards
    );
    let (first, last) = (Timestamp::MIN, Some(Timestamp::MAX));
    for bucket in [Bucket::Minute, Bucket::Day, Bucket::Month] {
        let long = refused(bucket, "Asia/Kolkata", first, last);
        assert_eq!(long, Refusal::TooLong(MOST_BUCKETS));
        // At the ends of time there are no whole buckets, and no panic.
        let end = at("9999-12-31T23:00:00Z");
        let zone: Zone = "Pacific/Kiritimati".parse().unwrap();
        let _ = Span::new((bucket, zone.clone()), Some(end), last, now);
        let _ = Span::new(
            (bucket, zone),
            Some(first),
            Some(at("0001-01-02T00:00:00Z")),
            now,
        );
    }
    let years = refused(
        Bucket::Day,
        "Asia/Kolkata",
        at("2023-01-05T00:00:00Z"),
        None,
    );
    assert_eq!(years, Refusal::TooFine);
}

#[test]
fn zones_are_known_by_their_names_only() {
    for name in [
        "",
        "Mars/Olympus",
        "+05:30",
        "../etc/passwd",
        "IST-5:30",
        "\0",
    ] {
        assert_eq!(name.parse::<Zone>(), Err(UnknownZone), "{name}");
    }
    assert_eq!(
        "asia/kolkata".parse::<Zone>().unwrap().name(),
        "Asia/Kolkata"
    );
    assert_eq!(Zone::default().name(), "UTC");
}
