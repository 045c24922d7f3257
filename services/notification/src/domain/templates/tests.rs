use serde_json::{Value as Json, json};

use super::*;
use crate::domain::sample;

fn templates() -> Templates {
    Templates::new(Letterhead {
        shop: "Tea & Co".to_owned(),
        address: "https://shop.example.com".to_owned(),
    })
    .unwrap()
}

#[test]
fn every_template_says_the_same_in_text_and_html_with_its_sample() {
    let templates = templates();
    for template in Template::ALL {
        let worded = templates
            .word(*template, &sample(*template))
            .unwrap_or_else(|error| panic!("{}: {error:#}", template.name()));
        assert!(
            !worded.title.is_empty() && !worded.text.is_empty() && !worded.html.is_empty(),
            "{}",
            template.name()
        );
        for value in leaves(&sample(*template)) {
            let escaped = minijinja::HtmlEscape(&value).to_string();
            let in_text = worded.title.contains(&value) || worded.text.contains(&value);
            let in_html = worded.title.contains(&value) || worded.html.contains(&escaped);
            assert_eq!(
                in_text,
                in_html,
                "{}: {value} stands in one part only\n{}",
                template.name(),
                worded.html
            );
        }
        assert_eq!(template.name().parse(), Ok(*template));
    }
}

/// Every text and number of the parameters, as it is shown.
fn leaves(value: &Json) -> Vec<String> {
    match value {
        Json::Object(fields) => fields.values().flat_map(leaves).collect(),
        Json::Array(items) => items.iter().flat_map(leaves).collect(),
        Json::String(text) => vec![text.clone()],
        Json::Number(number) => vec![number.to_string()],
        Json::Null | Json::Bool(_) => Vec::new(),
    }
}

#[test]
fn a_missing_parameter_is_an_error() {
    let templates = templates();
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
    assert_eq!(welcome.title, "Welcome to Tea & Co, Ann");
    assert!(welcome.text.contains("ann@example.com"));
}

#[test]
fn values_are_data_and_never_templates_markup_or_headers() {
    let hostile = "{{ 7 * 7 }}<script>alert(1)</script>\r\nBcc: all@example.com";
    let templates = templates();
    for template in Template::ALL {
        let mut parameters = sample(*template);
        poison(&mut parameters, hostile);
        let worded = templates.word(*template, &parameters).unwrap();
        let html = templates
            .html_letter((&worded.title, &worded.html), None)
            .unwrap();
        assert!(!html.contains("<script>"), "{}: {html}", template.name());
        assert!(!html.contains("49"), "{}: {html}", template.name());
        assert!(
            !worded.title.contains(['\r', '\n']) && !worded.title.contains("49"),
            "{}: {:?}",
            template.name(),
            worded.title
        );
    }
}

fn poison(value: &mut Json, with: &str) {
    match value {
        Json::Object(fields) => fields.values_mut().for_each(|field| poison(field, with)),
        Json::Array(items) => items.iter_mut().for_each(|item| poison(item, with)),
        Json::String(text) => with.clone_into(text),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

#[test]
fn a_letter_names_the_shop_and_has_a_link_to_unsubscribe_only_where_one_can() {
    let templates = templates();
    let link = "https://shop.example.com/api/notifications/unsubscribe?token=x";
    for unsubscribe in [None, Some(link)] {
        let text = templates.text_letter("Hello", unsubscribe).unwrap();
        let html = templates
            .html_letter(("Hi", "<p>Hello</p>"), unsubscribe)
            .unwrap();
        assert!(text.contains("Tea & Co, https://shop.example.com"));
        assert!(html.contains("Tea &amp; Co") && html.contains("<p>Hello</p>"));
        for letter in [text, html] {
            assert_eq!(
                letter.contains("unsubscribe?token=x"),
                unsubscribe.is_some(),
                "{letter}"
            );
        }
    }
}
