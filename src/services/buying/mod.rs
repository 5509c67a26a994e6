//! The buying desk's use cases.

pub mod call;
pub mod decision;
pub mod delivery;
mod news;
pub mod paper;
pub mod payment;
pub mod phone;
pub mod purchase;
pub mod settings;
pub mod vendor;
pub mod vendor_chat;
