//! The wording of everything people are told: one template each, its first line the title, the rest the text.
//!
//! A template that lacks a parameter is an error, not a gap in a letter.

use std::str::FromStr;

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

/// `Name = "file"` for each template in `templates/`.
macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident = $file:literal,)*) => {
        /// What can be said.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Template {
            $($(#[$doc])* $name,)*
        }

        impl Template {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name, as in `NotificationSent`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $file,)*
                }
            }

            fn source(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../../templates/", $file, ".txt")),)*
                }
            }
        }
    };
}

templates! {
    /// `welcome`
    Welcome = "welcome",
    /// `security_alert`
    SecurityAlert = "security_alert",
    /// `cart_reminder`
    CartReminder = "cart_reminder",
    /// `low_stock`
    LowStock = "low_stock",
    /// `order_received`
    OrderReceived = "order_received",
    /// `order_confirmed`
    OrderConfirmed = "order_confirmed",
    /// `order_cancelled`
    OrderCancelled = "order_cancelled",
    /// `order_status`
    OrderStatus = "order_status",
    /// `payment_started`
    PaymentStarted = "payment_started",
    /// `payment_receipt`
    PaymentReceipt = "payment_receipt",
    /// `payment_failed`
    PaymentFailed = "payment_failed",
    /// `refund`
    Refund = "refund",
    /// `delivery_assigned`
    DeliveryAssigned = "delivery_assigned",
    /// `out_for_delivery`
    OutForDelivery = "out_for_delivery",
    /// `delivered`
    Delivered = "delivered",
    /// `delivery_failed`
    DeliveryFailed = "delivery_failed",
    /// `one_time_code`
    OneTimeCode = "one_time_code",
}

impl FromStr for Template {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL
            .iter()
            .copied()
            .find(|template| template.name() == name);
        known.ok_or_else(|| format!("there is no template {name:?}"))
    }
}

/// A template, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// One line.
    pub title: String,
    /// All of it.
    pub text: String,
}

/// All templates, parsed.
pub struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// Parses them.
    ///
    /// # Errors
    /// When one of them is no template, which a test sees to.
    pub fn new() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        for template in Template::ALL {
            environment.add_template(template.name(), template.source())?;
        }
        Ok(Self { environment })
    }

    /// Fills a template in.
    ///
    /// # Errors
    /// When a parameter is missing.
    pub fn word(
        &self,
        template: Template,
        parameters: &impl Serialize,
    ) -> Result<Wording, minijinja::Error> {
        let whole = self
            .environment
            .get_template(template.name())?
            .render(Serde(parameters))?;
        let (title, text) = whole.split_once("\n").unwrap_or((&whole, ""));
        Ok(Wording {
            title: title.trim().to_owned(),
            text: text.trim().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_template_can_be_parsed_and_has_a_title() {
        Templates::new().unwrap();
        for template in Template::ALL {
            let (title, text) = template.source().split_once("\n\n").unwrap();
            assert!(
                !title.trim().is_empty() && !title.contains('\n') && !text.trim().is_empty(),
                "{}",
                template.name()
            );
            assert_eq!(template.name().parse(), Ok(*template));
        }
    }

    #[test]
    fn a_missing_parameter_is_an_error() {
        let templates = Templates::new().unwrap();
        assert!(
            templates
                .word(Template::Welcome, &json!({"name": "Ann"}))
                .is_err()
        );
        let welcome = templates
            .word(
                Template::Welcome,
                &json!({"name": "Ann", "email": "ann@example.com"}),
            )
            .unwrap();
        assert_eq!(welcome.title, "Welcome to RevCart, Ann");
        assert!(welcome.text.contains("ann@example.com"));
    }

    #[test]
    fn values_are_data_and_never_templates() {
        let templates = Templates::new().unwrap();
        let welcome = templates
            .word(
                Template::Welcome,
                &json!({"name": "{{ 7 * 7 }}", "email": "a@b.c"}),
            )
            .unwrap();
        assert_eq!(welcome.title, "Welcome to RevCart, {{ 7 * 7 }}");
    }
}
