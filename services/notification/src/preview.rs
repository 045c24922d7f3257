//! Letters to look at before they are sent to anybody: each template with parameters that go with it.

use anyhow::{Context, anyhow};

use crate::config::Config;
use crate::domain::{Kind, Template, Templates, sample};

/// A letter as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Every template by its name, with its kind.
pub fn templates() -> impl Iterator<Item = (&'static str, Kind)> {
    Template::ALL
        .iter()
        .map(|template| (template.name(), template.kind()))
}

/// The letter of this template, from the shop that the configuration names.
///
/// # Errors
/// When there is no such template.
pub fn letter(config: &Config, template: &str) -> anyhow::Result<Preview> {
    let template: Template = template.parse().map_err(|error: String| anyhow!(error))?;
    let templates = Templates::new(config.head.clone())?;
    let worded = templates
        .word(template, &sample(template))
        .context("the sample does not go with the template")?;
    let link = format!(
        "{}/api/notifications/unsubscribe?token=…",
        config.head.address
    );
    let link = (!template.kind().is_transactional()).then_some(link.as_str());
    Ok(Preview {
        text: templates.text_letter(&worded.text, link)?,
        html: templates.html_letter((&worded.title, &worded.html), link)?,
        subject: worded.title,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_looked_at_and_says_how_to_unsubscribe_where_one_can() {
        let config = Config::for_testing();
        for (name, kind) in templates() {
            let preview = letter(&config, name).unwrap();
            assert!(preview.html.starts_with("<!doctype html>"), "{name}");
            for part in [preview.text, preview.html] {
                assert_eq!(
                    part.contains("unsubscribe?token="),
                    !kind.is_transactional(),
                    "{name}: {part}"
                );
            }
        }
        let error = letter(&config, "no_such").unwrap_err();
        assert_eq!(error.to_string(), "there is no template \"no_such\"");
    }
}
