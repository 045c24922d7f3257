//! In which order to go to several places: nearest neighbour, then 2-opt (as long as turning a part of the way round makes it
//! shorter, it is turned round). Distances are as the crow flies. It is a suggestion, not the shortest way there is.

use super::place::Point;

/// How often the whole way is looked over: far more often than ways of a hundred stops need.
const MOST_ROUNDS: usize = 100;

/// An order to visit these stops in, from `start` on, as their places in the list. It is never longer than the order given.
#[must_use]
pub fn suggest(start: Option<Point>, stops: &[Point]) -> Vec<usize> {
    let way = Way::of(start, stops);
    let given: Vec<usize> = (0..stops.len()).collect();
    let (from_given, from_nearest) = (way.shortened(given), way.shortened(way.nearest()));
    if way.length(&from_nearest) < way.length(&from_given) {
        from_nearest
    } else {
        from_given
    }
}

/// How long the way is that visits the stops in this order, in metres.
#[must_use]
pub fn length(start: Option<Point>, stops: &[Point], order: &[usize]) -> u64 {
    Way::of(start, stops).length(order)
}

/// What lies how far from what.
struct Way {
    /// From the start to each stop; nothing, if it begins at the first stop.
    from_start: Vec<u64>,
    between: Vec<Vec<u64>>,
}

impl Way {
    fn of(start: Option<Point>, stops: &[Point]) -> Self {
        let to_all = |from: &Point| stops.iter().map(|stop| from.metres_to(*stop)).collect();
        Self {
            from_start: start.map_or_else(|| vec![0; stops.len()], |start| to_all(&start)),
            between: stops.iter().map(to_all).collect(),
        }
    }

    /// From one stop of the way to the next; before the first there is the start.
    fn step(&self, from: Option<usize>, to: usize) -> u64 {
        match from {
            Some(from) => self.between[from][to],
            None => self.from_start[to],
        }
    }

    fn length(&self, order: &[usize]) -> u64 {
        let mut here = None;
        let mut length = 0;
        for &stop in order {
            length += self.step(here, stop);
            here = Some(stop);
        }
        length
    }

    /// Always on to the nearest stop that is left.
    fn nearest(&self) -> Vec<usize> {
        let mut left: Vec<usize> = (0..self.between.len()).collect();
        let mut order = Vec::with_capacity(left.len());
        let mut here = None;
        while let Some(next) = left
            .iter()
            .copied()
            .min_by_key(|stop| self.step(here, *stop))
        {
            left.retain(|stop| *stop != next);
            order.push(next);
            here = Some(next);
        }
        order
    }

    fn shortened(&self, mut order: Vec<usize>) -> Vec<usize> {
        for _ in 0..MOST_ROUNDS {
            if !self.round(&mut order) {
                break;
            }
        }
        order
    }

    /// Turns every part round that makes the way shorter; whether there was one.
    fn round(&self, order: &mut [usize]) -> bool {
        let mut is_shorter = false;
        for first in 0..order.len() {
            for last in first + 1..order.len() {
                if self.turned(order, first, last) < self.straight(order, first, last) {
                    order[first..=last].reverse();
                    is_shorter = true;
                }
            }
        }
        is_shorter
    }

    /// The steps into and out of a part of the way.
    fn straight(&self, order: &[usize], first: usize, last: usize) -> u64 {
        self.ends(order, first, last, (order[first], order[last]))
    }

    /// The same, if it were gone the other way round.
    fn turned(&self, order: &[usize], first: usize, last: usize) -> u64 {
        self.ends(order, first, last, (order[last], order[first]))
    }

    fn ends(&self, order: &[usize], first: usize, last: usize, (into, out): (usize, usize)) -> u64 {
        let before = first.checked_sub(1).map(|place| order[place]);
        let after = order.get(last + 1);
        self.step(before, into) + after.map_or(0, |after| self.step(Some(out), *after))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point() -> impl Strategy<Value = Point> {
        let degrees = (-90.0..90.0_f64, -180.0..180.0_f64);
        degrees.prop_map(|(latitude, longitude)| Point::at(latitude, longitude))
    }

    proptest! {
        #[test]
        fn every_stop_is_visited_once_on_a_way_no_longer_than_the_one_given(
            start in prop::option::of(point()),
            stops in prop::collection::vec(point(), 0..30),
        ) {
            let suggested = suggest(start, &stops);
            let given: Vec<usize> = (0..stops.len()).collect();
            prop_assert!(length(start, &stops, &suggested) <= length(start, &stops, &given));
            let mut visited = suggested;
            visited.sort_unstable();
            prop_assert_eq!(visited, given);
        }

        #[test]
        fn a_suggestion_is_not_improved_by_asking_again(
            start in prop::option::of(point()),
            stops in prop::collection::vec(point(), 0..15),
        ) {
            let order = suggest(start, &stops);
            let arranged: Vec<Point> = order.iter().map(|stop| stops[*stop]).collect();
            let again = suggest(start, &arranged);
            let same: Vec<usize> = (0..stops.len()).collect();
            prop_assert!(length(start, &arranged, &again) <= length(start, &arranged, &same));
        }
    }

    #[test]
    fn stops_along_a_street_are_visited_along_the_street() {
        let street = |house: f64| Point::at(18.5, 73.8 + house / 1000.0);
        let stops = [5.0, 1.0, 4.0, 2.0, 3.0].map(street);
        assert_eq!(suggest(Some(street(0.0)), &stops), [1, 3, 4, 2, 0]);
        assert_eq!(suggest(Some(street(6.0)), &stops), [0, 2, 4, 3, 1]);
        let length = length(Some(street(0.0)), &stops, &[1, 3, 4, 2, 0]);
        assert!((520..535).contains(&length), "{length} m");
    }

    #[test]
    fn crossing_ways_are_untangled() {
        // Along two sides of a square and back: nearest neighbour alone would leave the far corner to the end.
        let at = |x: f64, y: f64| Point::at(y / 1000.0, x / 1000.0);
        let stops = [at(0.0, 3.0), at(3.0, 0.0), at(3.0, 3.0)];
        let order = suggest(Some(at(0.0, 0.0)), &stops);
        assert_eq!(order[1], 2, "{order:?}");
    }

    #[test]
    fn nowhere_to_go_is_no_way() {
        assert!(suggest(None, &[]).is_empty());
        assert_eq!(suggest(None, &[Point::at(1.0, 2.0)]), [0]);
    }
}
