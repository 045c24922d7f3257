//! Signatures of gateways: HMAC-SHA256, in hexadecimal digits, compared in constant time.

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use revcart_runtime::config::Secret;

/// Whether `signature` is that of `message`.
pub(super) fn is_valid(secret: &Secret, message: &[u8], signature: &str) -> bool {
    let Ok(tag) = hex::decode(signature) else {
        return false;
    };
    let key = Key::new(HMAC_SHA256, secret.expose().as_bytes());
    hmac::verify(&key, message, &tag).is_ok()
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
