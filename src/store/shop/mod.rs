//! Rows of orders and payments.

pub mod checkout;
pub mod invoice;
pub mod loyalty;
pub mod order;
pub mod payment;
pub mod receipt;
pub mod refund;
pub mod statement;
