//! `revcart keys`: makes the keys by which services that are processes of their own know each other.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use revcart_http_edge::Signer;
use revcart_http_edge::auth::keyring::{self, TrustFile};
use shared_events::Service;

use crate::cli::Keys;

/// The public keys of all services.
const TRUST: &str = "trust.json";

pub(super) fn run(options: &Keys) -> anyhow::Result<ExitCode> {
    for line in make(&options.dir, options.rotate)? {
        println!("{line}");
    }
    println!(
        "start each service with REVCART_SERVICE_KEY_FILE={} and REVCART_SERVICE_TRUST={}",
        options.dir.join("<service>-service.pem").display(),
        trust_file(&options.dir).display()
    );
    Ok(ExitCode::SUCCESS)
}

/// Where a service's private key is.
pub(super) fn key_file(dir: &Path, service: Service) -> PathBuf {
    dir.join(format!("{}.pem", service.name()))
}

/// Where the public keys are.
pub(super) fn trust_file(dir: &Path) -> PathBuf {
    dir.join(TRUST)
}

/// Makes what is missing, and a new key for `rotate`, whose old one is still trusted; says what was done.
pub(super) fn make(dir: &Path, rotate: Option<Service>) -> anyhow::Result<Vec<String>> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let mut trust = read_trust(&trust_file(dir))?;
    let mut done = Vec::new();
    for service in Service::ALL {
        let file = key_file(dir, service);
        let signer = if file.exists() && rotate != Some(service) {
            read_key(&file)?
        } else {
            let signer = Signer::generate();
            replace(&file, &keyring::to_pem(&signer), true)?;
            done.push(format!("made {}", file.display()));
            signer
        };
        if trust.add(service, signer.jwk()) {
            done.push(format!(
                "{} is trusted with {}",
                service.name(),
                signer.kid()
            ));
        }
    }
    if done.is_empty() {
        done.push("every key was there".to_owned());
    } else {
        let text = serde_json::to_string_pretty(&trust)?;
        replace(&trust_file(dir), &text, false)?;
    }
    Ok(done)
}

fn read_key(file: &Path) -> anyhow::Result<Signer> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    keyring::from_text(&text).with_context(|| {
        format!(
            "{} cannot be used; delete it to have a new one made",
            file.display()
        )
    })
}

fn read_trust(file: &Path) -> anyhow::Result<TrustFile> {
    if !file.exists() {
        return Ok(TrustFile::default());
    }
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no table of keys", file.display()))
}

/// Writes a file whole or not at all.
fn replace(file: &Path, text: &str, secret: bool) -> anyhow::Result<()> {
    let new = file.with_extension("new");
    let written = create(&new, secret)
        .and_then(|mut created| {
            created.write_all(text.as_bytes())?;
            created.sync_all()
        })
        .and_then(|()| std::fs::rename(&new, file));
    written.with_context(|| format!("cannot write {}", file.display()))
}

fn create(file: &Path, secret: bool) -> std::io::Result<File> {
    // One that was left behind may be readable for others.
    if file.exists() {
        std::fs::remove_file(file)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(file)
}

#[cfg(test)]
mod tests {
    use revcart_runtime::Environment;

    use super::*;

    fn env(dir: &Path, service: Service) -> Environment {
        Environment::from_pairs(
            [
                ("REVCART_SERVICE_KEY_FILE", key_file(dir, service)),
                ("REVCART_SERVICE_TRUST", trust_file(dir)),
            ]
            .map(|(name, path)| (name, path.to_str().unwrap().to_owned())),
        )
    }

    #[test]
    fn every_service_gets_a_key_that_all_trust_and_nobody_else_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("keys");
        make(&dir, None).unwrap();
        for service in Service::ALL {
            let env = env(&dir, service);
            assert!(keyring::read(&env, service).is_ok());
            assert_eq!(keyring::owner(&env), Ok(service));
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = key_file(&dir, service)
                    .metadata()
                    .unwrap()
                    .permissions()
                    .mode();
                assert_eq!(mode & 0o777, 0o600);
            }
        }
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), None).unwrap();
        let before = std::fs::read(key_file(folder.path(), Service::Order)).unwrap();
        std::fs::remove_file(key_file(folder.path(), Service::Cart)).unwrap();
        let done = make(folder.path(), None).unwrap();
        assert!(done[0].contains("cart-service.pem"), "{done:?}");
        assert_eq!(
            std::fs::read(key_file(folder.path(), Service::Order)).unwrap(),
            before
        );
        assert_eq!(make(folder.path(), None).unwrap(), ["every key was there"]);
    }

    #[test]
    fn a_key_that_is_changed_is_trusted_beside_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), None).unwrap();
        let old = std::fs::read_to_string(key_file(folder.path(), Service::Order)).unwrap();
        make(folder.path(), Some(Service::Order)).unwrap();
        let new = std::fs::read_to_string(key_file(folder.path(), Service::Order)).unwrap();
        assert_ne!(old, new);
        let trust = trust_file(folder.path());
        for key in [old, new] {
            let env = Environment::from_pairs([
                ("REVCART_SERVICE_KEY", key),
                ("REVCART_SERVICE_TRUST", trust.to_str().unwrap().to_owned()),
            ]);
            assert!(keyring::read(&env, Service::Order).is_ok());
        }
    }

    #[test]
    fn a_key_that_cannot_be_used_is_named_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = key_file(folder.path(), Service::Order);
        std::fs::write(&file, "sesame").unwrap();
        let error = make(folder.path(), None).unwrap_err();
        assert!(
            format!("{error:#}").contains("order-service.pem"),
            "{error:#}"
        );
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "sesame");
    }
}
