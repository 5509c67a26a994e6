//! What the business writes first.

pub mod campaign;
pub mod nudge;
pub mod segment;
