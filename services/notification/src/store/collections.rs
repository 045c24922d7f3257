//! The collections, with an index for each list that is read and for what is due.

use revcart_persistence::documents::{Collection, Index};

use super::{keys, notices, orders, people, preferences};

/// Every collection of the service.
pub(super) const ALL: &[Collection] = &[
    Collection {
        name: people::documents::COLLECTION,
        indexes: &[Index::on("people_by_role", &[("role", 1)])],
    },
    Collection {
        name: orders::documents::COLLECTION,
        indexes: &[],
    },
    Collection {
        name: notices::documents::COLLECTION,
        indexes: &[
            Index::on("notices_by_user", &[("userId", 1), ("_id", 1)]),
            Index::on(
                "notices_unread",
                &[("userId", 1), ("readAt", 1), ("_id", 1)],
            ),
            Index::on("notices_by_order", &[("orderId", 1), ("_id", 1)]),
            // A partial one would be smaller, but not every server sees that it fits the question.
            Index::on("notices_to_mail", &[("mailDueAt", 1)]),
        ],
    },
    Collection {
        name: preferences::documents::COLLECTION,
        indexes: &[],
    },
    Collection {
        name: keys::documents::COLLECTION,
        indexes: &[],
    },
];
