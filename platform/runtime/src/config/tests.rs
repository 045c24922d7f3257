use std::io::Write;
use std::time::Duration;

use super::*;

const PORT: Setting = Setting {
    name: "REVCART_PORT",
    default: Some("8080"),
    meaning: "a port number",
    secret: false,
};
const BUCKET: Setting = Setting {
    name: "REVCART_BUCKET",
    default: None,
    meaning: "where exports go: the name of a bucket",
    secret: false,
};
const TIMEOUT: Setting = Setting {
    name: "REVCART_TIMEOUT",
    default: Some("250ms"),
    meaning: "how long to wait",
    secret: false,
};
const KEY: Setting = Setting {
    name: "REVCART_KEY",
    default: None,
    meaning: "the key of the gateway",
    secret: true,
};

fn nothing() -> Environment {
    Environment::default()
}

fn one(name: &str, value: &str) -> Environment {
    Environment::from_pairs([(name, value)])
}

fn message<T: std::fmt::Debug>(result: Result<T, ConfigError>) -> String {
    result.expect_err("it is refused").to_string()
}

#[test]
fn default_holds_when_the_variable_is_unset_or_empty() {
    assert_eq!(nothing().parse::<u16>(&PORT), Ok(8080));
    assert_eq!(one("REVCART_PORT", " ").parse::<u16>(&PORT), Ok(8080));
    assert_eq!(one("REVCART_PORT", " 81 ").parse::<u16>(&PORT), Ok(81));
}

#[test]
fn missing_setting_is_named_with_its_meaning() {
    assert_eq!(
        message(nothing().text(&BUCKET)),
        "REVCART_BUCKET is not set; it is required: where exports go: the name of a bucket"
    );
    assert_eq!(nothing().optional_text(&BUCKET), Ok(None));
}

#[test]
fn wrong_value_is_shown_with_what_is_accepted() {
    assert_eq!(
        message(one("REVCART_PORT", "http").parse::<u16>(&PORT)),
        "REVCART_PORT is \"http\": invalid digit found in string; accepted: a port number"
    );
    assert_eq!(
        message(one("REVCART_PORT", "80").within(&PORT, 1024_u16..=65_535)),
        "REVCART_PORT is \"80\": it is out of bounds; accepted: 1024 to 65535"
    );
    assert_eq!(
        message(one("REVCART_PORT", "yes").flag(&PORT)),
        "REVCART_PORT is \"yes\": it is none of the accepted words; accepted: true, false, 1, 0"
    );
}

#[test]
fn every_refusal_is_one_line() {
    let long = "line\n".repeat(100);
    let refusal = message(one("REVCART_PORT", &long).parse::<u16>(&PORT));
    assert!(!refusal.contains('\n') && refusal.len() < 300, "{refusal}");
}

#[test]
fn durations_need_a_unit() {
    assert_eq!(nothing().duration(&TIMEOUT), Ok(Duration::from_millis(250)));
    for (text, seconds) in [("30s", 30), ("15m", 900), ("24h", 86_400), ("7d", 604_800)] {
        let read = one("REVCART_TIMEOUT", text).duration(&TIMEOUT);
        assert_eq!(read, Ok(Duration::from_secs(seconds)), "{text}");
    }
    for text in [
        "30",
        "s",
        "1.5h",
        "-1s",
        "3 s",
        "1y",
        "99999999999999999999s",
        "9999999999999999999d",
    ] {
        let refusal = message(one("REVCART_TIMEOUT", text).duration(&TIMEOUT));
        assert!(refusal.contains("such as 250ms"), "{text}: {refusal}");
    }
}

#[test]
fn formatted_durations_read_back_the_same() {
    for (millis, text) in [
        (0, "0ms"),
        (1_500, "1500ms"),
        (60_000, "1m"),
        (90_000, "90s"),
        (86_400_000, "1d"),
    ] {
        let written = duration::format(Duration::from_millis(millis));
        assert_eq!(written, text);
        assert_eq!(duration::parse(&written), Ok(Duration::from_millis(millis)));
    }
}

#[test]
fn secret_may_come_from_a_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"sesame\n").unwrap();
    let path = file.path().to_string_lossy();
    let secret = one("REVCART_KEY_FILE", &path).secret(&KEY).unwrap();
    assert_eq!(secret.expose(), "sesame");
    let both = one("REVCART_KEY_FILE", &path).with("REVCART_KEY", "other");
    assert_eq!(
        message(both.secret(&KEY)),
        "REVCART_KEY and REVCART_KEY_FILE are both set; set one of them"
    );
}

#[test]
fn unreadable_or_empty_secret_file_is_named() {
    let refusal = message(one("REVCART_KEY_FILE", "/nowhere/key").secret(&KEY));
    assert!(
        refusal.starts_with("REVCART_KEY_FILE names /nowhere/key, which cannot be used: "),
        "{refusal}"
    );
    let empty = tempfile::NamedTempFile::new().unwrap();
    let refusal = message(one("REVCART_KEY_FILE", &empty.path().to_string_lossy()).secret(&KEY));
    assert!(refusal.ends_with("it is empty"), "{refusal}");
}

#[test]
fn secrets_never_print() {
    let env = one("REVCART_KEY", "sesame");
    let secret = env.secret(&KEY).unwrap();
    let refusal = ConfigError::invalid(&KEY, secret.expose(), "it is too short", "32 bytes");
    let printed = format!(
        "{secret} {secret:?} {env:?} {:?} {refusal} {refusal:?}",
        env.shown(&KEY)
    );
    assert!(!printed.contains("sesame"), "{printed}");
}

#[test]
fn listing_tells_where_a_value_comes_from() {
    let env = Environment::from_pairs([
        ("REVCART_PORT", "81"),
        ("REVCART_KEY_FILE", "/run/secrets/key"),
    ]);
    let shown = |setting| {
        let Shown { value, origin } = env.shown(setting);
        (value, origin)
    };
    assert_eq!(shown(&PORT), (Some("81".into()), Origin::Set));
    assert_eq!(shown(&TIMEOUT), (Some("250ms".into()), Origin::Default));
    assert_eq!(shown(&KEY), (Some("[secret]".into()), Origin::File));
    assert_eq!(shown(&BUCKET), (None, Origin::Unset));
}

#[test]
fn misspelt_variables_are_found() {
    let env = Environment::from_pairs([
        ("REVCART_PROT", "81"),
        ("REVCART_PORT", "81"),
        ("REVCART_PORT_FILE", "x"),
        ("REVCART_KEY_FILE", "/run/secrets/key"),
        ("PATH", "/bin"),
    ]);
    assert_eq!(
        env.unknown(&[PORT, KEY]),
        ["REVCART_PORT_FILE", "REVCART_PROT"]
    );
}
