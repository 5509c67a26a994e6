//! Orders and money.

pub mod card;
pub mod checkout;
pub mod gateway;
pub mod invoice;
pub mod loyalty;
pub mod order;
pub mod payment;
pub mod receipt;
pub mod receipt_truth;
pub mod refund;
pub mod statement;
