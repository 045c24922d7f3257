//! `revcart notify`: looking at letters before anybody gets them.

use std::process::ExitCode;

use anyhow::Context;
use notification_service::{Config, preview};
use revcart_runtime::Environment;

use crate::cli::{Notify, Preview};
use crate::output;

pub(super) fn run(notify: &Notify) -> anyhow::Result<ExitCode> {
    match notify {
        Notify::Preview(options) => show(options)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn show(options: &Preview) -> anyhow::Result<()> {
    let Some(template) = &options.template else {
        return list();
    };
    let config = Config::from_env(&Environment::from_process())?;
    let letter = preview::letter(&config, template)
        .context("`revcart notify preview` lists the templates")?;
    let shown = match (options.html, options.text) {
        (true, _) => letter.html,
        (false, true) => letter.text,
        (false, false) => format!(
            "Subject: {}\n\n{}\n\n{}",
            letter.subject, letter.text, letter.html
        ),
    };
    match &options.to {
        Some(file) => std::fs::write(file, shown)
            .with_context(|| format!("{} cannot be written", file.display())),
        None => Ok(output::line(shown).map(drop)?),
    }
}

fn list() -> anyhow::Result<()> {
    let mut table = output::table(["template", "about", "can be ended"]);
    for (name, kind) in preview::templates() {
        let ended = if kind.is_transactional() { "no" } else { "yes" };
        table.add_row([name, kind.about(), ended]);
    }
    output::line(table)?;
    Ok(())
}
