use super::*;

fn with(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_env(&Environment::from_pairs(pairs.iter().copied()))
}

fn refused(pairs: &[(&str, &str)]) -> String {
    with(pairs).unwrap_err().to_string()
}

#[test]
fn the_defaults_are_valid() {
    let config = Config::for_testing();
    assert_eq!(config.kept, Duration::from_secs(90 * 24 * 3600));
    assert!(matches!(config.mailing, Mailing::File));
}

#[test]
fn a_sender_that_would_forge_headers_is_refused() {
    for wrong in ["a@b.c\nBcc: everybody@d.e", "nobody", "a@b.c, d@e.f"] {
        let error = refused(&[("REVCART_MAIL_FROM", wrong)]);
        assert!(error.contains("REVCART_MAIL_FROM"), "{error}");
    }
}

#[test]
fn a_mail_server_is_spoken_to_encrypted_unless_it_is_this_machine() {
    for (url, encryption, address) in [
        (
            "smtps://ann:s%40fe@mx.example.com:465",
            Encryption::FromTheStart,
            "smtps://ann:s%40fe@mx.example.com:465",
        ),
        (
            "smtp://mx.example.com",
            Encryption::StartTls,
            "smtp://mx.example.com?tls=required",
        ),
        (
            "smtp://127.0.0.1:2525?tls=none",
            Encryption::None,
            "smtp://127.0.0.1:2525",
        ),
    ] {
        let config = with(&[("REVCART_MAIL", "smtp"), ("REVCART_SMTP_URL", url)]).unwrap();
        let Mailing::Smtp(server) = config.mailing else {
            panic!("no server");
        };
        assert_eq!(
            (server.encryption, server.address.expose()),
            (encryption, address)
        );
    }
}

#[test]
fn a_mail_server_that_cannot_be_meant_is_refused_without_telling_its_password() {
    for wrong in [
        "smtp://ann:s3cret@mx.example.com?tls=none",
        "smtp://ann:s3cret@mx.example.com?tls=opportunistic",
        "http://ann:s3cret@mx.example.com",
        "ann:s3cret",
    ] {
        let error = refused(&[("REVCART_MAIL", "smtp"), ("REVCART_SMTP_URL", wrong)]);
        assert!(error.starts_with("REVCART_SMTP_URL is [secret]"), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }
    let missing = refused(&[("REVCART_MAIL", "smtp")]);
    assert!(missing.contains("REVCART_SMTP_URL"), "{missing}");
}

#[test]
fn what_stands_in_letters_fits_there() {
    for (name, wrong) in [
        ("REVCART_SHOP_NAME", "Tea\nBcc: all@example.com"),
        ("REVCART_SHOP_URL", "javascript:alert(1)"),
        ("REVCART_SHOP_URL", "https://shop.example.com/path"),
        ("REVCART_SHOP_URL", "https://shop.example.com/?a=b"),
        ("REVCART_UNSUBSCRIBE_KEY", "short"),
    ] {
        let error = refused(&[(name, wrong)]);
        assert!(error.starts_with(name), "{error}");
    }
    let config = with(&[("REVCART_SHOP_URL", "https://shop.example.com/")]).unwrap();
    assert_eq!(config.head.address, "https://shop.example.com");
}
