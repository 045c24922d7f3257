//! Durations as people write them: a whole number and a unit.

use std::time::Duration;

/// What [`parse`] accepts, for messages.
pub const ACCEPTED: &str = "a whole number with ms, s, m, h or d, such as 250ms, 30s, 15m, 24h";

/// Reads `250ms`, `30s`, `15m`, `24h` or `7d`. A number without a unit is refused: nobody remembers which one was meant.
///
/// # Errors
/// One line that says what is wrong, without what is accepted (that is [`ACCEPTED`]).
pub fn parse(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let unit_at = text
        .find(|c: char| !c.is_ascii_digit())
        .ok_or_else(|| "a unit is missing".to_owned())?;
    let (number, unit) = text.split_at(unit_at);
    if number.is_empty() {
        return Err("it does not start with a whole number".to_owned());
    }
    let number: u64 = number
        .parse()
        .map_err(|_| "the number is too large".to_owned())?;
    let millis_per_unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(format!("{unit:?} is no unit")),
    };
    number
        .checked_mul(millis_per_unit)
        .map(Duration::from_millis)
        .ok_or_else(|| "the number is too large".to_owned())
}

/// Writes a duration so that [`parse`] reads the same, in the largest unit that divides it; below a millisecond it is cut.
pub fn format(duration: Duration) -> String {
    let millis = duration.as_millis();
    for (unit, size) in [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ] {
        if millis >= size && millis.is_multiple_of(size) {
            return format!("{}{unit}", millis / size);
        }
    }
    format!("{millis}ms")
}
