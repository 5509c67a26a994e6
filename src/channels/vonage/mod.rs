//! Vonage: WhatsApp and text messages over its Messages API, with the older SMS API's webhooks beside it.
//! Protocol: Vonage's SDKs and its published signature vectors.

pub mod client;
pub mod jwt;
pub mod parse;
pub mod problems;
pub mod sig;
#[cfg(test)]
mod tests;
