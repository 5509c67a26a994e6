//! The buying desk: what is needed, who sells it, what was quoted, how far to go, and what it came to.

pub mod ach;
pub mod amount;
pub mod bargain;
pub mod call;
pub mod choice;
pub mod delivery;
pub mod need;
pub mod offer;
pub mod payment;
pub mod phone;
pub mod policy;
pub mod purchase;
pub mod quote;
pub mod quote_model;
mod quote_time;
pub mod reorder;
pub mod seller;
pub mod simulate;
pub mod taste;
pub mod unit;
pub mod vendor;
pub mod vendor_csv;
pub mod words;
