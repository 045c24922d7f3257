//! `revcart audit`: checks the invariants over the databases of all services; exit status 1 if one is broken.

use std::process::ExitCode;

use crate::audit;
use crate::cli::Audit;
use crate::inspection::Installation;
use crate::output;

pub(super) async fn run(options: Audit) -> anyhow::Result<ExitCode> {
    let system = Installation::find(&options.data.dir)?;
    let report = audit::run(&system, options.settle).await?;
    if options.data.json {
        output::json(&report)?;
    } else {
        report.print()?;
    }
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
