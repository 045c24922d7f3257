//! Signatures of gateways: HMAC-SHA256, in hexadecimal digits, compared in constant time.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::SHA256_OUTPUT_LEN;
use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use revcart_runtime::config::Secret;

/// How many signatures are looked at: a message has one, and two or three while a secret is being changed.
const MOST: usize = 8;

/// Whether `signature` is that of `message`.
pub(super) fn is_valid(secret: &Secret, message: &[u8], signature: &str) -> bool {
    is_among(secret, message, [signature])
}

/// Whether the signature of `message` is among the first eight of `signatures`, not counting those that cannot be one. However
/// many there are, the message is gone through once, and not at all if there is none: anybody may send them.
pub(super) fn is_among<'a>(
    secret: &Secret,
    message: &[u8],
    signatures: impl IntoIterator<Item = &'a str>,
) -> bool {
    let tags: Vec<_> = signatures.into_iter().filter_map(tag).take(MOST).collect();
    if tags.is_empty() {
        return false;
    }
    let key = Key::new(HMAC_SHA256, secret.expose().as_bytes());
    let expected = hmac::sign(&key, message);
    tags.iter()
        .any(|tag| verify_slices_are_equal(expected.as_ref(), tag).is_ok())
}

/// What 64 hexadecimal digits stand for; nothing else can be a signature.
fn tag(signature: &str) -> Option<[u8; SHA256_OUTPUT_LEN]> {
    let mut tag = [0; SHA256_OUTPUT_LEN];
    hex::decode_to_slice(signature, &mut tag).ok()?;
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_signature_of_the_very_message_is_valid() {
        // RFC 4231, test case 2.
        let secret = Secret::new("Jefe");
        let signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let message = b"what do ya want for nothing?";
        assert!(is_valid(&secret, message, signature));
        assert!(is_valid(&secret, message, &signature.to_uppercase()));
        assert!(!is_valid(&secret, b"what do you want?", signature));
        assert!(!is_valid(&Secret::new("jefe"), message, signature));
        for bad in ["", "5bdc", "zz", &signature[..62]] {
            assert!(!is_valid(&secret, message, bad), "{bad}");
        }
    }

    #[test]
    fn eight_signatures_are_looked_at_and_what_is_none_does_not_count() {
        let secret = Secret::new("Jefe");
        let message = b"what do ya want for nothing?";
        let good = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let wrong = "0".repeat(64);
        let found = |before: &str, times: usize| {
            let signatures = std::iter::repeat_n(before, times).chain([good]);
            is_among(&secret, message, signatures)
        };
        assert!(found(&wrong, 7));
        assert!(!found(&wrong, 8));
        for nonsense in ["", "5bdc", &wrong[..63], &"0".repeat(65), &"z".repeat(64)] {
            assert!(found(nonsense, 100_000), "{nonsense}");
        }
        assert!(!is_among(&secret, message, []));
    }

    /// `tests/vectors/make.py` had them judged by Razorpay's own package for Python.
    #[test]
    fn what_the_package_of_razorpay_accepts_is_accepted_and_nothing_else() {
        let vectors = include_str!("../../tests/vectors/signatures.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        let vectors = vectors["razorpay"].as_array().unwrap();
        assert!(vectors.len() > 30);
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            let secret = Secret::new(text("secret"));
            let accepted = is_valid(&secret, text("message").as_bytes(), text("signature"));
            assert_eq!(accepted, vector["valid"].as_bool().unwrap(), "{vector}");
        }
    }
}
