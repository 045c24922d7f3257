//! What can be wrong with a setting, each as one line.

use super::Setting;

/// Why a configuration was refused. Its message is one line that names the variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It is required and not there.
    #[error("{name} is not set; it is required: {meaning}")]
    Missing {
        /// The variable.
        name: &'static str,
        /// What it would set.
        meaning: &'static str,
    },
    /// It is there and not acceptable.
    #[error("{name} is {value}: {problem}; accepted: {accepted}")]
    Invalid {
        /// The variable.
        name: String,
        /// The value in quotes, or a placeholder for a secret.
        value: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        accepted: String,
    },
    /// The file that should hold a secret cannot be used.
    #[error("{name}_FILE names {path}, which cannot be used: {problem}")]
    File {
        /// The variable, without `_FILE`.
        name: &'static str,
        /// The file it names.
        path: String,
        /// Why it cannot be used.
        problem: String,
    },
    /// A secret was given twice.
    #[error("{name} and {name}_FILE are both set; set one of them")]
    Twice {
        /// The variable, without `_FILE`.
        name: &'static str,
    },
}

impl ConfigError {
    /// A value that was read and is not acceptable: for rules that go beyond one setting's syntax.
    /// The value of a secret is not repeated.
    pub fn invalid(
        setting: &Setting,
        value: &str,
        problem: impl ToString,
        accepted: impl ToString,
    ) -> Self {
        Self::Invalid {
            name: setting.name.to_owned(),
            value: if setting.secret {
                "[secret]".to_owned()
            } else {
                one_line(value)
            },
            problem: problem.to_string(),
            accepted: accepted.to_string(),
        }
    }

    pub(super) fn missing(setting: &Setting) -> Self {
        Self::Missing {
            name: setting.name,
            meaning: setting.meaning,
        }
    }
}

/// In quotes, without line breaks, and short enough to be read.
fn one_line(value: &str) -> String {
    const LONGEST: usize = 80;
    if value.chars().count() > LONGEST {
        let start: String = value.chars().take(LONGEST).collect();
        format!("{start:?} (cut)")
    } else {
        format!("{value:?}")
    }
}
