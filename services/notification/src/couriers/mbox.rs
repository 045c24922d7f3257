//! Mails in a file, `mail.mbox` in the service's folder, readable by people and by every mail program: their text, without the
//! HTML (`revcart notify preview` shows that).

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::file::Bounded;
use super::{BOUNCING_DOMAIN, Letter, Outcome, is_address};
use crate::domain::one_line;

/// A file of mails.
#[derive(Debug)]
pub(super) struct Mbox {
    from: String,
    file: Bounded,
}

impl Mbox {
    pub(super) fn open(folder: &Path, from: String, limit: u64) -> io::Result<Self> {
        let file = Bounded::open(folder, "mail", "mbox", limit)?;
        Ok(Self { from, file })
    }

    pub(super) fn write(&self, letters: &[Letter]) -> io::Result<Vec<Outcome>> {
        let mut text = String::new();
        let mut outcomes = Vec::with_capacity(letters.len());
        for letter in letters {
            let to = &letter.dispatch.to;
            if !is_address(to) || to.ends_with(BOUNCING_DOMAIN) {
                outcomes.push(Outcome::Bounced("there is no such address".to_owned()));
            } else {
                self.add(&mut text, letter);
                outcomes.push(Outcome::Sent);
            }
        }
        self.file.append(&text)?;
        Ok(outcomes)
    }

    fn add(&self, text: &mut String, letter: &Letter) {
        let mail = &letter.dispatch;
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(mail.at.micros()) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let date = at.format(&Rfc2822).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "From revcart@localhost {date}\nFrom: {}\nTo: {}\nSubject: {}\nDate: {date}\nMessage-ID: <{}@revcart>\n",
            self.from,
            mail.to,
            one_line(&mail.subject),
            mail.id
        );
        if let Some(link) = &letter.unsubscribe {
            let _ = write!(
                text,
                "List-Unsubscribe: <{link}>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
            );
        }
        text.push_str(
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n",
        );
        for line in letter.text.lines() {
            if line.trim_start_matches('>').starts_with("From ") {
                text.push('>');
            }
            text.push_str(line);
            text.push('\n');
        }
        text.push('\n');
    }
}
