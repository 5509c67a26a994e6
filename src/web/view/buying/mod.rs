//! What the buying desk's pages show.

pub mod purchase;
pub mod vendor;
