//! The policy of a queue: which topics may send to it, and nobody else.

use serde_json::{Value, json};

/// What SNS needs to be allowed.
const ACTION: &str = "sqs:SendMessage";
const SERVICE: &str = "sns.amazonaws.com";

/// A policy that lets these topics send to the queue.
pub(super) fn letting_in(queue_arn: &str, topics: &[String]) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "RevCartTopics",
            "Effect": "Allow",
            "Principal": { "Service": SERVICE },
            "Action": ACTION,
            "Resource": queue_arn,
            "Condition": { "ArnEquals": { "aws:SourceArn": topics } },
        }],
    })
    .to_string()
}

/// Whether a policy, written by whomever, lets a topic send: a statement that allows it, under no condition but its source.
pub(super) fn lets_in(policy: &str, topic: &str) -> bool {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = one_or_more(&policy["Statement"]);
    statements.into_iter().any(|statement| {
        let principal = &statement["Principal"];
        let of_sns = one_or_more(&principal["Service"]).contains(&&Value::from(SERVICE));
        let actions = one_or_more(&statement["Action"]);
        statement["Effect"] == "Allow"
            && (of_sns || *principal == "*" || principal["AWS"] == "*")
            && actions.into_iter().any(is_sending)
            && sources(&statement["Condition"]).contains(&topic)
    })
}

fn is_sending(action: &Value) -> bool {
    let action = action.as_str().unwrap_or_default();
    ["sqs:SendMessage", "sqs:*", "*"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(action))
}

/// The sources that a condition names, if it is about nothing else.
fn sources(condition: &Value) -> Vec<&str> {
    let Some(tests) = condition.as_object().filter(|tests| tests.len() == 1) else {
        return Vec::new();
    };
    tests
        .iter()
        .filter(|(test, _)| ["ArnEquals", "ArnLike", "StringEquals"].contains(&test.as_str()))
        .flat_map(|(_, keys)| one_or_more(&keys["aws:SourceArn"]))
        .filter_map(Value::as_str)
        .collect()
}

/// In policies a list of one may be written without the list.
fn one_or_more(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_policy_lets_in_exactly_its_topics() {
        let policy = letting_in("arn:queue", &["arn:a".to_owned(), "arn:b".to_owned()]);
        assert!(lets_in(&policy, "arn:a") && lets_in(&policy, "arn:b"));
        assert!(!lets_in(&policy, "arn:c"));
    }

    #[test]
    fn a_policy_in_other_words_is_understood() {
        let policy = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":["sns.amazonaws.com"]},
            "Action":["SQS:SendMessage"],"Condition":{"ArnLike":{"aws:SourceArn":"arn:a"}}}}"#;
        assert!(lets_in(policy, "arn:a"));
    }

    #[test]
    fn a_policy_that_allows_something_else_does_not_let_in() {
        let good = letting_in("arn:queue", &["arn:a".to_owned()]);
        for (from, to) in [
            ("Allow", "Deny"),
            ("sns.amazonaws.com", "s3.amazonaws.com"),
            ("sqs:SendMessage", "sqs:ReceiveMessage"),
            ("ArnEquals", "ArnNotEquals"),
        ] {
            assert!(!lets_in(&good.replace(from, to), "arn:a"), "{to}");
        }
        assert!(!lets_in("", "arn:a") && !lets_in("nonsense", "arn:a"));
    }
}
