//! One vocabulary of failure. Three readers: the web (status code), the queue (try again or not), a model (a sentence).

use std::fmt;

/// What sort of failure; decides status code and retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The input cannot be accepted; says what to mend. 400, or 422 with field errors.
    Invalid,
    /// Nobody is signed in, or the key is wrong. 401.
    Unauthenticated,
    /// Signed in, but not allowed. 403.
    Denied,
    /// No such thing in this business. 404.
    NotFound,
    /// The thing is in a state that does not allow this. 409.
    Conflict,
    /// Larger than we accept. 413.
    TooLarge,
    /// Too many requests. 429.
    RateLimited,
    /// Something we need is away for now; trying again may help. 503.
    Unavailable,
    /// A defect or a broken disk. 500.
    Internal,
}

/// An error a person can act on, with its cause kept for the log.
#[derive(Debug)]
pub struct Error {
    /// What sort of failure.
    pub kind: Kind,
    /// One sentence for people, without secrets.
    pub message: String,
    /// Errors of single fields: name and sentence.
    pub fields: Vec<(String, String)>,
    /// The cause, for the log only.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result of anything that can fail here.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of this kind with a sentence for people.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), fields: Vec::new(), source: None }
    }
    /// The input cannot be accepted.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }
    /// One field cannot be accepted.
    pub fn field(name: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { fields: vec![(name.into(), message.clone())], ..Self::new(Kind::Invalid, message) }
    }
    /// No such thing in this business; `what` is its name in our words ("order").
    pub fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, format!("There is no such {what}."))
    }
    /// The thing's state does not allow this.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, message)
    }
    /// Signed in, but not allowed.
    pub fn denied(message: impl Into<String>) -> Self {
        Self::new(Kind::Denied, message)
    }
    /// Away for now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, message)
    }
    /// A defect; `message` still says what did not work.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Kind::Internal, message)
    }
    /// Keeps the cause for the log.
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }
    /// Whether trying the same thing again later can help.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, Kind::Unavailable | Kind::RateLimited | Kind::Internal)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}
