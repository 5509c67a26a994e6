//! Rows of vendors, purchases, calls, quotes, payments and deliveries.

pub mod call;
pub mod payment;
pub mod phone;
pub mod purchase;
pub mod vendor;
