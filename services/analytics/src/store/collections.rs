//! The collections, with an index for each way in which they are read.

use revcart_persistence::documents::{Collection, Index};

use super::{
    cart_moments, cohorts, events, figures, members, order_numbers, product_days, products,
    rebuilds, sightings,
};

/// Every collection of the service.
pub(super) const ALL: &[Collection] = &[
    Collection {
        name: events::documents::COLLECTION,
        indexes: &[
            Index::on("events_in_order", &[("sequence", 1)]).unique(),
            Index::on("events_by_order", &[("orderId", 1), ("sequence", 1)]),
            Index::on("events_by_name", &[("name", 1), ("sequence", 1)]),
            Index::on("events_by_time", &[("time", 1), ("sequence", 1)]),
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
        indexes: &[
            Index::on("product_days_in_time", &[("currency", 1), ("day", 1)]),
            Index::on("product_days_by_day", &[("day", 1)]),
        ],
    },
    Collection {
        name: products::documents::COLLECTION,
        indexes: &[],
    },
    Collection {
        name: order_numbers::documents::COLLECTION,
        indexes: &[],
    },
    Collection {
        name: members::documents::COLLECTION,
        indexes: &[],
    },
    Collection {
        name: cohorts::documents::COLLECTION,
        indexes: &[
            Index::on(
                "cohorts_in_time",
                &[("grain", 1), ("measure", 1), ("cohort", 1), ("period", 1)],
            ),
            Index::on("cohorts_by_period", &[("grain", 1), ("period", 1)]),
        ],
    },
    Collection {
        name: cart_moments::documents::COLLECTION,
        indexes: &[
            Index::on("cart_moments_by_cart", &[("cartId", 1)]),
            Index::on("cart_moments_by_time", &[("at", 1)]),
        ],
    },
    Collection {
        name: rebuilds::documents::COLLECTION,
        indexes: &[],
    },
];
