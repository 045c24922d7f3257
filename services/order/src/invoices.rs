//! Invoices as pages: HTML that prints well, with everything that people wrote escaped, and a policy for browsers under which
//! nothing in it runs or loads.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use rand::Rng;
use serde::Serialize;

use crate::domain::invoice::Invoice;

const TEMPLATE: &str = include_str!("invoices/invoice.html");
const NAME: &str = "invoice.html";

/// The template, parsed.
pub(crate) struct Invoices(Environment<'static>);

/// An invoice to be shown.
pub(crate) struct Page {
    /// The document.
    pub(crate) html: String,
    /// The `Content-Security-Policy` under which it is to be shown: its one style sheet, and nothing else.
    pub(crate) policy: String,
}

#[derive(Serialize)]
struct Shown<'a> {
    invoice: &'a Invoice,
    nonce: &'a str,
}

impl Invoices {
    /// Parses it.
    ///
    /// # Panics
    /// Never: a test fills it in.
    pub(crate) fn new() -> Invoices {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment
            .add_template(NAME, TEMPLATE)
            .expect("the template is a part of the program");
        Invoices(environment)
    }

    /// The page of an invoice.
    pub(crate) fn page(&self, invoice: &Invoice) -> Result<Page, minijinja::Error> {
        let nonce = format!("{:032x}", rand::rng().random::<u128>());
        let shown = Shown {
            invoice,
            nonce: &nonce,
        };
        let html = self.0.get_template(NAME)?.render(Serde(&shown))?;
        let policy = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        Ok(Page { html, policy })
    }
}

#[cfg(test)]
mod tests {
    use shared_events::OrderStatus;

    use super::*;
    use crate::domain::because::Because;
    use crate::domain::invoice::Seller;
    use crate::domain::samples::{NOON, order};

    fn page_of(product: &str) -> Page {
        let mut order = order();
        order.terms.lines[0].name = product.to_owned();
        order.move_to(OrderStatus::Confirmed, Because::default(), NOON);
        let seller = Seller {
            name: "Tea & more".to_owned(),
            address: vec!["12 MG Road".to_owned()],
            tax_id: Some("GSTIN 29ABCDE1234F1Z5".to_owned()),
        };
        let invoice = Invoice::of(&order, &seller).unwrap();
        Invoices::new().page(&invoice).unwrap()
    }

    #[test]
    fn the_page_shows_seller_buyer_lines_and_sums() {
        let html = page_of("Assam tea").html;
        for text in [
            "Tea &amp; more",
            "GSTIN 29ABCDE1234F1Z5",
            "Asha Rao",
            "12 MG Road",
            "Assam tea",
            "INR 398.00",
            "5 %",
            "INR 457.90",
        ] {
            assert!(html.contains(text), "{text} is missing in\n{html}");
        }
    }

    #[test]
    fn what_people_wrote_is_never_markup() {
        let html = page_of("<script>alert(1)</script>\"'{{ nonce }}").html;
        assert!(!html.contains("<script"), "{html}");
        assert!(
            html.contains("&lt;script&gt;") && html.contains("{{ nonce }}"),
            "{html}"
        );
    }

    #[test]
    fn the_policy_lets_the_one_style_sheet_in_and_is_new_each_time() {
        let (page, other) = (page_of("tea"), page_of("tea"));
        let (_, rest) = page.policy.split_once("'nonce-").unwrap();
        let nonce = &rest[..32];
        assert_eq!(page.html.matches("<style").count(), 1);
        assert!(page.html.contains(&format!("<style nonce=\"{nonce}\">")));
        assert!(!page.html.contains(" style="), "the policy would refuse it");
        assert_ne!(page.policy, other.policy);
    }
}
