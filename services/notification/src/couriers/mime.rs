//! A letter as it travels: headers, text and HTML. What people chose can end up in a header's value, never in another header.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::{Letter, Outcome, mailbox};

/// The letter from `from`.
pub(super) fn message(from: &Mailbox, letter: &Letter) -> Result<Message, Outcome> {
    let mail = &letter.dispatch;
    let at = SystemTime::UNIX_EPOCH
        + Duration::from_micros(u64::try_from(mail.at.micros()).unwrap_or_default());
    let mut builder = Message::builder()
        .from(from.clone())
        .to(mailbox(&mail.to)?)
        .subject(mail.subject.clone())
        .date(at)
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())));
    if let Some(link) = &letter.unsubscribe {
        builder = builder
            .raw_header(header("List-Unsubscribe", format!("<{link}>")))
            .raw_header(header(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".to_owned(),
            ));
    }
    let text = SinglePart::plain(letter.text.clone());
    let message = match &letter.html {
        Some(html) => builder.multipart(
            MultiPart::alternative()
                .singlepart(text)
                .singlepart(SinglePart::html(html.clone())),
        ),
        None => builder.singlepart(text),
    };
    message.map_err(|error| Outcome::Bounced(format!("it cannot be written as a mail: {error}")))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
