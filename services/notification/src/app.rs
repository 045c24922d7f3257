//! What handlers, consumers and jobs work with: settings, the database, templates, who looks on, what is to be mailed.

mod live;
mod post;

use std::ops::Deref;
use std::sync::Arc;

use anyhow::Context;
use revcart_http_edge::auth::Verifier;
use revcart_http_edge::host::Adapters;
use revcart_persistence::Database;

use crate::config::Config;
use crate::domain::Templates;
use crate::mail::FileSink;

pub(crate) use live::Live;
pub(crate) use post::Post;

/// The parts of the service; clones share them.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

/// See [`App`].
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) database: Database,
    pub(crate) verifier: Verifier,
    pub(crate) templates: Templates,
    pub(crate) live: Live,
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
        Ok(Self(Arc::new(Parts {
            database: adapters.database.clone(),
            verifier: adapters.verifier.clone(),
            templates: Templates::new()?,
            live: Live::default(),
            post: Post::default(),
            sink,
            config,
        })))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
