//! Where mails go: for now into a file, `mail.mbox` in the service's folder, readable by every mail program.
//!
//! Mails to addresses under `bounce.test` bounce, so that this case can be tried out. The file is bounded: when it is full it
//! becomes `mail.old.mbox`, in place of the one before.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::domain::Mail;

/// Addresses under this domain (reserved for tests by RFC 2606) bounce.
pub const BOUNCING_DOMAIN: &str = "@bounce.test";

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Handed on.
    Sent,
    /// The address does not exist: there is no use in trying again.
    Bounced,
}

/// A file that mails are written to. Clones share it.
#[derive(Debug, Clone)]
pub struct FileSink {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    from: String,
    limit: u64,
    file: Mutex<File>,
}

impl FileSink {
    /// Opens the file in `folder`, which is made if it is missing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn open(folder: &Path, from: String, limit: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("mail.mbox");
        let file = Mutex::new(append_to(&path)?);
        Ok(Self {
            inner: Arc::new(Inner {
                path,
                from,
                limit,
                file,
            }),
        })
    }

    /// Writes `mails` in one go; what became of each, in their order. Blocks: call it off the runtime's threads.
    ///
    /// # Errors
    /// When the file cannot be written; none of the mails counts as sent then.
    pub fn send(&self, mails: &[Mail]) -> io::Result<Vec<Delivery>> {
        let mut text = String::new();
        let mut outcomes = Vec::with_capacity(mails.len());
        for mail in mails {
            if !is_address(&mail.to) || mail.to.ends_with(BOUNCING_DOMAIN) {
                outcomes.push(Delivery::Bounced);
            } else {
                self.inner.write(&mut text, mail);
                outcomes.push(Delivery::Sent);
            }
        }
        self.inner.append(text.as_bytes())?;
        Ok(outcomes)
    }
}

impl Inner {
    fn write(&self, text: &mut String, mail: &Mail) {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(mail.at.micros()) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let date = at.format(&Rfc2822).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "From revcart@localhost {date}\nFrom: {}\nTo: {}\nSubject: {}\nDate: {date}\nMessage-ID: <{}@revcart>\n\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n",
            self.from,
            mail.to,
            one_line(&mail.subject),
            mail.id
        );
        for line in mail.text.lines() {
            if line.trim_start_matches('>').starts_with("From ") {
                text.push('>');
            }
            text.push_str(line);
            text.push('\n');
        }
        text.push('\n');
    }

    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.metadata()?.len() > self.limit {
            fs::rename(&self.path, self.path.with_file_name("mail.old.mbox"))?;
            *file = append_to(&self.path)?;
        }
        file.write_all(bytes)
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

/// Headers are one line each; whoever chose a name must not get to write another one.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

fn is_address(text: &str) -> bool {
    text.contains('@')
        && !text.chars().any(|letter| {
            letter.is_control() || letter.is_whitespace() || matches!(letter, '<' | '>' | ',')
        })
}

#[cfg(test)]
mod tests {
    use shared_events::{NotificationId, Timestamp};

    use super::*;

    fn mail(to: &str, subject: &str, text: &str) -> Mail {
        Mail {
            id: NotificationId::new(),
            user_id: None,
            template: "welcome".to_owned(),
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            at: Timestamp::from_micros(1_767_614_400_000_000),
            attempts: 0,
        }
    }

    #[test]
    fn a_mail_is_written_with_its_headers_and_nobody_can_add_one() {
        let folder = tempfile::tempdir().unwrap();
        let sink =
            FileSink::open(folder.path(), "Shop <shop@example.com>".to_owned(), 1 << 20).unwrap();
        let hostile = mail(
            "ann@example.com",
            "Hello\r\nBcc: all@example.com",
            "From here on\nbye",
        );
        assert_eq!(sink.send(&[hostile]).unwrap(), [Delivery::Sent]);
        let written = fs::read_to_string(folder.path().join("mail.mbox")).unwrap();
        assert!(written.contains("To: ann@example.com\nSubject: Hello  Bcc: all@example.com\nDate: Mon, 05 Jan 2026 12:00:00 +0000\n"), "{written}");
        assert!(written.contains("\n>From here on\nbye\n"), "{written}");
    }

    #[test]
    fn addresses_that_are_none_or_do_not_exist_bounce() {
        let folder = tempfile::tempdir().unwrap();
        let sink = FileSink::open(folder.path(), "shop@example.com".to_owned(), 1 << 20).unwrap();
        for to in [
            "nobody@bounce.test",
            "no address",
            "a@b.c\nBcc: d@e.f",
            "a@b.c,d@e.f",
        ] {
            assert_eq!(
                sink.send(&[mail(to, "s", "t")]).unwrap(),
                [Delivery::Bounced],
                "{to:?}"
            );
        }
        assert_eq!(
            fs::read_to_string(folder.path().join("mail.mbox")).unwrap(),
            ""
        );
    }

    #[test]
    fn the_file_is_bounded_and_one_old_one_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let sink = FileSink::open(folder.path(), "shop@example.com".to_owned(), 600).unwrap();
        for _ in 0..20 {
            sink.send(&[mail("ann@example.com", "s", "t")]).unwrap();
        }
        for name in ["mail.mbox", "mail.old.mbox"] {
            let length = fs::metadata(folder.path().join(name)).unwrap().len();
            assert!((1..1200).contains(&length), "{name} has {length} bytes");
        }
    }
}
