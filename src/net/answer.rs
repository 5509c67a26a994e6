//! What the other side answered: a whole answer, or one that is read piece by piece.

use crate::net::breaker::Permit;
use crate::net::failure::Failure;
use serde::de::DeserializeOwned;

/// A whole answer.
#[derive(Clone, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

/// Bodies hold customers' words, so they are not printed.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

impl Answer {
    /// An answer made by hand, for tests.
    pub fn made(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }
    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
    /// The body as JSON. What does not parse was still answered, so it is a refusal of ours to read on, not an unknown.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
    /// The body as text; what is not UTF-8 becomes the replacement sign.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// An answer with a 2xx status whose body is still coming.
pub struct Streaming {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    response: reqwest::Response,
    left_bytes: usize,
    cap_bytes: usize,
    /// Until it is known whether the body comes whole.
    permit: Option<Permit>,
}

/// A reader that has enough speaks for the other side's health.
impl Drop for Streaming {
    fn drop(&mut self) {
        if let Some(permit) = self.permit.take() {
            permit.worked();
        }
    }
}

impl Streaming {
    pub(super) fn new(response: reqwest::Response, cap_bytes: usize) -> Self {
        let (status, headers) = (response.status().as_u16(), headers_of(&response));
        Self { status, headers, response, left_bytes: cap_bytes, cap_bytes, permit: None }
    }
    /// Its body decides what becomes of `permit`.
    pub(super) fn judged_by(mut self, permit: Permit) -> Self {
        self.permit = Some(permit);
        self
    }
    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
    /// The next piece, none at the end. A cut line is [`Failure::Unknown`], more than the cap [`Failure::TooLarge`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let piece = match self.response.chunk().await {
            Ok(Some(piece)) => piece,
            Ok(None) => return Ok(None),
            Err(e) => {
                if let Some(permit) = self.permit.take() {
                    permit.failed();
                }
                return Err(Failure::Unknown(super::client::tell(&e)));
            }
        };
        self.left_bytes = self.left_bytes.checked_sub(piece.len()).ok_or(Failure::TooLarge { cap_bytes: self.cap_bytes })?;
        Ok(Some(piece.to_vec()))
    }
    /// All of the rest.
    pub async fn whole(mut self) -> Result<Answer, Failure> {
        if self.response.content_length().is_some_and(|n| n > self.cap_bytes as u64) {
            return Err(Failure::TooLarge { cap_bytes: self.cap_bytes });
        }
        let mut body = Vec::new();
        while let Some(piece) = self.next().await? {
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status: self.status, headers: std::mem::take(&mut self.headers), body })
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
}

fn headers_of(response: &reqwest::Response) -> Vec<(String, String)> {
    let one = |(n, v): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned())
    };
    response.headers().iter().map(one).collect()
}
