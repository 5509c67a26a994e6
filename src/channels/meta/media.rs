//! Files at Meta: those customers sent are looked up and fetched, ours are uploaded before they are sent.

use super::client::{Client, SendError, problem_of};
use crate::channels::signature;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::message::{MediaKind, ProblemClass};
use crate::net::call::{Call, Part, Repeat};
use crate::net::failure::Failure;
use base64::Engine;
use serde::Deserialize;

/// What Meta says of a file. Its address works for five minutes and only with our token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// Where it is.
    pub url: String,
    /// Its MIME type.
    #[serde(default)]
    pub mime_type: String,
    /// Its SHA-256, in hex.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Its size in bytes.
    #[serde(default)]
    pub file_size: Option<u64>,
}

/// A file that was fetched and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its MIME type.
    pub mime: String,
    /// Its SHA-256 in hex, counted here.
    pub sha256: String,
}

impl Client {
    /// Where a customer's file is. Ids from webhooks live seven days.
    pub async fn media_lookup(&self, media_id: &str) -> Result<Found> {
        if media_id.is_empty() || !media_id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
            return Err(Error::invalid("This is not the id of a file at WhatsApp."));
        }
        let call = self.get(media_id).query("phone_number_id", &self.settings.phone_number_id);
        let answer = self.net.send(&call).await.map_err(|f| error(&f))?;
        answer.json().map_err(|e| Error::unavailable("WhatsApp did not say where the file is.").with_source(e))
    }

    /// Fetches a file that was looked up: only from the hosts in the settings, never more than the kind's cap, and only if its
    /// SHA-256 is the one Meta told.
    pub async fn media_download(&self, found: &Found, kind: MediaKind) -> Result<Fetched> {
        let cap = usize::try_from(kind.cap_bytes()).unwrap_or(usize::MAX);
        let too_large = || Error::new(Kind::TooLarge, format!("The file is larger than {} MB.", (kind.cap_bytes() >> 20).max(1)));
        if found.file_size.is_some_and(|size| size > kind.cap_bytes()) {
            return Err(too_large());
        }
        self.may_fetch(&found.url)?;
        let call = Call::get(&found.url).bearer(&self.settings.token).timeout_ms(60_000).cap_bytes(cap).from_outside();
        let answer = self.net.send(&call).await.map_err(|f| if let Failure::TooLarge { .. } = f { too_large() } else { error(&f) })?;
        let sha256 = signature::sha256_hex(&answer.body);
        if found.sha256.as_deref().is_some_and(|told| !same_digest(told, &sha256)) {
            return Err(Error::unavailable("The file arrived damaged."));
        }
        let said = answer.header("content-type").unwrap_or("application/octet-stream");
        let mime = if found.mime_type.is_empty() { said.to_owned() } else { found.mime_type.clone() };
        Ok(Fetched { bytes: answer.body, mime, sha256 })
    }

    /// Looks a file up and fetches it.
    pub async fn fetch_media(&self, media_id: &str, kind: MediaKind) -> Result<Fetched> {
        let found = self.media_lookup(media_id).await?;
        self.media_download(&found, kind).await
    }

    /// Hands a file over so that it can be sent by the id this gives (for 30 days). Doing it twice harms nobody.
    pub async fn upload(&self, filename: &str, mime: &str, bytes: Vec<u8>) -> std::result::Result<String, SendError> {
        #[derive(Deserialize)]
        struct Stored {
            id: String,
        }
        let field = |name: &str, value: &str| Part { name: name.into(), file: None, bytes: value.as_bytes().to_vec() };
        let file = Part { name: "file".into(), file: Some((filename.to_owned(), mime.to_owned())), bytes };
        let parts = vec![field("messaging_product", "whatsapp"), field("type", mime), file];
        let call = self.post("media").multipart(parts).repeat(Repeat::Harmless).timeout_ms(120_000);
        let answer = self.net.send(&call).await.map_err(|f| self.send_error(&f))?;
        let stored: Stored = answer.json().map_err(|_| SendError::Unknown("WhatsApp took the file but did not name it.".into()))?;
        Ok(stored.id)
    }

    fn may_fetch(&self, address: &str) -> Result<()> {
        let no = || Error::denied("WhatsApp named an address for the file that Steward does not trust.");
        let url = url::Url::parse(address).map_err(|_| no())?;
        let base = url::Url::parse(&self.settings.base_url).map_err(|_| no())?;
        let known = |host: &str| self.settings.media_hosts.iter().any(|h| h.eq_ignore_ascii_case(host));
        let at_meta = url.scheme() == "https" && url.port().is_none() && url.host_str().is_some_and(known);
        if at_meta || url.origin() == base.origin() { Ok(()) } else { Err(no()) }
    }
}

/// Meta writes the digest in hex when asked and in base64 in webhooks.
fn same_digest(told: &str, hex_digest: &str) -> bool {
    let from_base64 = || base64::engine::general_purpose::STANDARD.decode(told).map(hex::encode);
    told.eq_ignore_ascii_case(hex_digest) || from_base64().is_ok_and(|t| t == hex_digest)
}

fn error(failure: &Failure) -> Error {
    let problem = problem_of(failure);
    let kind = match problem.class {
        ProblemClass::Auth | ProblemClass::Account => Kind::Denied,
        ProblemClass::Transient => Kind::Unavailable,
        ProblemClass::Rate | ProblemClass::PairRate => Kind::RateLimited,
        _ => Kind::NotFound,
    };
    let message = if kind == Kind::NotFound {
        "WhatsApp no longer has this file. Ask the customer to send it again.".into()
    } else {
        problem.meaning
    };
    Error::new(kind, message).with_source(failure.clone())
}
