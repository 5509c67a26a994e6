//! What the business writes first.

pub mod campaign;
