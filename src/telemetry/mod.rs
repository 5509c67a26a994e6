//! Logs, metrics and spans. Log once, at the boundary; a message that is readable alone, details in dotted fields.
//!
//! What must not be logged is kept out by type ([`Secret`](crate::domain::secret::Secret) and
//! [`Phone`](crate::domain::phone::Phone) print redacted), and for text from outside by [`redact`].

pub mod breakpoint;
pub mod log;
pub mod metrics;
pub mod redact;
pub mod request;
