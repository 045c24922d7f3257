//! The accounts of gateways outside. Without keys a gateway is not there.

use std::str::FromStr;

use http::Uri;
use revcart_runtime::config::Secret;
use revcart_runtime::{ConfigError, Environment, Setting};

pub(super) const STRIPE_SECRET_KEY: Setting = Setting {
    name: "REVCART_STRIPE_SECRET_KEY",
    default: None,
    meaning: "secret key of the Stripe account (sk_…, or a restricted key for payment intents and refunds); without it there is no Stripe",
    secret: true,
};
pub(super) const STRIPE_WEBHOOK_SECRET: Setting = Setting {
    name: "REVCART_STRIPE_WEBHOOK_SECRET",
    default: None,
    meaning: "signing secret of the webhook endpoint at Stripe (whsec_…); without it webhooks are refused and payments are polled",
    secret: true,
};
pub(super) const STRIPE_PUBLISHABLE_KEY: Setting = Setting {
    name: "REVCART_STRIPE_PUBLISHABLE_KEY",
    default: None,
    meaning: "publishable key of the Stripe account (pk_…), told to shoppers' pages",
    secret: false,
};
pub(super) const STRIPE_URL: Setting = Setting {
    name: "REVCART_STRIPE_URL",
    default: Some("https://api.stripe.com"),
    meaning: "where Stripe is: an https address, or an http one of this machine",
    secret: false,
};
pub(super) const RAZORPAY_KEY_ID: Setting = Setting {
    name: "REVCART_RAZORPAY_KEY_ID",
    default: None,
    meaning: "key id of the Razorpay account (rzp_…), told to shoppers' pages; without it there is no Razorpay",
    secret: false,
};
pub(super) const RAZORPAY_KEY_SECRET: Setting = Setting {
    name: "REVCART_RAZORPAY_KEY_SECRET",
    default: None,
    meaning: "the secret that belongs to REVCART_RAZORPAY_KEY_ID",
    secret: true,
};
pub(super) const RAZORPAY_WEBHOOK_SECRET: Setting = Setting {
    name: "REVCART_RAZORPAY_WEBHOOK_SECRET",
    default: None,
    meaning: "secret of the webhook at Razorpay; without it webhooks are refused and payments are polled",
    secret: true,
};
pub(super) const RAZORPAY_URL: Setting = Setting {
    name: "REVCART_RAZORPAY_URL",
    default: Some("https://api.razorpay.com"),
    meaning: "where Razorpay is: an https address, or an http one of this machine",
    secret: false,
};

/// An account at Stripe.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// By which it is asked.
    pub secret_key: Secret,
    /// By which it signs what it tells.
    pub webhook_secret: Option<Secret>,
    /// By which pages name the shop.
    pub publishable_key: Option<String>,
    /// Where it is.
    pub url: String,
}

/// An account at Razorpay.
#[derive(Debug, Clone)]
pub struct RazorpayConfig {
    /// By which pages name the shop.
    pub key_id: String,
    /// By which it is asked, and by which it signs what the page brings.
    pub key_secret: Secret,
    /// By which it signs what it tells.
    pub webhook_secret: Option<Secret>,
    /// Where it is.
    pub url: String,
}

impl StripeConfig {
    /// None without a secret key.
    pub(super) fn from_env(env: &Environment) -> Result<Option<Self>, ConfigError> {
        let url = env.parse::<Address>(&STRIPE_URL)?;
        let Some(secret_key) = env.optional_secret(&STRIPE_SECRET_KEY)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            secret_key,
            webhook_secret: env.optional_secret(&STRIPE_WEBHOOK_SECRET)?,
            publishable_key: env.optional_text(&STRIPE_PUBLISHABLE_KEY)?,
            url: url.0,
        }))
    }
}

impl RazorpayConfig {
    /// None without keys; half a pair is an error.
    pub(super) fn from_env(env: &Environment) -> Result<Option<Self>, ConfigError> {
        let url = env.parse::<Address>(&RAZORPAY_URL)?;
        let id = env.optional_text(&RAZORPAY_KEY_ID)?;
        let secret = env.optional_secret(&RAZORPAY_KEY_SECRET)?;
        if id.is_none() && secret.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            key_id: env.text(&RAZORPAY_KEY_ID)?,
            key_secret: env.secret(&RAZORPAY_KEY_SECRET)?,
            webhook_secret: env.optional_secret(&RAZORPAY_WEBHOOK_SECRET)?,
            url: url.0,
        }))
    }
}

/// An address to which keys may be sent: encrypted, or of this very machine.
struct Address(String);

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| "it is no address")?;
        let is_here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
        match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(_)) => Ok(Self(text.to_owned())),
            (Some("http"), _) if is_here => Ok(Self(text.to_owned())),
            _ => Err("keys are sent there: it must begin with https://"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateway_without_keys_is_not_there() {
        let none = Environment::default();
        assert!(StripeConfig::from_env(&none).unwrap().is_none());
        assert!(RazorpayConfig::from_env(&none).unwrap().is_none());
        let both = Environment::from_pairs([
            ("REVCART_STRIPE_SECRET_KEY", "sk_test_planted"),
            ("REVCART_RAZORPAY_KEY_ID", "rzp_test_1"),
            ("REVCART_RAZORPAY_KEY_SECRET", "rzp_planted"),
        ]);
        let stripe = StripeConfig::from_env(&both).unwrap().unwrap();
        let razorpay = RazorpayConfig::from_env(&both).unwrap().unwrap();
        assert_eq!(stripe.url, "https://api.stripe.com");
        let shown = format!("{stripe:?} {razorpay:?}");
        assert!(!shown.contains("planted"), "{shown}");
    }

    #[test]
    fn half_a_pair_of_keys_is_an_error_that_names_the_other_half() {
        for (given, missing) in [
            ("REVCART_RAZORPAY_KEY_ID", "REVCART_RAZORPAY_KEY_SECRET"),
            ("REVCART_RAZORPAY_KEY_SECRET", "REVCART_RAZORPAY_KEY_ID"),
        ] {
            let error = RazorpayConfig::from_env(&Environment::from_pairs([(given, "x")]));
            let error = error.unwrap_err().to_string();
            assert!(error.contains(missing), "{error}");
        }
    }

    #[test]
    fn keys_go_nowhere_unencrypted_but_to_this_machine() {
        for (address, is_good) in [
            ("https://api.stripe.com", true),
            ("http://127.0.0.1:8420", true),
            ("http://localhost:8420", true),
            ("http://api.stripe.com", false),
            ("http://127.0.0.1.example.com", false),
            ("ftp://127.0.0.1", false),
            ("api.stripe.com", false),
        ] {
            assert_eq!(address.parse::<Address>().is_ok(), is_good, "{address}");
        }
    }
}
