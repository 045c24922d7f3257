//! From what serde and garde say to the `errors` of a problem.

use garde::Validate;

use crate::problem::Problem;

/// Checks the rules of `value`.
pub(super) fn validate<T: Validate<Context: Default>>(value: &T) -> Result<(), Problem> {
    let Err(report) = value.validate() else {
        return Ok(());
    };
    let problem = report
        .iter()
        .fold(Problem::validation(), |problem, (path, error)| {
            problem.with_field(camel_case(&path.to_string()), error.message())
        });
    Err(problem)
}

/// What serde refused, at `path` (`.` for the whole).
pub(super) fn shape(path: &str, message: &str) -> Problem {
    let parent = if path == "." { "" } else { path };
    let (field, message) = match named_field(message) {
        // serde reports these at the object that the field is in (or is missing from).
        Some((field, what)) => (join(parent, field), what),
        None => (parent.to_owned(), message.to_owned()),
    };
    Problem::validation().with_field(field, message)
}

fn named_field(message: &str) -> Option<(&str, String)> {
    let of = |start: &str| message.strip_prefix(start)?.split('`').next();
    if let Some(field) = of("missing field `") {
        return Some((field, "is missing".to_owned()));
    }
    if let Some(field) = of("unknown field `") {
        return Some((field, "is not known here".to_owned()));
    }
    of("duplicate field `").map(|field| (field, "is given twice".to_owned()))
}

fn join(parent: &str, field: &str) -> String {
    match parent.rsplit('.').next() {
        // Some deserializers report the field itself, not its object.
        Some(last) if last == field => parent.to_owned(),
        _ if parent.is_empty() => field.to_owned(),
        _ => format!("{parent}.{field}"),
    }
}

/// garde knows fields by their Rust names: `shipping_address.postal_code` → `shippingAddress.postalCode`.
fn camel_case(path: &str) -> String {
    let mut camel = String::with_capacity(path.len());
    let mut raise = false;
    for letter in path.chars() {
        match letter {
            '_' => raise = true,
            _ if raise => {
                camel.extend(letter.to_uppercase());
                raise = false;
            }
            _ => camel.push(letter),
        }
    }
    camel
}
