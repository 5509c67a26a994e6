//! Live streams.

pub mod events;
pub mod turn;
pub mod visitor;
pub mod writing;
