//! The keys of services that are processes of their own.

use std::path::Path;

use revcart_http_edge::Signer;
use revcart_http_edge::auth::keyring::{self, TrustFile};
use revcart_runtime::Environment;
use shared_events::Service;

fn env(key: &str, trust: &Path) -> Environment {
    Environment::from_pairs([
        ("REVCART_SERVICE_KEY", key),
        ("REVCART_SERVICE_TRUST", trust.to_str().unwrap()),
    ])
}

fn write(folder: &Path, trust: &TrustFile) -> std::path::PathBuf {
    let path = folder.join("trust.json");
    std::fs::write(&path, serde_json::to_string(trust).unwrap()).unwrap();
    path
}

#[test]
fn a_key_is_read_back_as_pem_and_as_base64() {
    let signer = Signer::generate();
    let pem = keyring::to_pem(&signer);
    assert!(pem.lines().all(|line| line.len() <= 64), "{pem}");
    assert_eq!(keyring::from_text(&pem).unwrap().kid(), signer.kid());
    let bare: String = pem.lines().filter(|line| !line.starts_with("--")).collect();
    assert_eq!(keyring::from_text(&bare).unwrap().kid(), signer.kid());
    for wrong in ["", "nonsense", "AAAA"] {
        assert!(keyring::from_text(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_service_may_have_several_keys_while_one_is_being_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new, cart) = (Signer::generate(), Signer::generate(), Signer::generate());
    let mut trust = TrustFile::default();
    assert!(trust.add(Service::Order, old.jwk()));
    let one = serde_json::to_value(&trust).unwrap();
    assert!(one["order-service"].is_object(), "{one}");
    assert!(trust.add(Service::Order, new.jwk()));
    assert!(!trust.add(Service::Order, new.jwk()), "it is there");
    trust.add(Service::Cart, cart.jwk());
    let path = write(folder.path(), &trust);
    for signer in [&old, &new] {
        let env = env(&keyring::to_pem(signer), &path);
        let (own, _) = keyring::read(&env, Service::Order).unwrap();
        assert_eq!(own.kid(), signer.kid());
    }
}

#[test]
fn what_is_wrong_is_told_in_one_line_that_names_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let (order, cart) = (Signer::generate(), Signer::generate());
    let mut trust = TrustFile::default();
    trust.add(Service::Order, order.jwk());
    trust.add(Service::Cart, cart.jwk());
    let path = write(folder.path(), &trust);
    let pem = keyring::to_pem(&order);
    let refusal = |env: &Environment| keyring::read(env, Service::Order).unwrap_err().to_string();

    let both = env(&pem, &path);
    assert!(keyring::read(&both, Service::Order).is_ok());
    let cases = [
        (Environment::default(), "REVCART_SERVICE_KEY is not set"),
        (
            both.with("REVCART_SERVICE_TRUST", ""),
            "REVCART_SERVICE_TRUST is not set",
        ),
        (
            env("sesame", &path),
            "REVCART_SERVICE_KEY is [secret]: not an Ed25519 private key",
        ),
        (env(&pem, Path::new("/nowhere")), "it cannot be read"),
        (
            env(&keyring::to_pem(&cart), &path),
            "not among those of order-service",
        ),
    ];
    for (env, expected) in cases {
        let refusal = refusal(&env);
        assert!(refusal.contains(expected), "{refusal}");
        assert!(
            refusal.contains("revcart keys") && !refusal.contains('\n'),
            "{refusal}"
        );
        assert!(!refusal.contains("sesame"), "{refusal}");
    }
}

#[test]
fn a_key_of_two_services_is_trusted_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let order = Signer::generate();
    let mut trust = TrustFile::default();
    trust.add(Service::Order, order.jwk());
    trust.add(Service::Cart, order.jwk());
    let path = write(folder.path(), &trust);
    let refusal = keyring::read(&env(&keyring::to_pem(&order), &path), Service::Order);
    assert!(
        refusal
            .unwrap_err()
            .to_string()
            .contains("another service's")
    );
}
