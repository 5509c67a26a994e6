//! Groups of customers, campaigns and what was written first.

pub mod campaign;
pub mod segment;
