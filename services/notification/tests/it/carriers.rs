//! Mails by SMTP and by SES, with the servers of the local stack.

use std::path::Path;
use std::time::Duration;

use aws_config::BehaviorVersion;
use revcart_runtime::{Environment, Setting};
use serde_json::Value;
use shared_events::{NotificationOutcome, NotificationSent, Role, UserId};

use crate::shop::{Shop, abandoned, open_set, registered};

const SMTP: Setting = from_the_stack("REVCART_TEST_SMTP_URL");
const SMTPS: Setting = from_the_stack("REVCART_TEST_SMTPS_URL");
const MAILDIR: Setting = from_the_stack("REVCART_TEST_SMTP_MAILDIR");
const AUTHORITY: Setting = from_the_stack("REVCART_TEST_TLS_CA");
const ENDPOINT: Setting = from_the_stack("AWS_ENDPOINT_URL");

const fn from_the_stack(name: &'static str) -> Setting {
    Setting {
        name,
        default: None,
        meaning: "run `localstack/stack up` and `eval \"$(localstack/stack env)\"`",
        secret: false,
    }
}

fn of_the_stack(setting: &Setting) -> String {
    let found = Environment::from_process().text(setting);
    found.unwrap_or_else(|error| panic!("{error}"))
}

async fn with_server(url: &str, more: &[(&str, &str)]) -> Shop {
    let settings = [("REVCART_MAIL", "smtp"), ("REVCART_SMTP_URL", url)];
    open_set(&[&settings[..], more].concat()).await
}

/// An address that no other test writes to.
fn somebody(domain: &str) -> String {
    format!("{}@{domain}", UserId::new())
}

/// Has somebody register, who is then welcomed.
async fn welcome(shop: &Shop, email: &str) {
    let user = registered(UserId::new(), email, Role::Customer);
    shop.service.deliver(user).await;
    shop.service.settle().await;
}

/// The mails that the server has for an address.
fn received(email: &str) -> Vec<String> {
    let folder = of_the_stack(&MAILDIR);
    let folder = Path::new(&folder).join("new");
    let files = std::fs::read_dir(folder).expect("the maildir can be listed");
    files
        .filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok())
        .filter(|mail| mail.contains(&format!("X-RcptTo: {email}")))
        .collect()
}

fn outcomes(shop: &Shop) -> Vec<NotificationOutcome> {
    let sent = shop.service.published::<NotificationSent>();
    sent.into_iter().map(|sent| sent.outcome).collect()
}

#[tokio::test]
async fn mails_go_out_encrypted_from_starttls_on_or_from_the_start_in_text_and_html() {
    let authority = of_the_stack(&AUTHORITY);
    for url in [&SMTP, &SMTPS].map(of_the_stack) {
        let shop = with_server(&url, &[("REVCART_SMTP_CA", &authority)]).await;
        let email = somebody("example.com");
        welcome(&shop, &email).await;
        assert_eq!(outcomes(&shop), [NotificationOutcome::Sent], "{url}");
        let mails = received(&email);
        assert_eq!(mails.len(), 1);
        for part in [
            "Subject: Welcome to RevCart, Ann",
            "From: RevCart <no-reply@revcart.local>",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "<strong>",
        ] {
            assert!(mails[0].contains(part), "{part} is missing in {}", mails[0]);
        }
        assert!(!mails[0].contains("List-Unsubscribe"), "{}", mails[0]);
    }
}

#[tokio::test]
async fn a_mail_that_one_may_not_want_says_how_to_end_them_with_one_click() {
    let url = of_the_stack(&SMTP);
    let authority = of_the_stack(&AUTHORITY);
    let shop = with_server(&url, &[("REVCART_SMTP_CA", &authority)]).await;
    let (user, email) = (UserId::new(), somebody("example.com"));
    shop.service
        .deliver(registered(user, &email, Role::Customer))
        .await;
    shop.service.settle().await;
    shop.service.deliver(abandoned(user)).await;
    shop.service.settle().await;
    let reminder = received(&email)
        .into_iter()
        .find(|mail| mail.contains("Something is still in your cart"));
    let reminder = reminder.expect("it was sent");
    assert!(
        reminder.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"),
        "{reminder}"
    );
    assert!(reminder.contains("List-Unsubscribe: <"), "{reminder}");
}

#[tokio::test]
async fn who_does_not_exist_bounces_and_who_cannot_be_reached_now_is_tried_again_until_it_is_given_up()
 {
    let url = of_the_stack(&SMTP);
    let authority = of_the_stack(&AUTHORITY);
    let shop = with_server(&url, &[("REVCART_SMTP_CA", &authority)]).await;
    welcome(&shop, &somebody("bounce.test")).await;
    assert_eq!(outcomes(&shop), [NotificationOutcome::Bounced]);
    shop.service.forget();
    welcome(&shop, &somebody("later.test")).await;
    // Pauses grow: 10 s, 20 s and so on, seven of them.
    let mut waited = 0;
    for doublings in 0..7 {
        assert_eq!(outcomes(&shop), [], "after {waited} s");
        waited += 10 << doublings;
        shop.service
            .advance(Duration::from_secs((10 << doublings) - 1))
            .await;
        assert_eq!(outcomes(&shop), [], "a second too early");
        shop.service.advance(Duration::from_secs(1)).await;
    }
    assert_eq!(outcomes(&shop), [NotificationOutcome::Failed]);
}

#[tokio::test]
async fn what_is_wrong_with_us_bounces_nobody() {
    let url = of_the_stack(&SMTP);
    let authority = of_the_stack(&AUTHORITY);
    let (account, host) = url.split_once('@').unwrap();
    let wrong_password = format!("{account}x@{host}");
    // A password that is wrong; an authority that nobody has said to trust; a server that does not speak TLS from the start.
    for (url, more) in [
        (wrong_password.as_str(), Some(authority.as_str())),
        (url.as_str(), None),
        (
            &url.replace("smtp://", "smtps://"),
            Some(authority.as_str()),
        ),
    ] {
        let more = more.map(|authority| ("REVCART_SMTP_CA", authority));
        let shop = with_server(url, more.as_slice()).await;
        let email = somebody("example.com");
        welcome(&shop, &email).await;
        assert_eq!(outcomes(&shop), []);
        assert!(received(&email).is_empty());
    }
}

#[tokio::test]
async fn without_tls_a_mail_goes_no_further_than_this_machine() {
    let url = of_the_stack(&SMTP);
    let (_, host) = url.split_once('@').unwrap();
    let shop = with_server(&format!("smtp://{host}?tls=none"), &[]).await;
    let email = somebody("example.com");
    welcome(&shop, &email).await;
    assert_eq!(outcomes(&shop), [NotificationOutcome::Sent]);
    assert_eq!(received(&email).len(), 1);
}

#[tokio::test]
async fn mails_go_out_by_ses_as_they_are() {
    let endpoint = of_the_stack(&ENDPOINT);
    let sender = somebody("example.com");
    let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
    let account = aws_sdk_ses::Client::new(&config);
    let verified = account.verify_email_identity().email_address(&sender);
    verified.send().await.unwrap();
    let settings = [("REVCART_MAIL", "ses"), ("REVCART_MAIL_FROM", &sender)];
    let shop = open_set(&settings).await;
    let email = somebody("example.com");
    welcome(&shop, &email).await;
    assert_eq!(outcomes(&shop), [NotificationOutcome::Sent]);
    let captured = reqwest::get(format!("{endpoint}/_aws/ses?email={sender}")).await;
    let captured: Value = captured.unwrap().json().await.unwrap();
    let mails = captured["messages"].as_array().unwrap();
    assert_eq!(mails.len(), 1, "{captured}");
    let raw = mails[0]["RawData"].as_str().unwrap();
    for part in [
        &format!("To: {email}"),
        "Subject: Welcome",
        "multipart/alternative",
        "<strong>",
    ] {
        assert!(raw.contains(part), "{part} is missing in {raw}");
    }
}

#[tokio::test]
async fn a_sender_that_ses_does_not_know_is_our_fault_and_bounces_nobody() {
    let _ = of_the_stack(&ENDPOINT);
    let sender = somebody("example.com");
    let settings = [("REVCART_MAIL", "ses"), ("REVCART_MAIL_FROM", &sender)];
    let shop = open_set(&settings).await;
    welcome(&shop, &somebody("example.com")).await;
    assert_eq!(outcomes(&shop), []);
}
