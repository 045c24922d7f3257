//! What the delivery service knows and decides: pure, without I/O, clock or database.
//!
//! Reading order: [`place`] (points, and how far it is), [`zone`] and [`map`] (which part of the country an address lies in),
//! [`shift`] (when people work), [`agent`] (who brings parcels), [`roster`] (who of them is free), [`delivery`] (what becomes of
//! one order's parcel, and how it answers commands), [`doorstep`] (what shows a hand-over), [`route`] (in which order to go).

pub mod agent;
pub mod delivery;
pub mod doorstep;
pub mod map;
pub mod place;

pub mod roster;
pub mod route;
pub mod shift;
pub mod zone;
