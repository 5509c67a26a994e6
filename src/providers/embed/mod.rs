//! Text as vectors whose angle tells how near two meanings are. The built-in model is always there and answers at once;
//! others are asked over the network.

pub mod builtin;
pub mod remote;

use crate::net::failure::Failure;
use async_trait::async_trait;
use std::fmt;

/// Why there are no vectors.
#[derive(Debug)]
pub enum EmbedError {
    /// The request failed.
    Network(Failure),
    /// The answer was not what the protocol promises.
    Unreadable(String),
}

impl fmt::Display for EmbedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(e) => write!(f, "{e}"),
            Self::Unreadable(what) => write!(f, "the embedding server answered, but {what}"),
        }
    }
}

/// Makes vectors of texts. All vectors of one name have one length and compare with each other only.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// The model's name; stored with each vector.
    fn name(&self) -> &str;
    /// How many numbers a vector has; none before the first answer of a server that nobody asked yet.
    fn dims(&self) -> Option<usize>;
    /// The vector of a text, when this needs no network. None for servers, and for a text without any known word.
    fn embed_now(&self, _text: &str) -> Option<Vec<f32>> {
        None
    }
    /// Whether [`Self::embed_now`] works.
    fn is_instant(&self) -> bool {
        false
    }
    /// The vectors of some texts, in their order. All are of length one.
    ///
    /// # Errors
    /// When the server cannot be reached, refuses, or answers something else.
    async fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError>;
}

/// Scales a vector to length one; a vector of nothing stays.
pub fn normalise(v: &mut [f32]) {
    let length = v.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        v.iter_mut().for_each(|x| *x /= length);
    }
}
