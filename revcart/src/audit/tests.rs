//! Audits of systems that are made up: paging, settling, strays.

mod books;
mod paging;
mod settling;
mod strays;
