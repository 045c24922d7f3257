//! Invariant 1: for each product, what is on hand and sold is what was supplied, what is reserved is what live reservations
//! hold, and none of it is negative.

use product_service::audit::ProductFacts;

use super::finding::Finding;

/// What is wrong with the stock of a product.
pub(super) fn judge(product: &ProductFacts) -> Vec<Finding> {
    let breaches = breaches(product);
    let finding = |what| Finding::of_product(product.product_id, what);
    breaches.into_iter().map(finding).collect()
}

fn breaches(product: &ProductFacts) -> Vec<String> {
    let figures = product.figures;
    let mut broken = Vec::new();
    for (what, units) in [
        ("on hand", figures.on_hand),
        ("reserved", figures.reserved),
        ("sold", figures.sold),
        ("supplied", figures.supplied),
    ] {
        if units < 0 {
            broken.push(format!("{units} units are {what}"));
        }
    }
    if figures.on_hand + figures.sold != figures.supplied {
        broken.push(format!(
            "{} on hand + {} sold are not the {} supplied",
            figures.on_hand, figures.sold, figures.supplied
        ));
    }
    if figures.reserved > figures.on_hand {
        broken.push(format!(
            "{} units are reserved of {} on hand",
            figures.reserved, figures.on_hand
        ));
    }
    for (what, figure, added_up, by) in [
        ("supplied", figures.supplied, product.supplied, "the ledger"),
        ("sold", figures.sold, product.sold, "the ledger"),
        (
            "reserved",
            figures.reserved,
            product.reserved,
            "the live reservations",
        ),
    ] {
        if figure != added_up {
            broken.push(format!("{figure} units are {what}, and {added_up} by {by}"));
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use product_service::domain::stock::Figures;
    use shared_events::ProductId;

    use super::*;

    fn sound() -> ProductFacts {
        ProductFacts {
            product_id: ProductId::new(),
            figures: Figures {
                on_hand: 70,
                reserved: 20,
                sold: 30,
                supplied: 100,
            },
            supplied: 100,
            sold: 30,
            reserved: 20,
        }
    }

    #[test]
    fn sound_stock_breaks_nothing() {
        assert_eq!(breaches(&sound()), [""; 0]);
    }

    #[test]
    fn a_unit_that_came_from_nowhere_is_found() {
        let mut product = sound();
        product.figures.on_hand += 1;
        assert_eq!(
            breaches(&product),
            ["71 on hand + 30 sold are not the 100 supplied"]
        );
    }

    #[test]
    fn figures_that_the_ledger_contradicts_are_found() {
        let mut product = sound();
        product.figures.sold -= 1;
        product.figures.on_hand += 1;
        assert_eq!(
            breaches(&product),
            ["29 units are sold, and 30 by the ledger"]
        );
        let mut product = sound();
        product.supplied = 99;
        assert_eq!(
            breaches(&product),
            ["100 units are supplied, and 99 by the ledger"]
        );
    }

    #[test]
    fn units_reserved_for_nobody_are_found_and_units_reserved_twice() {
        for reserved in [19, 21] {
            let mut product = sound();
            product.reserved = reserved;
            let expected =
                format!("20 units are reserved, and {reserved} by the live reservations");
            assert_eq!(breaches(&product), [expected]);
        }
    }

    #[test]
    fn more_promised_than_there_is_and_negative_figures_are_found() {
        let mut product = sound();
        product.figures = Figures {
            on_hand: -1,
            reserved: 20,
            sold: 101,
            supplied: 100,
        };
        product.sold = 101;
        assert_eq!(
            breaches(&product),
            [
                "-1 units are on hand",
                "20 units are reserved of -1 on hand"
            ]
        );
    }
}
