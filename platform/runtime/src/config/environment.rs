//! A snapshot of the environment, and the ways to read a setting from it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;

use super::{ConfigError, Secret, Setting, duration};

const PREFIX: &str = "REVCART_";
const FLAGS: [(&str, bool); 4] = [("true", true), ("false", false), ("1", true), ("0", false)];

/// The environment variables as they were when it was made. An empty value counts as unset.
#[derive(Clone, Default)]
pub struct Environment {
    values: BTreeMap<String, String>,
}

/// Where a setting's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The environment variable.
    Set,
    /// The file named by `<name>_FILE`.
    File,
    /// The documented default.
    Default,
    /// Nowhere: it has no value.
    Unset,
}

/// A setting's value as it may be shown: secrets are replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The value, `[secret]`, or nothing.
    pub value: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Environment {
    /// The environment of this process. Names and values that are not Unicode are taken with the offending bytes replaced.
    pub fn from_process() -> Self {
        Self::from_pairs(std::env::vars_os().map(|(name, value)| {
            let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
            (lossy(name), lossy(value))
        }))
    }

    /// An environment of exactly these variables; a later one replaces an earlier of the same name.
    pub fn from_pairs<K: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self {
            values: pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        }
    }

    /// The same environment with one variable set (again).
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(name.into(), value.into());
        self
    }

    /// The value or the default.
    pub fn text(&self, setting: &Setting) -> Result<String, ConfigError> {
        required(setting, self.optional_text(setting))
    }

    /// Like [`Environment::text`]; `None` when there is neither value nor default.
    pub fn optional_text(&self, setting: &Setting) -> Result<Option<String>, ConfigError> {
        Ok(self
            .given(setting.name)
            .or(setting.default)
            .map(str::to_owned))
    }

    /// The value or the default, parsed. What is accepted is told by the setting's meaning.
    pub fn parse<T: FromStr<Err: Display>>(&self, setting: &Setting) -> Result<T, ConfigError> {
        required(setting, self.optional_parse(setting))
    }

    /// Like [`Environment::parse`]; `None` when there is neither value nor default.
    pub fn optional_parse<T: FromStr<Err: Display>>(
        &self,
        setting: &Setting,
    ) -> Result<Option<T>, ConfigError> {
        self.read(setting, setting.meaning, |text| {
            text.parse::<T>().map_err(|error| error.to_string())
        })
    }

    /// A number (or anything ordered) within bounds, both included.
    pub fn within<T: FromStr<Err: Display> + PartialOrd + Display>(
        &self,
        setting: &Setting,
        bounds: RangeInclusive<T>,
    ) -> Result<T, ConfigError> {
        let accepted = format!("{} to {}", bounds.start(), bounds.end());
        let value = self.read(setting, &accepted, |text| {
            let value = text.parse::<T>().map_err(|error| error.to_string())?;
            if bounds.contains(&value) {
                Ok(value)
            } else {
                Err("it is out of bounds".to_owned())
            }
        });
        required(setting, value)
    }

    /// One of the listed words, exactly as written.
    pub fn one_of<T: Clone>(
        &self,
        setting: &Setting,
        words: &[(&str, T)],
    ) -> Result<T, ConfigError> {
        let accepted: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let value = self.read(setting, &accepted.join(", "), |text| {
            words
                .iter()
                .find(|(word, _)| *word == text)
                .map(|(_, value)| value.clone())
                .ok_or_else(|| "it is none of the accepted words".to_owned())
        });
        required(setting, value)
    }

    /// A duration such as `250ms`, `30s`, `15m`, `24h`, `7d`.
    pub fn duration(&self, setting: &Setting) -> Result<Duration, ConfigError> {
        required(setting, self.optional_duration(setting))
    }

    /// Like [`Environment::duration`]; `None` when there is neither value nor default.
    pub fn optional_duration(&self, setting: &Setting) -> Result<Option<Duration>, ConfigError> {
        self.read(setting, duration::ACCEPTED, duration::parse)
    }

    /// `true`, `false`, `1` or `0`.
    pub fn flag(&self, setting: &Setting) -> Result<bool, ConfigError> {
        self.one_of(setting, &FLAGS)
    }

    /// A secret: from the variable, or from the file that `<name>_FILE` names (white space at its end is dropped).
    pub fn secret(&self, setting: &Setting) -> Result<Secret, ConfigError> {
        required(setting, self.optional_secret(setting))
    }

    /// Like [`Environment::secret`]; `None` when it is given in neither way and has no default.
    pub fn optional_secret(&self, setting: &Setting) -> Result<Option<Secret>, ConfigError> {
        match (self.given(setting.name), self.given_file(setting)) {
            (Some(_), Some(_)) => Err(ConfigError::Twice { name: setting.name }),
            (None, Some(path)) => read_secret(setting, path).map(Some),
            (Some(value), None) => Ok(Some(Secret::new(value))),
            (None, None) => Ok(setting.default.map(Secret::new)),
        }
    }

    /// What `revcart config` prints of a setting.
    pub fn shown(&self, setting: &Setting) -> Shown {
        let origin = if self.given(setting.name).is_some() {
            Origin::Set
        } else if setting.secret && self.given_file(setting).is_some() {
            Origin::File
        } else if setting.default.is_some() {
            Origin::Default
        } else {
            Origin::Unset
        };
        let value = match origin {
            Origin::Unset => None,
            Origin::Set | Origin::File | Origin::Default if setting.secret => {
                Some("[secret]".to_owned())
            }
            Origin::Set | Origin::File | Origin::Default => self
                .given(setting.name)
                .or(setting.default)
                .map(str::to_owned),
        };
        Shown { value, origin }
    }

    /// Variables that look like RevCart's and are none of the `known` settings: misspelt, or long gone.
    pub fn unknown<'a>(&self, known: impl IntoIterator<Item = &'a Setting>) -> Vec<String> {
        let mut unknown: Vec<String> = self
            .values
            .keys()
            .filter(|name| name.starts_with(PREFIX))
            .cloned()
            .collect();
        for setting in known {
            let file = setting.secret.then(|| file_variable(setting));
            unknown.retain(|name| name != setting.name && Some(name) != file.as_ref());
        }
        unknown
    }

    fn read<T>(
        &self,
        setting: &Setting,
        accepted: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.given(setting.name).or(setting.default) else {
            return Ok(None);
        };
        parse(text)
            .map(Some)
            .map_err(|problem| ConfigError::invalid(setting, text, problem, accepted))
    }

    fn given(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    fn given_file(&self, setting: &Setting) -> Option<&str> {
        self.given(&file_variable(setting))
    }
}

/// Names only: values may be secret.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

fn required<T>(setting: &Setting, value: Result<Option<T>, ConfigError>) -> Result<T, ConfigError> {
    value?.ok_or_else(|| ConfigError::missing(setting))
}

fn file_variable(setting: &Setting) -> String {
    format!("{}_FILE", setting.name)
}

fn read_secret(setting: &Setting, path: &str) -> Result<Secret, ConfigError> {
    let refused = |problem: String| ConfigError::File {
        name: setting.name,
        path: path.to_owned(),
        problem,
    };
    let content = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    let value = content.trim_end();
    if value.is_empty() {
        return Err(refused("it is empty".to_owned()));
    }
    Ok(Secret::new(value))
}
