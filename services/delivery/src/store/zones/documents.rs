//! The drawing as the only document of the collection `zone_map`.

use revcart_persistence::documents;
use revcart_persistence::documents::values::doc;
use revcart_persistence::documents::{Change, Collection, Documents};
use serde::{Deserialize, Serialize};

use super::Drawing;
use crate::domain::map::Area;
use crate::store::Error;

const MAP: &str = "zone_map";

/// See the module.
pub(in crate::store) const COLLECTION: Collection = Collection {
    name: MAP,
    indexes: &[],
};

const ONLY: i64 = 1;

#[derive(Deserialize)]
struct Stored {
    areas: Vec<Area>,
    version: i64,
}

#[derive(Serialize)]
struct Fields<'a> {
    areas: &'a [Area],
    version: i64,
}

pub(super) async fn load(documents: &Documents) -> Result<Drawing, Error> {
    let found: Option<Stored> = documents.find_one(MAP, doc! { "_id": ONLY }).await?;
    let drawing = |stored: Stored| Drawing {
        areas: stored.areas,
        version: stored.version,
    };
    Ok(found.map(drawing).unwrap_or_default())
}

/// Who draws first inserts; of two who do so at the same time one is refused by the key, and runs again.
pub(super) async fn save(documents: &Documents, drawing: &Drawing) -> Result<(), Error> {
    let fields = Fields {
        areas: &drawing.areas,
        version: drawing.version,
    };
    let before = drawing.version - 1;
    let change = Change {
        filter: doc! { "_id": ONLY, "version": before },
        update: doc! { "$set": documents::document(MAP, &fields)? },
        upsert: before == 0,
    };
    let changed = documents.change(MAP, &[change]).await?;
    if changed.matched + changed.inserted == 0 {
        documents.repeat();
        return Err(Error::Changed);
    }
    Ok(())
}
