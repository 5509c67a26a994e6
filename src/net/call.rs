//! An outgoing request, in our own words.

use crate::domain::secret::Secret;
use crate::net::failure::Failure;
use crate::net::retry::Backoff;
use crate::net::trust::Named;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Serialize;

/// HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of RFC 9110")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What a request carries.
#[derive(Clone)]
pub enum Body {
    /// Nothing.
    Empty,
    /// Bytes of this MIME type.
    Bytes {
        /// The MIME type.
        mime: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// `multipart/form-data`.
    Multipart(Vec<Part>),
}

/// One part of a multipart body.
#[derive(Clone)]
pub struct Part {
    /// The field's name.
    pub name: String,
    /// The file's name and MIME type; none for a plain field.
    pub file: Option<(String, String)>,
    /// The content.
    pub bytes: Vec<u8>,
}

/// When the client itself may send the same request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Only when it is certain that nothing happened there: no connection, or 429.
    Certain,
    /// Whenever the failure may pass. For reading, for model calls, and for requests with an idempotency key.
    Harmless,
    /// Never; the caller decides (a job that comes again by itself).
    Never,
}

/// A request to send.
#[derive(Clone)]
pub struct Call {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(String, Secret)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Body,
    pub(super) timeout_ms: u64,
    pub(super) cap_bytes: usize,
    pub(super) repeat: Repeat,
    pub(super) backoff: Backoff,
    pub(super) named: Named,
    pub(super) breaker: Option<String>,
    fault: Option<String>,
}

/// Prints the method and the address without its query: queries and headers hold secrets.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {}", self.method, self.url.split('?').next().unwrap_or_default())
    }
}

impl Call {
    /// A request. Defaults: 20 s in all, at most 8 MiB of answer, repeated only when nothing happened, an address of ours.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Vec::new(),
            query: Vec::new(),
            body: Body::Empty,
            timeout_ms: 20_000,
            cap_bytes: 8 << 20,
            repeat: if method == Method::Get { Repeat::Harmless } else { Repeat::Certain },
            backoff: Backoff::default(),
            named: Named::ByUs,
            breaker: None,
            fault: None,
        }
    }
    /// A GET. Repeated when the failure may pass.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::Get, url)
    }
    /// A POST. Repeated only when nothing happened.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::Post, url)
    }
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), Secret::new(value)));
        self
    }
    /// Adds a header whose value is secret: it is marked so and printed nowhere.
    pub fn secret_header(mut self, name: &str, value: &Secret) -> Self {
        self.headers.push((name.to_owned(), value.clone()));
        self
    }
    /// `Authorization: Bearer …`.
    pub fn bearer(self, key: &Secret) -> Self {
        let value = Secret::new(format!("Bearer {}", key.reveal()));
        self.secret_header("authorization", &value)
    }
    /// `Authorization: Basic …`.
    pub fn basic(self, user: &str, password: &Secret) -> Self {
        use base64::Engine;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", password.reveal()));
        self.secret_header("authorization", &Secret::new(format!("Basic {pair}")))
    }
    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }
    /// Carries `value` as JSON.
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => self.body = Body::Bytes { mime: "application/json".into(), bytes },
            Err(e) => self.fault = Some(format!("the body cannot be written as JSON: {e}")),
        }
        self
    }
    /// Carries fields as `application/x-www-form-urlencoded`.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(mut self, fields: &[(K, V)]) -> Self {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body = Body::Bytes { mime: "application/x-www-form-urlencoded".into(), bytes: text.into_bytes() };
        self
    }
    /// Carries bytes of a MIME type.
    pub fn bytes(mut self, mime: &str, bytes: Vec<u8>) -> Self {
        self.body = Body::Bytes { mime: mime.to_owned(), bytes };
        self
    }
    /// Carries a multipart form.
    pub fn multipart(mut self, parts: Vec<Part>) -> Self {
        self.body = Body::Multipart(parts);
        self
    }
    /// Time for one attempt, in milliseconds, from the connection to the last byte of the body.
    pub const fn timeout_ms(mut self, ms: u64) -> Self {
        self.timeout_ms = ms;
        self
    }
    /// Largest answer accepted, in bytes after unpacking.
    pub const fn cap_bytes(mut self, bytes: usize) -> Self {
        self.cap_bytes = bytes;
        self
    }
    /// When the client may send it again by itself.
    pub const fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }
    /// How often and how far apart it is sent again.
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }
    /// Who named the address: what comes from outside reaches only https at public addresses, and what the operator allows them.
    pub const fn named(mut self, named: Named) -> Self {
        self.named = named;
        self
    }
    /// The address comes from a provider (a link in its message).
    pub const fn from_outside(self) -> Self {
        self.named(Named::ByProvider)
    }
    /// Counts failures under this name instead of the host's, so that one provider's two services break apart.
    pub fn breaker(mut self, name: &str) -> Self {
        self.breaker = Some(name.to_owned());
        self
    }

    pub(super) fn check(&self) -> Result<url::Url, Failure> {
        if let Some(fault) = &self.fault {
            return Err(Failure::Refused(fault.clone()));
        }
        let url = url::Url::parse(&self.url).map_err(|e| Failure::Refused(format!("the address is not a URL: {e}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(Failure::Refused("the address is not http or https".into()));
        }
        Ok(url)
    }

    pub(super) fn build(&self, client: &reqwest::Client, mut url: url::Url) -> Result<reqwest::Request, Failure> {
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let method = match self.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut b = client.request(method, url).timeout(std::time::Duration::from_millis(self.timeout_ms));
        for (name, value) in &self.headers {
            let bad = |_| Failure::Refused(format!("the header {name} holds a character that headers cannot hold"));
            let mut v = HeaderValue::from_str(value.reveal()).map_err(bad)?;
            v.set_sensitive(true);
            let n = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Failure::Refused(format!("{name} is not a header name")))?;
            b = b.header(n, v);
        }
        b = match &self.body {
            Body::Empty => b,
            Body::Bytes { mime, bytes } => b.header("content-type", mime.as_str()).body(bytes.clone()),
            Body::Multipart(parts) => b.multipart(form_of(parts)?),
        };
        b.build().map_err(|e| Failure::Refused(super::client::tell(&e)))
    }
}

fn form_of(parts: &[Part]) -> Result<reqwest::multipart::Form, Failure> {
    let mut form = reqwest::multipart::Form::new();
    for p in parts {
        let mut part = reqwest::multipart::Part::bytes(p.bytes.clone());
        if let Some((name, mime)) = &p.file {
            let bad = |_| Failure::Refused(format!("{mime} is not a MIME type"));
            part = part.file_name(name.clone()).mime_str(mime).map_err(bad)?;
        }
        form = form.part(p.name.clone(), part);
    }
    Ok(form)
}
