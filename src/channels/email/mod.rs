//! E-mail: letters out by SMTP, letters in by IMAP.
//! Formats: RFC 5322 (letters), 2045 to 2047 (MIME), 3464 (bounces), 3834 (automatic letters).

pub mod build;
pub mod client;
pub mod cut;
pub mod parse;
#[cfg(test)]
mod parse_tests;
pub mod problems;
