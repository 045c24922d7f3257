//! What handlers, consumers and jobs work with: settings, the database, templates, who looks on, what is to be mailed.

mod live;
mod post;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use revcart_http_edge::auth::Verifier;
use revcart_http_edge::host::{Adapters, Wake};
use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::UserId;

use crate::config::Config;
use crate::domain::{News, Templates};
use crate::mail::FileSink;
use crate::store::notices::Kept;
use crate::store::{self, notices};

pub(crate) use live::Live;
pub(crate) use post::Post;

/// How far back the look at the lists goes for what other replicas have written: longer than any transaction takes.
const LOOK_BACK: Duration = Duration::from_secs(30);

/// The parts of the service; clones share them.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) database: Database,
    pub(crate) verifier: Verifier,
    pub(crate) templates: Templates,
    pub(crate) live: Live,
    /// Has the look for what other replicas have written come at once.
    pub(crate) look: Wake,
    pub(crate) post: Post,
    pub(crate) sink: FileSink,
}

impl App {
    pub(crate) fn new(config: Config, adapters: &Adapters) -> anyhow::Result<Self> {
        let sink = FileSink::open(
            &adapters.files,
            config.mail_from.clone(),
            config.mail_file_limit,
        )
        .context("the mail folder cannot be made")?;
        let look = Wake::default();
        Ok(Self(Arc::new(Parts {
            clock: adapters.clock.clone(),
            database: adapters.database.clone(),
            verifier: adapters.verifier.clone(),
            templates: Templates::new()?,
            live: Live::new(&adapters.shared, look.clone()),
            look,
            post: Post::default(),
            sink,
            config,
        })))
    }

    /// What stands at the end of these users' lists, in the order in which it came up.
    pub(crate) async fn latest(&self, users: &[UserId]) -> Result<Vec<News>, store::Error> {
        let since = self.clock.now().before(LOOK_BACK);
        let mut found = notices::since(&self.database, users, since).await?;
        found.sort_by_key(|notice| notice.id);
        Ok(found.iter().filter_map(Kept::news).collect())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
