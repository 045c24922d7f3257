//! Places: points on the globe, how far they lie apart, and the table that says roughly where a postal code lies.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::zone::plain;

/// An angle in millionths of a degree, which is 11 cm on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Degrees(i64);

impl Degrees {
    const MILLIONTHS: f64 = 1_000_000.0;

    /// The angle, as stored.
    #[must_use]
    pub const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// For storing it.
    #[must_use]
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The nearest angle to this one in degrees.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "angles are checked to be within a circle before; beyond it the cast saturates"
    )]
    pub fn from_degrees(degrees: f64) -> Self {
        Self((degrees * Self::MILLIONTHS).round() as i64)
    }

    /// In degrees.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "the millionths of a circle are far fewer than a double can tell apart"
    )]
    pub fn degrees(self) -> f64 {
        self.0 as f64 / Self::MILLIONTHS
    }

    fn radians(self) -> f64 {
        self.degrees().to_radians()
    }
}

/// A point on the globe. Stored as two numbers of millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north.
    pub latitude: Degrees,
    /// Degrees east.
    pub longitude: Degrees,
}

/// The mean radius of the earth in metres (IUGG).
const EARTH: f64 = 6_371_008.8;

impl Point {
    /// The point at these degrees north and east.
    #[must_use]
    pub fn at(latitude: f64, longitude: f64) -> Self {
        Self {
            latitude: Degrees::from_degrees(latitude),
            longitude: Degrees::from_degrees(longitude),
        }
    }

    /// How far it is as the crow flies, in whole metres (haversine, on a sphere).
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "half the girth of the earth is 20 million metres, and no distance is negative"
    )]
    pub fn metres_to(self, other: Self) -> u64 {
        let (here, there) = (self.latitude.radians(), other.latitude.radians());
        let north = ((there - here) / 2.0).sin();
        let east = ((other.longitude.radians() - self.longitude.radians()) / 2.0).sin();
        let chord = north * north + here.cos() * there.cos() * east * east;
        (2.0 * EARTH * chord.clamp(0.0, 1.0).sqrt().asin()).round() as u64
    }
}

/// What is no table of places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no place: write postal-code=latitude,longitude")]
pub struct NoPlace(String);

/// Roughly where postal codes lie, by their first characters. Written `560=12.97,77.59;411=18.52,73.86`; the longest prefix
/// that fits decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Longest prefix first.
    prefixes: Vec<(String, Point)>,
}

impl Places {
    /// Where an address with this postal code lies, roughly, if that is known.
    #[must_use]
    pub fn of(&self, postal_code: &str) -> Option<Point> {
        let code = plain(postal_code);
        let fits = |(prefix, _): &&(String, Point)| code.starts_with(prefix.as_str());
        self.prefixes.iter().find(fits).map(|(_, point)| *point)
    }
}

impl FromStr for Places {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let entries = text.split(';').map(str::trim);
        let mut prefixes = entries
            .filter(|entry| !entry.is_empty())
            .map(|entry| place(entry).ok_or_else(|| NoPlace(entry.to_owned())))
            .collect::<Result<Vec<_>, _>>()?;
        prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok(Self { prefixes })
    }
}

fn place(entry: &str) -> Option<(String, Point)> {
    let (code, point) = entry.split_once('=')?;
    let (latitude, longitude) = point.split_once(',')?;
    let degrees = |text: &str, most: f64| {
        let degrees = text.trim().parse::<f64>().ok();
        degrees.filter(|degrees| degrees.abs() <= most)
    };
    let point = Point::at(degrees(latitude, 90.0)?, degrees(longitude, 180.0)?);
    Some((plain(code), point)).filter(|(code, _)| !code.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_angle_survives_being_stored() {
        for degrees in [0.0, 18.520_43, -73.856_744, 180.0, -90.0] {
            let angle = Degrees::from_degrees(degrees);
            let stored = Degrees::from_millionths(angle.millionths());
            assert!((stored.degrees() - degrees).abs() < 1e-6, "{degrees}");
        }
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let pune = Point::at(18.5204, 73.8567);
        let mumbai = Point::at(19.0760, 72.8777);
        assert_eq!(pune.metres_to(pune), 0);
        assert_eq!(pune.metres_to(mumbai), mumbai.metres_to(pune));
        assert!((119_000..121_500).contains(&pune.metres_to(mumbai)));
        let (west, east) = (Point::at(0.0, -179.9), Point::at(0.0, 179.9));
        assert!(west.metres_to(east) < 23_000, "over the date line");
        let antipodes = Point::at(0.0, 0.0).metres_to(Point::at(0.0, 180.0));
        assert!((20_015_000..20_016_000).contains(&antipodes));
    }

    #[test]
    fn the_longest_prefix_says_where_a_postal_code_lies() {
        let places: Places = "56=1,2; 560 001=12.9,77.5;".parse().unwrap();
        assert_eq!(places.of("560001"), Some(Point::at(12.9, 77.5)));
        assert_eq!(places.of("560-100"), Some(Point::at(1.0, 2.0)));
        assert_eq!(places.of("411001"), None);
    }

    #[test]
    fn what_is_no_table_of_places_is_refused() {
        for bad in [
            "560",
            "560=1",
            "=1,2",
            "560=91,0",
            "560=0,181",
            "560=a,b",
            "560=NaN,0",
        ] {
            assert_eq!(bad.parse::<Places>(), Err(NoPlace(bad.to_owned())));
        }
    }
}
