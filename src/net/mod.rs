//! The only outgoing network: HTTP with retries, circuit breakers and quotas, lines to mail servers, and the guard against private
//! addresses.
//!
//! What matters most here is how a failure is told. A message, a payment or a call has no idempotency key at most
//! providers, so "we do not know whether it arrived" must never look like "it did not arrive": see [`failure::Failure`].

pub mod address;
pub mod answer;
pub mod breaker;
pub mod call;
pub mod client;
pub mod failure;
pub mod imap;
pub mod mail;
pub mod quota;
pub mod retry;
pub mod smtp;
pub mod trust;
