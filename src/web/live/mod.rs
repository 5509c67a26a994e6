//! Live streams.

pub mod events;
pub mod turn;
pub mod writing;
