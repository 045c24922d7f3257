//! Writes `schemas/events`, `schemas/golden` and `schemas/asyncapi.yaml`, or says what is out of date there.
//!
//! A change that would break a consumer is refused. A version that was never published may still be changed: delete its
//! files first. Golden files that exist are left as they are.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use serde_json::Value;
use shared_events::schema::{self, File, compatibility};

const USAGE: &str = "usage: write-schemas [--check] [--against DIR]
  --check        write nothing, fail if something is out of date
  --against DIR  also compare with another `schemas` directory, that of the main branch";

struct Options {
    check: bool,
    against: Option<PathBuf>,
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> anyhow::Result<Options> {
    let mut options = Options {
        check: false,
        against: None,
    };
    let mut arguments = env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--check") => options.check = true,
            Some("--against") => options.against = Some(arguments.next().context(USAGE)?.into()),
            _ => bail!(USAGE),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> anyhow::Result<()> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    refuse_breaks(&directory)?;
    if let Some(other) = &options.against {
        if !other.join("events").is_dir() {
            bail!("there are no schemas in {}", other.display());
        }
        refuse_breaks(other)?;
        refuse_changed_golden_files(&directory, other)?;
    }
    let outdated: Vec<_> = schema::files()
        .into_iter()
        .filter(|file| !up_to_date(&directory, file))
        .collect();
    if options.check {
        return report(&outdated);
    }
    for file in &outdated {
        write(&directory.join(&file.path), &file.content)?;
        println!("wrote schemas/{}", file.path);
    }
    Ok(())
}

fn refuse_breaks(schemas: &Path) -> anyhow::Result<()> {
    let found = compatibility::breaks(&committed(&schemas.join("events"))?, &schema::schemas());
    if found.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = found.iter().map(ToString::to_string).collect();
    bail!(
        "changes that are not allowed within a version (make a new version with an upcaster):\n{}",
        list.join("\n")
    )
}

/// A golden file of the other branch that is different here, or gone, is no witness any more.
fn refuse_changed_golden_files(ours: &Path, theirs: &Path) -> anyhow::Result<()> {
    let ours = texts(&ours.join("golden"))?;
    let changed: Vec<_> = texts(&theirs.join("golden"))?
        .into_iter()
        .filter(|(id, text)| ours.get(id) != Some(text))
        .map(|(id, _)| format!("golden/{id}.json"))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    bail!(
        "golden files are written once and never changed:\n{}",
        changed.join("\n")
    )
}

/// The schemas that lie in a directory, by id.
fn committed(directory: &Path) -> anyhow::Result<BTreeMap<String, Value>> {
    texts(directory)?
        .into_iter()
        .map(|(id, text)| {
            let schema =
                serde_json::from_str(&text).with_context(|| format!("{id}.json is not JSON"))?;
            Ok((id, schema))
        })
        .collect()
}

/// The files of a directory by name without ending; none if there is no such directory yet.
fn texts(directory: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot list {}", directory.display()));
        }
    };
    let mut texts = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let id = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        texts.insert(id, text);
    }
    Ok(texts)
}

fn up_to_date(directory: &Path, file: &File) -> bool {
    match fs::read_to_string(directory.join(&file.path)) {
        Ok(content) => file.frozen || content == file.content,
        Err(_) => false,
    }
}

fn report(outdated: &[File]) -> anyhow::Result<()> {
    if outdated.is_empty() {
        return Ok(());
    }
    let list: Vec<_> = outdated
        .iter()
        .map(|file| format!("schemas/{}", file.path))
        .collect();
    bail!("out of date (run `make schemas`):\n{}", list.join("\n"))
}

fn write(path: &Path, content: &str) -> anyhow::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot create {}", parent.display()))?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}
