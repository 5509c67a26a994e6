//! How requests to a carrier fail, and how its files are taken: the same for Twilio, Vonage and pages.

use super::outcome::SendError;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::message::{MediaKind, Problem, ProblemClass};
use crate::domain::time::Time;
use crate::net::answer::Answer;
use crate::net::failure::Failure;
use crate::net::retry;

/// Waited before a request is repeated when nobody connected.
const NOT_CONNECTED_MS: u64 = 5_000;
/// Waited when the carrier is busy and does not say for how long.
const BUSY_MS: u64 = 2_000;

/// Why a request failed, for the owner. `from_answer` reads the carrier's own refusal.
pub fn problem_of(failure: &Failure, carrier: &str, from_answer: fn(u16, &[u8]) -> Problem) -> Problem {
    if let Some(answer) = failure.answer() {
        return from_answer(answer.status, &answer.body);
    }
    let (class, meaning) = match failure {
        Failure::Refused(_) => (
            ProblemClass::Other,
            format!("The address of {carrier} in the settings is not one Steward can use. Messages wait; correct it."),
        ),
        _ => (
            ProblemClass::Transient,
            format!("{carrier} cannot be reached from here. Messages wait and are tried again by themselves. Check the internet."),
        ),
    };
    Problem { code: -1, detail: failure.to_string(), meaning, class }
}

/// What became of a message whose request failed. `is_doubtful` says of an answer that the message may have left all the same.
pub fn send_error(failure: &Failure, problem: Problem, is_doubtful: impl Fn(&Answer) -> bool, now: Time) -> SendError {
    let later = |after_ms, problem| SendError::NotSent { retryable: true, after_ms, problem };
    match failure {
        Failure::Refused(_) => SendError::NotSent { retryable: false, after_ms: 0, problem },
        Failure::Resting { retry_after_ms } => later(*retry_after_ms, problem),
        Failure::NotConnected(_) => later(NOT_CONNECTED_MS, problem),
        Failure::Unknown(_) | Failure::TooLarge { .. } => SendError::Unknown(failure.to_string()),
        Failure::Status(a) if is_doubtful(a) => SendError::Unknown(problem.detail),
        Failure::Status(a) => match problem.class {
            ProblemClass::Rate | ProblemClass::Transient => later(retry::asked_wait_ms(&|n| a.header(n), now).unwrap_or(BUSY_MS), problem),
            _ => SendError::Refused(problem),
        },
    }
}

/// Whether a server failed in a way that leaves open what it had done.
pub fn broke_down(a: &Answer) -> bool {
    a.status == 408 || (a.status >= 500 && a.status != 503)
}

/// The most bytes of a file of this kind.
pub fn cap(kind: MediaKind) -> usize {
    usize::try_from(kind.cap_bytes()).unwrap_or(usize::MAX)
}

/// A file a carrier handed over: its bytes and their type.
pub fn fetched(outcome: std::result::Result<Answer, Failure>, carrier: &str, kind: MediaKind) -> Result<(Vec<u8>, String)> {
    match outcome {
        Ok(a) => {
            let mime = a.header("content-type").unwrap_or("application/octet-stream").to_owned();
            Ok((a.body, mime))
        }
        Err(Failure::TooLarge { .. }) => {
            Err(Error::new(Kind::TooLarge, format!("The file is larger than {} MB.", (kind.cap_bytes() >> 20).max(1))))
        }
        Err(f) if f.is_passing() => Err(Error::unavailable(format!("{carrier} cannot be reached for the file.")).with_source(f)),
        Err(f) => Err(Error::denied(format!("{carrier} did not hand over the file.")).with_source(f)),
    }
}
