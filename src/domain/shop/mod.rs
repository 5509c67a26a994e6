//! Orders and payments.

pub mod basket;
pub mod checkout;
pub mod draft;
pub mod gateway;
pub mod invoice;
pub mod loyalty;
pub mod order;
pub mod payment;
pub mod receipt;
pub mod reference;
pub mod refund;
pub mod statement;
