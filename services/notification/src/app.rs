//! What handlers, consumers and jobs work with: settings, the database, templates, who looks on, what is to be mailed.

mod links;
mod live;
mod post;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use revcart_http_edge::auth::Verifier;
use revcart_http_edge::host::{Adapters, Wake};
use revcart_persistence::Database;
use revcart_runtime::Clock;
use shared_events::UserId;

use crate::config::Config;
use crate::couriers::{Couriers, Letter};
use crate::domain::{Dispatch, News, Template, Templates};
use crate::store::notices::Kept;
use crate::store::{self, notices};

pub(crate) use links::Links;
pub(crate) use live::{Live, Told, WAITING};
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
    pub(crate) couriers: Couriers,
    pub(crate) links: Links,
}

impl App {
    pub(crate) async fn new(config: Config, adapters: &Adapters) -> anyhow::Result<Self> {
        let (database, head) = (&adapters.database, config.head.clone());
        let key = config.unsubscribe_key.as_ref();
        let links = Links::open(database, key, &head.address).await?;
        let couriers = Couriers::open(&config, &adapters.files).await?;
        let look = Wake::default();
        Ok(Self(Arc::new(Parts {
            clock: adapters.clock.clone(),
            database: adapters.database.clone(),
            verifier: adapters.verifier.clone(),
            templates: Templates::new(head)?,
            live: Live::new(&adapters.shared, look.clone()),
            look,
            post: Post::default(),
            couriers,
            links,
            config,
        })))
    }

    /// A dispatch with everything that stands around it.
    pub(crate) fn letter(&self, dispatch: Dispatch) -> Letter {
        let template = dispatch.template.parse::<Template>();
        let kind = template.map(Template::kind).ok();
        let unsubscribe = kind.and_then(|kind| self.links.unsubscribe(dispatch.user_id, kind));
        let link = unsubscribe.as_deref();
        // The layouts need nothing that could be missing; without them it is still a letter.
        let text = self.templates.text_letter(&dispatch.text, link);
        let html = dispatch.html.as_deref().and_then(|html| {
            let letter = self.templates.html_letter((&dispatch.subject, html), link);
            letter.ok()
        });
        Letter {
            text: text.unwrap_or_else(|_| dispatch.text.clone()),
            html,
            unsubscribe,
            dispatch,
        }
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
