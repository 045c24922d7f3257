//! How the bus of SNS and SQS is opened.

use revcart_runtime::{ConfigError, Environment, Setting};
use shared_events::{Service, Topic};

use crate::bus::QueueRef;
use crate::embedded::Faults;

/// What stands before every name.
pub const RESOURCE_PREFIX: Setting = Setting {
    name: "REVCART_RESOURCE_PREFIX",
    default: None,
    meaning: "what stands before the name of every topic, queue and shared key, such as `staging-`; letters, digits, - and _, 40 at the most",
    secret: false,
};
/// All of them, for `revcart config`. Region, endpoint and credentials are AWS's own.
pub const SETTINGS: &[Setting] = &[RESOURCE_PREFIX];

/// Longer ones would not leave room for the names themselves: SQS allows 80 characters.
const LONGEST_PREFIX: usize = 40;

/// How to open the bus, or to make its topics and queues.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What stands before the name of every topic and queue, for several systems in one account.
    pub prefix: String,
    /// What runs in this process: opening makes sure that what these services receive from and send to is there.
    pub services: Vec<Service>,
    /// For tests: what goes wrong on purpose when messages are published.
    pub faults: Faults,
}

impl Options {
    /// As the environment says, for a process that runs `services`.
    ///
    /// # Errors
    /// [`ConfigError`] when the prefix cannot be part of a name.
    pub fn from_env(env: &Environment, services: &[Service]) -> Result<Self, ConfigError> {
        let prefix = env.optional_text(&RESOURCE_PREFIX)?.unwrap_or_default();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if prefix.len() > LONGEST_PREFIX || !prefix.chars().all(allowed) {
            return Err(ConfigError::invalid(
                &RESOURCE_PREFIX,
                &prefix,
                "names of queues cannot begin with it",
                "letters, digits, - and _, 40 at the most",
            ));
        }
        Ok(Self {
            faults: Faults::from_env(env)?,
            ..Self::new(prefix, services)
        })
    }

    /// With this prefix, for a process that runs `services`.
    pub fn new(prefix: impl Into<String>, services: &[Service]) -> Self {
        Self {
            prefix: prefix.into(),
            services: services.to_vec(),
            faults: Faults::default(),
        }
    }

    pub(super) fn queue_name(&self, queue: QueueRef) -> String {
        format!("{}{}", self.prefix, queue.name())
    }

    pub(super) fn topic_name(&self, topic: Topic) -> String {
        format!("{}{}", self.prefix, topic.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(value: &str) -> Result<String, ConfigError> {
        let env = Environment::from_pairs([("REVCART_RESOURCE_PREFIX", value)]);
        Ok(Options::from_env(&env, &Service::ALL)?.prefix)
    }

    #[test]
    fn the_prefix_stands_before_every_name() {
        let options = Options::new("blue-", &[]);
        let queue = QueueRef::dead_letters(Service::Order);
        assert_eq!(options.queue_name(queue), "blue-order-service-dlq");
        assert_eq!(options.topic_name(Topic::User), "blue-revcart-user-events");
        assert_eq!(prefix("").unwrap(), "");
        assert_eq!(prefix("team_7-").unwrap(), "team_7-");
    }

    #[test]
    fn a_prefix_that_no_name_can_begin_with_is_refused() {
        for wrong in ["a b", "a.b", "größe-", &"x".repeat(41)] {
            let error = prefix(wrong).unwrap_err().to_string();
            assert!(error.starts_with("REVCART_RESOURCE_PREFIX is "), "{error}");
        }
    }
}
