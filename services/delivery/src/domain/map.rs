//! The map by which parcels are given out: the zones of the settings, what admins have drawn over them, where the store of each
//! zone is, and roughly where postal codes lie.
//!
//! A zone that was drawn takes the place of the one with its name in the settings, and its postal codes are its own whatever
//! the settings say. The zone for all other addresses is always that of the settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::place::{Places, Point};
use super::zone::{Zone, Zones};

/// The most zones that can be drawn.
pub const MOST_AREAS: usize = 500;

/// A zone as an admin has drawn it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Area {
    /// Its name.
    pub zone: Zone,
    /// What its postal codes begin with, in the form that [`plain`](super::zone::plain) gives.
    pub prefixes: Vec<String>,
    /// Where parcels for it are fetched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depot: Option<Point>,
    /// Raised by every change, from 1.
    pub version: i64,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    zones: Zones,
    drawn: BTreeMap<Zone, Area>,
    places: Arc<Places>,
}

impl Map {
    /// The settings with what was drawn over them.
    #[must_use]
    pub fn of(settings: &Zones, drawn: &[Area], places: &Arc<Places>) -> Self {
        let codes = drawn
            .iter()
            .map(|area| (&area.zone, area.prefixes.as_slice()));
        let by_name = |area: &Area| (area.zone.clone(), area.clone());
        Self {
            zones: settings.overlaid(codes),
            drawn: drawn.iter().map(by_name).collect(),
            places: Arc::clone(places),
        }
    }

    /// The zone of an address with this postal code.
    #[must_use]
    pub fn zone(&self, postal_code: &str) -> &Zone {
        self.zones.of(postal_code)
    }

    /// Whether any address can lie in this zone.
    #[must_use]
    pub fn contains(&self, zone: &Zone) -> bool {
        self.zones.contains(zone) || self.drawn.contains_key(zone)
    }

    /// Whether this zone is for all other addresses.
    #[must_use]
    pub fn is_elsewhere(&self, zone: &Zone) -> bool {
        self.zones.elsewhere() == zone
    }

    /// Where parcels for this zone are fetched.
    #[must_use]
    pub fn depot(&self, zone: &Zone) -> Option<Point> {
        self.drawn.get(zone).and_then(|area| area.depot)
    }

    /// Where an address lies: `exact`, if somebody has said so, or roughly, by its postal code.
    #[must_use]
    pub fn destination(&self, postal_code: &str, exact: Option<Point>) -> Option<Point> {
        exact.or_else(|| self.places.of(postal_code))
    }

    /// The point to which an agent should be near to take a parcel: where it is fetched, or where it goes.
    #[must_use]
    pub fn near(&self, zone: &Zone, postal_code: &str, exact: Option<Point>) -> Option<Point> {
        let depot = self.depot(zone);
        depot.or_else(|| self.destination(postal_code, exact))
    }

    /// A zone as it stands; version 0, if nobody has drawn it.
    #[must_use]
    pub fn area(&self, zone: &Zone) -> Option<Area> {
        self.contains(zone).then(|| Area {
            zone: zone.clone(),
            prefixes: self.zones.prefixes(zone),
            depot: self.depot(zone),
            version: self.drawn.get(zone).map_or(0, |area| area.version),
        })
    }

    /// All zones, by name.
    #[must_use]
    pub fn areas(&self) -> Vec<Area> {
        let mut names = self.zones.names();
        names.extend(self.drawn.keys().cloned());
        names.iter().filter_map(|zone| self.area(zone)).collect()
    }

    /// Which of these prefixes another zone has been given by an admin, if any.
    #[must_use]
    pub fn taken(&self, zone: &Zone, prefixes: &[String]) -> Option<&Zone> {
        let others = self.drawn.values().filter(|area| area.zone != *zone);
        let overlaps = |area: &&Area| area.prefixes.iter().any(|known| prefixes.contains(known));
        let mut overlapping = others.filter(overlaps);
        overlapping.next().map(|area| &area.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn area(name: &str, prefixes: &[&str], depot: Option<Point>) -> Area {
        Area {
            zone: zone(name),
            prefixes: prefixes.iter().map(|it| (*it).to_owned()).collect(),
            depot,
            version: 1,
        }
    }

    fn map(drawn: &[Area]) -> Map {
        let places: Places = "560=12.9,77.5".parse().unwrap();
        let settings = "islands=744,682;default=*".parse().unwrap();
        Map::of(&settings, drawn, &Arc::new(places))
    }

    #[test]
    fn without_a_drawing_the_settings_hold() {
        let map = map(&[]);
        assert_eq!(map.zone("744101"), &zone("islands"));
        assert_eq!(map.zone("411001"), &zone("default"));
        assert!(map.contains(&zone("default")) && !map.contains(&zone("moon")));
        let names: Vec<_> = map.areas().into_iter().map(|area| area.zone).collect();
        assert_eq!(names, [zone("default"), zone("islands")]);
        assert_eq!(map.area(&zone("islands")).unwrap().version, 0);
    }

    #[test]
    fn what_is_drawn_takes_the_place_of_the_settings() {
        let map = map(&[
            area("islands", &["7441"], None),
            area("kochi", &["682"], None),
        ]);
        assert_eq!(map.zone("744101"), &zone("islands"));
        assert_eq!(map.zone("744201"), &zone("default"), "no longer an island");
        assert_eq!(map.zone("682001"), &zone("kochi"));
        assert_eq!(map.area(&zone("islands")).unwrap().prefixes, ["7441"]);
    }

    #[test]
    fn the_zone_for_all_others_stays_it_and_may_have_a_depot() {
        let depot = Point::at(18.5, 73.8);
        let map = map(&[area("default", &["744"], Some(depot))]);
        assert_eq!(map.zone("744101"), &zone("default"));
        assert_eq!(map.zone("000000"), &zone("default"));
        assert!(map.is_elsewhere(&zone("default")));
        assert_eq!(map.depot(&zone("default")), Some(depot));
    }

    #[test]
    fn agents_should_be_near_the_store_or_else_near_the_door() {
        let (depot, exact) = (Point::at(18.5, 73.8), Point::at(12.0, 77.0));
        let with = map(&[area("default", &[], Some(depot))]);
        let default = zone("default");
        assert_eq!(with.near(&default, "560001", Some(exact)), Some(depot));
        let without = map(&[]);
        assert_eq!(without.near(&default, "560001", Some(exact)), Some(exact));
        let by_code = Some(Point::at(12.9, 77.5));
        assert_eq!(without.near(&default, "560001", None), by_code);
        assert_eq!(without.near(&default, "411001", None), None);
    }

    #[test]
    fn a_prefix_is_drawn_once() {
        let map = map(&[area("kochi", &["682"], None)]);
        let codes = ["682".to_owned()];
        assert_eq!(map.taken(&zone("other"), &codes), Some(&zone("kochi")));
        assert_eq!(map.taken(&zone("kochi"), &codes), None, "its own");
    }
}
