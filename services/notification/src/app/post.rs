//! Mails on their way from a commit to the job that sends them, handed over in memory. What does not fit, what a crash loses
//! here, and what lies here until its lease is about to end is found in the database, by whichever process looks first.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use revcart_http_edge::host::Wake;
use shared_events::Timestamp;

use crate::domain::Dispatch;

/// Mails that wait here at the most.
const MOST: usize = 4096;
/// How long a lease must go on for its mail to be sent from here: as long as sending may take.
const TO_SEND: Duration = Duration::from_secs(20);

/// The tray of outgoing mail.
#[derive(Default)]
pub(crate) struct Post {
    tray: Mutex<VecDeque<(Dispatch, Timestamp)>>,
    pub(crate) wake: Wake,
}

impl Post {
    /// Puts committed mails into the tray, which belong to this process for so long, and wakes the job.
    pub(crate) fn put(&self, mails: Vec<Dispatch>, leased_until: Timestamp) {
        if mails.is_empty() {
            return;
        }
        let mut tray = self.tray.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST.saturating_sub(tray.len());
        let leased = mails.into_iter().map(|mail| (mail, leased_until));
        tray.extend(leased.take(room));
        drop(tray);
        self.wake.wake();
    }

    /// Takes up to `most` mails out that there is time left to send.
    pub(crate) fn take(&self, most: u32, now: Timestamp) -> Vec<Dispatch> {
        let mut tray = self.tray.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        while taken.len() < most as usize
            && let Some((mail, leased_until)) = tray.pop_front()
        {
            if leased_until > now + TO_SEND {
                taken.push(mail);
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use shared_events::NotificationId;

    use super::*;

    fn mails(count: usize) -> Vec<Dispatch> {
        let mail = |_| Dispatch {
            id: NotificationId::new(),
            user_id: None,
            channel: shared_events::Channel::Email,
            template: "welcome".to_owned(),
            to: "ann@example.com".to_owned(),
            subject: "s".to_owned(),
            text: "t".to_owned(),
            html: None,
            at: Timestamp::from_micros(0),
            attempts: 0,
        };
        (0..count).map(mail).collect()
    }

    #[test]
    fn mails_whose_lease_is_about_to_end_are_left_to_who_takes_them_over() {
        let post = Post::default();
        let now = Timestamp::from_micros(1_790_000_000_000_000);
        post.put(mails(3), now + TO_SEND);
        let in_time = mails(2);
        post.put(in_time.clone(), now + 2 * TO_SEND);
        assert_eq!(post.take(1, now), in_time[..1]);
        assert_eq!(post.take(9, now), in_time[1..]);
        assert_eq!(post.take(9, now), []);
    }

    #[test]
    fn the_tray_is_bounded() {
        let post = Post::default();
        let now = Timestamp::from_micros(0);
        post.put(mails(MOST + 1), now + 2 * TO_SEND);
        assert_eq!(post.take(u32::MAX, now).len(), MOST);
    }
}
