//! What the business writes first: groups of customers, campaigns and nudges, and who may get them.

pub mod campaign;
pub mod rules;
pub mod segment;
