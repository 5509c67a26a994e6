//! One use case, one function over one transaction: rule, rows, job and event together. No service reaches the network.

pub mod buying;
pub mod house;
pub mod outreach;
pub mod reception;
pub mod shop;
