//! The collections, with an index for each way in which they are read.

use revcart_persistence::documents::{Collection, Index};

use super::{events, figures, order_numbers, product_days, products, sightings};

/// Every collection of the service.
pub(super) const ALL: &[Collection] = &[
    Collection {
        name: events::documents::COLLECTION,
        indexes: &[
            Index::on("events_in_order", &[("sequence", 1)]).unique(),
            Index::on("events_by_order", &[("orderId", 1), ("sequence", 1)]),
            Index::on("events_by_name", &[("name", 1), ("sequence", 1)]),
        ],
    },
    Collection {
        name: events::documents::ENDS,
        indexes: &[],
    },
    Collection {
        name: figures::documents::COLLECTION,
        indexes: &[Index::on("figures_in_time", &[("grain", 1), ("start", 1)])],
    },
    Collection {
        name: sightings::documents::COLLECTION,
        indexes: &[Index::on("sightings_by_day", &[("day", 1)])],
    },
    Collection {
        name: product_days::documents::COLLECTION,
        indexes: &[Index::on(
            "product_days_in_time",
            &[("currency", 1), ("day", 1)],
        )],
    },
    Collection {
        name: products::documents::COLLECTION,
        indexes: &[],
    },
    Collection {
        name: order_numbers::documents::COLLECTION,
        indexes: &[],
    },
];
