//! What became of a message that was handed to a carrier. A send has no idempotency key anywhere, so how it failed is told exactly:
//! refused, certainly not sent, or unknown. What is unknown is settled by status webhooks, never by sending again.

use crate::domain::house::message::Problem;

/// The carrier took the message. Not yet a delivery: status webhooks tell that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The carrier's id of the message; every status names it.
    pub provider_id: String,
    /// Meta holds it back to look at the template's quality first.
    pub held: bool,
}

/// Why a request did not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It certainly did not happen.
    #[error("not sent: {}", .problem.detail)]
    NotSent {
        /// The same request may work later.
        retryable: bool,
        /// Milliseconds to wait first; for [`ProblemClass::PairRate`] four times longer with each attempt.
        after_ms: u64,
        /// Why.
        problem: Problem,
    },
    /// The carrier refused it for good; the same request will be refused again.
    #[error("refused: {}", .0.detail)]
    Refused(Problem),
    /// It may have happened: the line broke or the time ran out after it was written. Never send it again blindly.
    #[error("outcome unknown: {0}")]
    Unknown(String),
}

impl SendError {
    /// What to tell the owner, when it is known what happened.
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::NotSent { problem, .. } | Self::Refused(problem) => Some(problem),
            Self::Unknown(_) => None,
        }
    }
}
