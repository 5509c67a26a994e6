//! Orders and payments.

pub mod money;
pub mod order;
pub mod receipt;
pub mod statement;
