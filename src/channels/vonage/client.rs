//! Requests to Vonage's Messages API for one number. Our own id travels as `client_ref` and comes back with every status.

use super::jwt::PrivateKey;
use super::problems;
use crate::channels::carrier;
use crate::channels::meta;
use crate::channels::outcome::{SendError, Sent};
use crate::channels::plain::plain;
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::message::{Content, File, MediaKind, Problem, ProblemClass};
use crate::domain::secret::Secret;
use crate::domain::sms;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Vonage's own host.
pub const API: &str = "https://api.nexmo.com";

/// What a client needs to know of an account.
#[derive(Debug, Clone)]
pub struct Settings {
    /// [`API`], or the address of a stand-in.
    pub base_url: String,
    /// The account's key.
    pub api_key: String,
    /// The account's secret; used when there is no application.
    pub api_secret: Secret,
    /// The application's id.
    pub application_id: String,
    /// The application's private key as PEM.
    pub private_key: Secret,
    /// The number we send from, digits alone.
    pub from: String,
}

/// Requests for one number.
#[derive(Clone)]
pub struct Client {
    net: Arc<Net>,
    settings: Settings,
}

impl Client {
    /// A client. The operator entered `base_url`, so it may be a private address.
    pub fn new(net: Arc<Net>, settings: Settings) -> Self {
        net.trust(&settings.base_url);
        Self { net, settings }
    }

    /// The body that sends `content`; `Invalid` when Vonage would refuse it. `id` is our own of the message.
    pub fn build(&self, channel: Channel, to: &Identity, content: &Content, id: &str) -> Result<Value> {
        let address = match (to.kind, channel) {
            (IdentityKind::Phone, _) => to.value.trim_start_matches('+').to_owned(),
            (IdentityKind::WhatsappUser, Channel::Whatsapp) => to.value.clone(),
            _ => return Err(Error::invalid("This customer has no phone number to write to.")),
        };
        let mut out = match channel {
            Channel::Whatsapp => whatsapp(to, content)?,
            _ => text_message(content)?,
        };
        out["to"] = address.into();
        out["from"] = self.settings.from.as_str().into();
        out["client_ref"] = id.into();
        Ok(out)
    }

    /// Hands a body over, once; the caller tries again as the error says.
    pub async fn send(&self, body: &Value) -> std::result::Result<Sent, SendError> {
        #[derive(Deserialize)]
        struct Accepted {
            message_uuid: String,
        }
        let call = Call::post(format!("{}/v1/messages", self.settings.base_url.trim_end_matches('/')));
        let call = self.proved(call).map_err(|e| {
            let problem = Problem { code: -1, detail: e.message.clone(), meaning: e.message, class: ProblemClass::Auth };
            SendError::NotSent { retryable: false, after_ms: 0, problem }
        })?;
        let answer = self.net.send(&call.json(body).repeat(Repeat::Never)).await.map_err(|f| self.send_error(&f))?;
        let accepted: Option<Accepted> = answer.json().ok();
        match accepted.filter(|a| !a.message_uuid.is_empty()) {
            Some(a) => Ok(Sent { provider_id: a.message_uuid, held: false }),
            None => Err(SendError::Unknown("Vonage took the message but did not name it.".into())),
        }
    }

    /// Fetches a file a customer sent, from Vonage's own hosts. The bytes and their type.
    pub async fn fetch(&self, address: &str, kind: MediaKind) -> Result<(Vec<u8>, String)> {
        let call = self.proved(Call::get(self.own(address)?).timeout_ms(60_000).cap_bytes(carrier::cap(kind)).from_outside())?;
        carrier::fetched(self.net.send(&call).await, "Vonage", kind)
    }

    fn own(&self, address: &str) -> Result<String> {
        let no = || Error::denied("The message names an address for its file that is not Vonage's.");
        let url = url::Url::parse(address).map_err(|_| no())?;
        let base = url::Url::parse(&self.settings.base_url).map_err(|_| no())?;
        let host = url.host_str().unwrap_or_default();
        let vonage = [".nexmo.com", ".vonage.com"].iter().any(|end| host.ends_with(end));
        let known = url.scheme() == "https" && url.port().is_none() && vonage;
        if known || url.origin() == base.origin() { Ok(url.into()) } else { Err(no()) }
    }

    /// Proves who asks: by a token of the application, or by key and secret.
    fn proved(&self, call: Call) -> Result<Call> {
        let s = &self.settings;
        if s.application_id.is_empty() || s.private_key.is_empty() {
            return Ok(call.basic(&s.api_key, &s.api_secret));
        }
        let token = PrivateKey::read(&s.private_key)?.token(&s.application_id, self.net.clock().now())?;
        Ok(call.bearer(&token))
    }

    fn send_error(&self, failure: &Failure) -> SendError {
        carrier::send_error(failure, problem_of(failure), carrier::broke_down, self.net.clock().now())
    }
}

fn text_message(content: &Content) -> Result<Value> {
    let said = plain(content)?;
    let place = said.place.map(|(latitude, longitude, _)| format!("https://maps.google.com/?q={latitude},{longitude}"));
    let parts: Vec<String> = [Some(said.text), said.link, place].into_iter().flatten().filter(|t| !t.trim().is_empty()).collect();
    let text = sms::cheapest(&parts.join("\n"));
    Ok(json!({ "message_type": "text", "channel": "sms", "text": text, "sms": { "encoding_type": "auto" } }))
}

/// WhatsApp over Vonage: words and files have a form of their own, everything else goes as Meta's own object.
fn whatsapp(to: &Identity, content: &Content) -> Result<Value> {
    let of = |kind: &str, inner: Value| {
        let mut out = json!({ "message_type": kind, "channel": "whatsapp" });
        out[kind] = inner;
        out
    };
    match content {
        Content::Text { text } => Ok(of("text", text.as_str().into())),
        Content::Media { media, file } => {
            plain(content)?;
            let kind = match media {
                MediaKind::Document => "file",
                other => other.as_str(),
            };
            Ok(of(kind, file_of(*media, file)))
        }
        _ => {
            let meta = meta::build::build(to, content, None, None)?;
            let kind = meta["type"].as_str().unwrap_or_default().to_owned();
            let mut inner = json!({ "type": kind });
            inner[kind.as_str()] = meta[kind.as_str()].clone();
            Ok(of("custom", inner))
        }
    }
}

fn file_of(media: MediaKind, file: &File) -> Value {
    let mut out = json!({ "url": file.link });
    let captioned = matches!(media, MediaKind::Image | MediaKind::Video | MediaKind::Document);
    if let Some(caption) = file.caption.as_deref().filter(|c| captioned && !c.trim().is_empty()) {
        out["caption"] = meta::fit::cut(caption, meta::fit::CAPTION_MAX).into();
    }
    if let (MediaKind::Document, Some(name)) = (media, &file.filename) {
        out["name"] = name.as_str().into();
    }
    out
}

/// Why a request failed, for the owner.
fn problem_of(failure: &Failure) -> Problem {
    carrier::problem_of(failure, "Vonage", problems::from_answer)
}
