//! Facebook pages and Instagram accounts: direct messages through the same webhook as WhatsApp's, sends through Meta's Send API.
//! Source: Meta's Messenger Platform and Instagram Messaging documentation.

pub mod client;
pub mod parse;
pub mod problems;
#[cfg(test)]
mod tests;
