//! The wording of everything people are told: one set of templates each. The text's first line is the title, the rest the text;
//! the HTML says the same, and every value in it is escaped. Values are data and never templates.
//!
//! A template that lacks a parameter is an error, not a gap in a letter.

use std::str::FromStr;

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

use super::Kind;

/// `Name = "file" of Kind` for each set in `templates/`.
macro_rules! templates {
    ($($(#[$doc:meta])* $name:ident = $file:literal of $kind:ident,)*) => {
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

            /// The kind of news that it words.
            #[must_use]
            pub fn kind(self) -> Kind {
                match self {
                    $(Self::$name => Kind::$kind,)*
                }
            }

            /// Text and HTML.
            fn sources(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$name => (
                        include_str!(concat!("../../templates/", $file, ".txt")),
                        include_str!(concat!("../../templates/", $file, ".html")),
                    ),)*
                }
            }
        }
    };
}

templates! {
    /// `welcome`
    Welcome = "welcome" of Account,
    /// `security_alert`
    SecurityAlert = "security_alert" of Account,
    /// `account-locked`
    AccountLocked = "account-locked" of Account,
    /// `otp-register`
    OtpRegister = "otp-register" of Account,
    /// `otp-reset`
    OtpReset = "otp-reset" of Account,
    /// `otp-change`
    OtpChange = "otp-change" of Account,
    /// `cart_reminder`
    CartReminder = "cart_reminder" of Reminders,
    /// `low_stock`
    LowStock = "low_stock" of Stock,
    /// `purchase_order`
    PurchaseOrder = "purchase_order" of Supply,
    /// `order_received`
    OrderReceived = "order_received" of Orders,
    /// `order_confirmed`
    OrderConfirmed = "order_confirmed" of Orders,
    /// `order_cancelled`
    OrderCancelled = "order_cancelled" of Orders,
    /// `order_status`
    OrderStatus = "order_status" of Orders,
    /// `payment_started`
    PaymentStarted = "payment_started" of Orders,
    /// `payment_receipt`
    PaymentReceipt = "payment_receipt" of Orders,
    /// `payment_failed`
    PaymentFailed = "payment_failed" of Orders,
    /// `refund`
    Refund = "refund" of Orders,
    /// `delivery_assigned`
    DeliveryAssigned = "delivery_assigned" of Deliveries,
    /// `out_for_delivery`
    OutForDelivery = "out_for_delivery" of Deliveries,
    /// `delivered`
    Delivered = "delivered" of Deliveries,
    /// `delivery_failed`
    DeliveryFailed = "delivery_failed" of Deliveries,
}

impl Template {
    /// Whether it tells a secret: that stands in no list, and is kept no longer than it takes to send it.
    #[must_use]
    pub fn is_secret(self) -> bool {
        matches!(self, Self::OtpRegister | Self::OtpReset | Self::OtpChange)
    }
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
    /// The same for a letter in HTML, without what stands around it.
    pub html: String,
}

/// What stands around every letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// What the shop is called.
    pub shop: String,
    /// Where the shop is found, without a slash at the end.
    pub address: String,
}

/// All templates, parsed.
pub struct Templates {
    environment: Environment<'static>,
    head: Letterhead,
}

/// Characters of a title: what is cut off there still stands in the text.
const LONGEST_TITLE: usize = 200;
const TEXT_LAYOUT: &str = "layout.txt";
const HTML_LAYOUT: &str = "layout.html";

impl Templates {
    /// Parses them.
    ///
    /// # Errors
    /// When one of them is no template, which a test sees to.
    pub fn new(head: Letterhead) -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.add_global("shop", head.shop.as_str());
        environment.add_global("address", head.address.as_str());
        environment.add_template(TEXT_LAYOUT, include_str!("../../templates/layout.txt"))?;
        environment.add_template(HTML_LAYOUT, include_str!("../../templates/layout.html"))?;
        for template in Template::ALL {
            let (text, html) = template.sources();
            // What is escaped goes by the ending of the name.
            environment.add_template_owned(format!("{}.txt", template.name()), text)?;
            environment.add_template_owned(format!("{}.html", template.name()), html)?;
        }
        Ok(Self { environment, head })
    }

    /// What stands around every letter.
    #[must_use]
    pub fn head(&self) -> &Letterhead {
        &self.head
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
        let render = |ending: &str| {
            let name = format!("{}.{ending}", template.name());
            self.environment
                .get_template(&name)?
                .render(Serde(parameters))
        };
        let (whole, html) = (render("txt")?, render("html")?);
        let (title, text) = whole.split_once('\n').unwrap_or((&whole, ""));
        Ok(Wording {
            title: one_line(title.trim()).chars().take(LONGEST_TITLE).collect(),
            text: text.trim().to_owned(),
            html: html.trim().to_owned(),
        })
    }

    /// The text of a letter, with what stands below it.
    ///
    /// # Errors
    /// When the layout lacks a parameter, which a test sees to.
    pub fn text_letter(
        &self,
        text: &str,
        unsubscribe: Option<&str>,
    ) -> Result<String, minijinja::Error> {
        let layout = self.environment.get_template(TEXT_LAYOUT)?;
        layout.render(context! { content => text, unsubscribe => unsubscribe })
    }

    /// A letter in HTML around a filled-in template.
    ///
    /// # Errors
    /// When the layout lacks a parameter, which a test sees to.
    pub fn html_letter(
        &self,
        (title, html): (&str, &str),
        unsubscribe: Option<&str>,
    ) -> Result<String, minijinja::Error> {
        let layout = self.environment.get_template(HTML_LAYOUT)?;
        // The values in it have been escaped when it was filled in.
        let content = Value::from_safe_string(html.to_owned());
        layout.render(context! { title => title, content => content, unsubscribe => unsubscribe })
    }
}

/// Titles become headers and lines in lists; whoever chose a name must not get to write another one.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests;
