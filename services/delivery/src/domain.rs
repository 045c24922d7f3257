//! What the delivery service knows and decides: pure, without I/O, clock or database.
//!
//! Reading order: [`zone`] (which part of the country an address lies in), [`agent`] (who brings parcels), [`roster`] (who of
//! them is free), [`delivery`] (what becomes of one order's parcel, and how it answers commands).

pub mod agent;
pub mod delivery;
pub mod roster;
pub mod zone;
