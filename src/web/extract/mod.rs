//! What handlers ask for: who calls, and a body of the right shape.

pub mod body;
pub mod caller;
pub mod jwt;
pub mod limit;
pub mod passwords;
pub mod upload;
pub mod visitor;
pub mod write;
