//! Rows of the control file: who may come in, and which business a message is for.

pub mod business;
pub mod connection;
pub mod device;
pub mod invitation;
pub mod key;
pub mod member;
pub mod session;
