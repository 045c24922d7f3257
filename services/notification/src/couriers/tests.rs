use std::fs;

use shared_events::{NotificationId, Timestamp};

use super::*;

fn letter(channel: Channel, to: &str, subject: &str, text: &str) -> Letter {
    Letter {
        dispatch: Dispatch {
            id: NotificationId::new(),
            user_id: None,
            channel,
            template: "welcome".to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: Some("<p>t</p>".to_owned()),
            at: Timestamp::from_micros(1_767_614_400_000_000),
            attempts: 0,
        },
        text: text.to_owned(),
        html: Some("<p>whole</p>".to_owned()),
        unsubscribe: Some("https://shop.example.com/u?token=x".to_owned()),
    }
}

fn mail(to: &str, subject: &str, text: &str) -> Letter {
    letter(Channel::Email, to, subject, text)
}

fn mbox(folder: &Path, limit: u64) -> Mbox {
    Mbox::open(folder, "Shop <shop@example.com>".to_owned(), limit).unwrap()
}

#[test]
fn a_mail_is_written_with_its_headers_and_nobody_can_add_one() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = mail(
        "ann@example.com",
        "Hello\r\nBcc: all@example.com",
        "From here on\nbye",
    );
    let written = mbox(folder.path(), 1 << 20).write(&[hostile]).unwrap();
    assert_eq!(written, [Outcome::Sent]);
    let written = fs::read_to_string(folder.path().join("mail.mbox")).unwrap();
    assert!(written.contains("To: ann@example.com\nSubject: Hello  Bcc: all@example.com\nDate: Mon, 05 Jan 2026 12:00:00 +0000\n"), "{written}");
    assert!(written.contains("\n>From here on\nbye\n"), "{written}");
    assert!(
        written.contains("\nList-Unsubscribe: <https://shop.example.com/u?token=x>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n"),
        "{written}"
    );
}

#[test]
fn addresses_that_are_none_or_do_not_exist_bounce() {
    let folder = tempfile::tempdir().unwrap();
    let mbox = mbox(folder.path(), 1 << 20);
    for to in [
        "nobody@bounce.test",
        "no address",
        "a@b.c\nBcc: d@e.f",
        "a@b.c,d@e.f",
    ] {
        let written = mbox.write(&[mail(to, "s", "t")]).unwrap();
        assert!(matches!(written[..], [Outcome::Bounced(_)]), "{to:?}");
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("mail.mbox")).unwrap(),
        ""
    );
}

#[test]
fn a_file_is_bounded_and_one_old_one_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mbox = mbox(folder.path(), 800);
    for _ in 0..20 {
        mbox.write(&[mail("ann@example.com", "s", "t")]).unwrap();
    }
    for name in ["mail.mbox", "mail.old.mbox"] {
        let length = fs::metadata(folder.path().join(name)).unwrap().len();
        assert!((1..1600).contains(&length), "{name} has {length} bytes");
    }
}

#[test]
fn a_mail_that_travels_has_both_parts_and_nobody_can_add_a_header() {
    let hostile = mail(
        "ann@example.com",
        "Hello\r\nBcc: all@example.com",
        "Grüße\nvon uns",
    );
    let from = "Shop <shop@example.com>".parse().unwrap();
    let message = mime::message(&from, &hostile).unwrap();
    let whole = String::from_utf8(message.formatted()).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    assert!(!head.contains("\r\nBcc"), "{head}");
    for wanted in [
        "To: ann@example.com",
        "Message-ID: <",
        "@example.com>",
        "Date: Mon, 05 Jan 2026 12:00:00 +0000",
        "List-Unsubscribe: <https://shop.example.com/u?token=x>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Content-Type: multipart/alternative",
    ] {
        assert!(head.contains(wanted), "{wanted} is missing in {head}");
    }
    assert!(body.contains("Content-Type: text/plain"), "{body}");
    assert!(body.contains("<p>whole</p>"), "{body}");
    assert_eq!(message.envelope().to().len(), 1);
    for none in ["a@b.c\r\nRCPT TO:<d@e.f>", "a@b.c, d@e.f", ""] {
        let refused = mime::message(&from, &mail(none, "s", "t"));
        assert!(matches!(refused, Err(Outcome::Bounced(_))), "{none:?}");
    }
}

#[tokio::test]
async fn each_channel_has_its_courier_and_outcomes_keep_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let couriers = Couriers::open(&Config::for_testing(), folder.path())
        .await
        .unwrap();
    let letters = [
        letter(Channel::Push, "a user", "p", "pushed"),
        mail("nobody@bounce.test", "s", "t"),
        letter(Channel::Sms, "+91 80 5550 1234", "s", "texted\nagain"),
        mail("ann@example.com", "s", "mailed"),
    ];
    let outcomes = couriers.carry(&letters).await;
    assert!(
        matches!(
            outcomes[..],
            [
                Outcome::Sent,
                Outcome::Bounced(_),
                Outcome::Sent,
                Outcome::Sent
            ]
        ),
        "{outcomes:?}"
    );
    for (file, text) in [("push.jsonl", "pushed"), ("sms.jsonl", "texted\nagain")] {
        let written = fs::read_to_string(folder.path().join(file)).unwrap();
        let line: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(line["text"], text);
    }
    let mails = fs::read_to_string(folder.path().join("mail.mbox")).unwrap();
    assert!(mails.contains("\nmailed\n"), "{mails}");
}
