//! A saga as data: its steps, in order, and the fingerprint of their shape.

/// A kind of saga, in one version. Instances finish under the version that they began with, so a definition that has
/// ever been started is never changed: a changed one is a new version.
#[derive(Debug)]
pub struct Definition {
    /// What the saga is called, the same in all versions.
    pub name: &'static str,
    /// Counted from 1.
    pub version: u32,
    /// [`Self::computed_fingerprint`] as it was when the version was made; a test compares the two.
    pub fingerprint: &'static str,
    /// In the order in which they run. Exactly one is the pivot.
    pub steps: &'static [Step],
}

/// One step: a command and what is said to it, or a fact that comes by itself.
#[derive(Debug)]
pub struct Step {
    /// Unique within the definition; travels with the commands and comes back with the replies.
    pub name: &'static str,
    /// Name of the command that starts it; `None` for a step that waits for a fact.
    pub command: Option<&'static str>,
    /// Name of the step whose reference the replies echo: its own, or for a step without a command the one whose
    /// command set off what is waited for. An operator's retry goes back to that step.
    pub echoes: &'static str,
    /// The replies that complete it.
    pub succeeds_on: &'static [&'static str],
    /// The replies that fail it.
    pub fails_on: &'static [&'static str],
    /// How it is undone; `None` where there is nothing to undo.
    pub compensation: Option<Compensation>,
    /// Name of the setting that says how long it is waited for; `None`: without end.
    pub deadline: Option<&'static str>,
    /// What is done until the deadline.
    pub retry: Retry,
    /// When it is done, the saga only goes forward.
    pub pivot: bool,
}

/// How a step is undone.
#[derive(Debug)]
pub struct Compensation {
    /// Name of the command.
    pub command: &'static str,
    /// The replies that say it is undone.
    pub undone_by: &'static [&'static str],
    /// The replies that say it cannot be undone any more because the pivot has been passed.
    pub refused_by: &'static [&'static str],
}

/// What happens while a step is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// The command is sent once.
    Never,
    /// The command is sent again at an interval, each time under the same attempt.
    Resend,
}

impl Definition {
    /// The place of the step with this name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    /// The place of the step whose reference the replies of `step` echo.
    pub(crate) fn echo(&self, step: usize) -> usize {
        self.index(self.steps[step].echoes).unwrap_or(step)
    }

    /// The place of the pivot; every sound definition has one.
    pub fn pivot(&self) -> Option<usize> {
        self.steps.iter().position(|step| step.pivot)
    }

    /// The shape as text, a line per step: everything that decides how an instance goes on, and nothing else.
    pub fn shape(&self) -> String {
        let mut shape = format!("{} v{}\n", self.name, self.version);
        for step in self.steps {
            shape.push_str(&step.shape());
            shape.push('\n');
        }
        shape
    }

    /// 16 hexadecimal digits (FNV-1a, 64 bits) of [`Self::shape`].
    pub fn computed_fingerprint(&self) -> String {
        let hash = self
            .shape()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("{hash:016x}")
    }
}

impl Step {
    fn shape(&self) -> String {
        let compensation = self.compensation.as_ref().map_or_else(
            || "none".to_owned(),
            |undo| {
                format!(
                    "{} undone by [{}] refused by [{}]",
                    undo.command,
                    undo.undone_by.join(", "),
                    undo.refused_by.join(", ")
                )
            },
        );
        format!(
            "{}{}: command {}; echoes {}; succeeds on [{}]; fails on [{}]; compensation {}; deadline {}; retry {:?}",
            self.name,
            if self.pivot { " (pivot)" } else { "" },
            self.command.unwrap_or("none"),
            self.echoes,
            self.succeeds_on.join(", "),
            self.fails_on.join(", "),
            compensation,
            self.deadline.unwrap_or("none"),
            self.retry,
        )
    }
}
