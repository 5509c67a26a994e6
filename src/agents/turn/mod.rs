//! The conversation turn: a pure machine, the transactions around it, and a small driver.

pub mod driver;
mod ending;
mod incoming;
pub mod machine;
mod steps;
mod suggest;
mod whole;
