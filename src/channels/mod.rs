//! Wire format to domain message and back, one folder or file a channel: verify, parse, send. No channel sees the database.

pub mod carrier;
pub mod email;
pub mod meta;
pub mod outcome;
pub mod page;
pub mod plain;
pub mod push;
pub mod rate;
pub mod signature;
pub mod simulator;
pub mod twilio;
pub mod vonage;
