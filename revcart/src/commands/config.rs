//! `revcart config`: every setting, where its value comes from, and what it means. Secrets are not printed.

use std::process::ExitCode;

use comfy_table::{ContentArrangement, Table};
use revcart_runtime::Environment;
use revcart_runtime::config::Setting;
use serde_json::json;

use crate::assembly;
use crate::cli::Config;

pub(super) fn run(options: &Config) -> anyhow::Result<ExitCode> {
    let env = Environment::from_process();
    let settings = assembly::settings();
    if options.json {
        println!(
            "{}",
            serde_json::to_string_pretty(
                &settings
                    .iter()
                    .map(|(group, setting)| row(&env, group, setting))
                    .collect::<Vec<_>>()
            )?
        );
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new();
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["setting", "value", "default", "meaning"]);
    for (_, setting) in &settings {
        let shown = env.shown(setting);
        table.add_row([
            setting.name.to_owned(),
            shown.value.unwrap_or_default(),
            setting.default.unwrap_or_default().to_owned(),
            setting.meaning.to_owned(),
        ]);
    }
    println!("{table}");
    for unknown in assembly::unknown_settings(&env) {
        println!("unknown setting in the environment: {unknown}");
    }
    Ok(ExitCode::SUCCESS)
}

fn row(env: &Environment, group: &str, setting: &Setting) -> serde_json::Value {
    let shown = env.shown(setting);
    json!({"name": setting.name, "group": group, "value": shown.value, "default": setting.default, "meaning": setting.meaning, "secret": setting.secret})
}
