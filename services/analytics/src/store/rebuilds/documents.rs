//! The collection `rebuilds`, of one document.

use revcart_persistence::documents::values::doc;
use revcart_persistence::documents::{Change, Documents};
use serde::Deserialize;
use shared_events::Timestamp;

use super::Error;
use crate::domain::grain::Grain;
use crate::domain::rebuild::{Rebuild, Window};

pub(in crate::store) const COLLECTION: &str = "rebuilds";
const THE_ONE: &str = "last";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    requested_at: i64,
    from: i64,
    until: i64,
    next_grain: Option<String>,
    next_start: Option<i64>,
    corrected: i64,
    finished_at: Option<i64>,
}

pub(super) async fn load(documents: &Documents) -> Result<Option<Rebuild>, Error> {
    let stored: Option<Stored> = documents
        .find_one(COLLECTION, doc! { "_id": THE_ONE })
        .await?;
    Ok(stored.map(Rebuild::from))
}

pub(super) async fn save(documents: &Documents, rebuild: &Rebuild) -> Result<(), Error> {
    let change = Change {
        filter: doc! { "_id": THE_ONE },
        update: doc! { "$set": {
            "requestedAt": rebuild.requested_at.micros(),
            "from": rebuild.from.micros(),
            "until": rebuild.until.micros(),
            "nextGrain": rebuild.next.map(|next| next.grain.name()),
            "nextStart": rebuild.next.map(|next| next.start.micros()),
            "corrected": rebuild.corrected,
            "finishedAt": rebuild.finished_at.map(Timestamp::micros),
        } },
        upsert: true,
    };
    documents.change(COLLECTION, &[change]).await.map(drop)
}

impl From<Stored> for Rebuild {
    fn from(stored: Stored) -> Self {
        let grain = stored.next_grain.as_deref().and_then(Grain::find);
        let next = grain.zip(stored.next_start).map(|(grain, start)| Window {
            grain,
            start: Timestamp::from_micros(start),
        });
        Self {
            requested_at: Timestamp::from_micros(stored.requested_at),
            from: Timestamp::from_micros(stored.from),
            until: Timestamp::from_micros(stored.until),
            next,
            corrected: stored.corrected,
            finished_at: stored.finished_at.map(Timestamp::from_micros),
        }
    }
}
