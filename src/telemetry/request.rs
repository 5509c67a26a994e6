//! The id of a request: in every log line of it, in the answer's header, and in every error a client gets.

use crate::domain::id::Id;
use crate::domain::time::Time;

/// The header that carries it.
pub const HEADER: &str = "x-request-id";

/// The id to use: what a proxy gave, when it is harmless, else a new one.
pub fn id(given: Option<&str>, now: Time) -> String {
    match given {
        Some(id) if is_harmless(id) => id.to_owned(),
        _ => Id::new(now).to_string(),
    }
}

/// Letters, digits, `-`, `_` and `.`, 8 to 64 of them: nothing that could forge a log line.
fn is_harmless(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// The span every log line of a request is in.
pub fn span(id: &str, method: &str, path: &str) -> tracing::Span {
    tracing::info_span!("request", request_id = %id, http.method = %method, http.path = %path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_id_is_kept_when_harmless() {
        let now = Time::from_millis(1);
        assert_eq!(id(Some("req-12345678"), now), "req-12345678");
        for bad in [None, Some("short"), Some("with space and\nnewline"), Some(&*"x".repeat(65))] {
            assert_eq!(id(bad, now).len(), 36);
        }
    }
}
