//! How an outgoing request can fail, told apart by the one question that matters: did it happen?

use crate::domain::error::{Error, Kind};
use crate::net::answer::Answer;

/// Why there is no good answer to an outgoing request.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// We did not send it: the address is not allowed, or the request is malformed. It will stay so.
    #[error("not sent: {0}")]
    Refused(String),
    /// We did not send it: the other side failed too often lately. Nothing happened.
    #[error("not sent: the other side has been failing; next try in {retry_after_ms} ms")]
    Resting {
        /// Milliseconds until the next try is allowed.
        retry_after_ms: u64,
    },
    /// No connection was made, so nothing happened there. Safe to try again.
    #[error("no connection: {0}")]
    NotConnected(String),
    /// The request may have been written and then the time ran out or the line was cut. It may have happened:
    /// never try a deed again blindly after this.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// The other side answered with a status that is not 2xx.
    #[error("the other side answered {}", .0.status)]
    Status(Box<Answer>),
    /// The answer is larger than the caller accepts; what was asked for has happened.
    #[error("the answer is larger than {cap_bytes} bytes")]
    TooLarge {
        /// What the caller accepts.
        cap_bytes: usize,
    },
}

impl Failure {
    /// Whether it is certain that nothing happened on the other side, so that the same deed may be tried again without
    /// doing it twice. Statuses 4xx mean the request was turned away; a 5xx proves nothing.
    pub fn nothing_happened(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Resting { .. } | Self::NotConnected(_) => true,
            Self::Status(a) => (300..500).contains(&a.status) && a.status != 408,
            Self::Unknown(_) | Self::TooLarge { .. } => false,
        }
    }
    /// Whether the same request may succeed later: the trouble is time, load or the line, not the request.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused(_) | Self::TooLarge { .. } => false,
            Self::Resting { .. } | Self::NotConnected(_) | Self::Unknown(_) => true,
            Self::Status(a) => matches!(a.status, 408 | 409 | 425 | 429) || a.status >= 500,
        }
    }
    /// Whether this speaks against the health of the other side. A 4xx is our fault; 429 is answered by waiting.
    pub fn is_sickness(&self) -> bool {
        match self {
            Self::NotConnected(_) | Self::Unknown(_) => true,
            Self::Status(a) => a.status >= 500 || a.status == 408,
            Self::Refused(_) | Self::Resting { .. } | Self::TooLarge { .. } => false,
        }
    }
    /// The answer, when there was one.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Status(a) => Some(a),
            _ => None,
        }
    }
    /// As an error for people; `who` is the other side's name ("WhatsApp"). An unknown outcome is not transient there,
    /// so the queue does not try it again by itself.
    pub fn into_error(self, who: &str) -> Error {
        let (kind, message) = match &self {
            Self::Refused(why) => (Kind::Invalid, format!("The request to {who} was not sent: {why}.")),
            Self::Resting { .. } | Self::NotConnected(_) => (Kind::Unavailable, format!("{who} cannot be reached.")),
            Self::Unknown(_) => (Kind::Conflict, format!("It is not known whether {who} got the request.")),
            Self::Status(a) => match a.status {
                401 | 403 => (Kind::Denied, format!("{who} does not accept our key (status {}).", a.status)),
                429 => (Kind::RateLimited, format!("{who} asks us to wait.")),
                500.. => (Kind::Unavailable, format!("{who} has a problem of its own (status {}).", a.status)),
                _ => (Kind::Invalid, format!("{who} refused the request (status {}).", a.status)),
            },
            Self::TooLarge { .. } => (Kind::TooLarge, format!("{who} sent more than we accept.")),
        };
        Error::new(kind, message).with_source(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(n: u16) -> Failure {
        Failure::Status(Box::new(Answer::made(n, "")))
    }

    #[test]
    fn only_certain_failures_may_be_repeated() {
        let cases = [
            (Failure::Refused("x".into()), true, false),
            (Failure::Resting { retry_after_ms: 1 }, true, true),
            (Failure::NotConnected("x".into()), true, true),
            (Failure::Unknown("x".into()), false, true),
            (status(400), true, false),
            (status(408), false, true),
            (status(429), true, true),
            (status(500), false, true),
            (status(503), false, true),
            (Failure::TooLarge { cap_bytes: 1 }, false, false),
        ];
        for (f, nothing, passing) in cases {
            assert_eq!((f.nothing_happened(), f.is_passing()), (nothing, passing), "{f}");
        }
        assert!(!Failure::Unknown(String::new()).into_error("Meta").is_transient());
    }
}
