//! The words of a text, as they are kept to be searched in and as they are asked for: the same everywhere, whatever a
//! database takes for a letter, a short word or a stop word.
//!
//! A word is a run of letters and digits in lower case. It is kept as `zz` and its letters, those beyond ASCII as `u` and their
//! number: so no word is too short for MySQL's index (3 letters), none is in its list of stop words, and no database reads an
//! operator, a number or an address into it.

/// MySQL keeps words of up to 84 letters.
const LONGEST: usize = 80;
/// Words that are looked for; more make a search slow and no better.
const MOST: usize = 8;

/// The words of a text, to be searched in.
#[must_use]
pub fn kept(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

/// What somebody looks for: all of these words, the last one as the beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted(Vec<String>);

impl Wanted {
    /// The words of what was typed; `None` if there is no word in it.
    #[must_use]
    pub fn in_text(text: &str) -> Option<Self> {
        let words: Vec<String> = words(text).take(MOST).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// In the words of `SQLite`'s FTS5.
    #[must_use]
    pub fn for_sqlite(&self) -> String {
        format!("{}*", self.0.join(" "))
    }

    /// In the words of MySQL's boolean mode.
    #[must_use]
    pub fn for_mysql(&self) -> String {
        format!("+{}*", self.0.join(" +"))
    }

    /// In the words of PostgreSQL's `to_tsquery`.
    #[must_use]
    pub fn for_postgres(&self) -> String {
        format!("{}:*", self.0.join(" & "))
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(encoded)
}

fn encoded(word: &str) -> String {
    let mut encoded = "zz".to_owned();
    for letter in word.chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            encoded.push(letter);
        } else {
            encoded.push_str(&format!("u{:04x}", u32::from(letter)));
        }
    }
    encoded.truncate(LONGEST);
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_kept_in_lower_case_without_what_stands_between_them() {
        assert_eq!(kept("Steel Kettle, 5 l"), "zzsteel zzkettle zz5 zzl");
        assert_eq!(kept("GRO-001_b"), "zzgro zz001 zzb");
        assert_eq!(kept("Café"), "zzcafu00e9");
        assert_eq!(kept(" ☕ — \"'"), "");
    }

    #[test]
    fn the_last_word_may_be_a_beginning() {
        let wanted = Wanted::in_text("Steel KET").unwrap();
        assert_eq!(wanted.for_sqlite(), "zzsteel zzket*");
        assert_eq!(wanted.for_mysql(), "+zzsteel +zzket*");
        assert_eq!(wanted.for_postgres(), "zzsteel & zzket:*");
        assert_eq!(Wanted::in_text("☕ +-*\"()"), None);
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_reaches_a_database_but_letters_and_digits(text in any::<String>()) {
            let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
            prop_assert!(plain(&kept(&text)));
            if let Some(wanted) = Wanted::in_text(&text) {
                let query = wanted.for_sqlite();
                prop_assert!(plain(query.trim_end_matches('*')));
                prop_assert!(wanted.0.len() <= MOST);
                prop_assert!(wanted.0.iter().all(|word| word.len() <= LONGEST));
            }
        }
    }
}
