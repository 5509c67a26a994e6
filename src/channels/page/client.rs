//! Requests to Meta's Send API for one page or Instagram account.

use super::problems;
use crate::channels::carrier;
use crate::channels::meta::fit::{BUTTON_MAX, cut};
use crate::channels::outcome::{SendError, Sent};
use crate::channels::plain::plain;
use crate::channels::signature;
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::message::{Choice, Content, MediaKind, Problem};
use crate::domain::secret::Secret;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Most quick replies under one message.
const CHOICES: usize = 13;
/// Hosts on which Meta keeps what people send, and what is below them.
const MEDIA_HOSTS: [&str; 4] = ["fbsbx.com", "fbcdn.net", "cdninstagram.com", "facebook.com"];

/// What a client needs to know of a page.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The Graph API, or the address of a stand-in.
    pub base_url: String,
    /// Version of the Graph API.
    pub version: String,
    /// The page's or the Instagram account's id.
    pub id: String,
    /// Its token.
    pub token: Secret,
    /// The app's secret; every request proves it knows it.
    pub app_secret: Secret,
}

/// Requests for one page.
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

    /// The body that sends `content`; `Invalid` when Meta would refuse it.
    pub fn build(&self, to: &Identity, content: &Content) -> Result<Value> {
        if !matches!(to.kind, IdentityKind::MessengerUser | IdentityKind::InstagramUser) {
            return Err(Error::invalid("This customer cannot be reached on this channel: they have to write first."));
        }
        let message = match content {
            Content::Buttons { text, choices } | Content::List { text, choices, .. } if fits_as_replies(choices) => {
                json!({ "text": text, "quick_replies": choices.iter().map(reply).collect::<Vec<_>>() })
            }
            Content::Media { media, .. } => {
                let link = plain(content)?.link.unwrap_or_default();
                let kind = match media {
                    MediaKind::Image | MediaKind::Sticker => "image",
                    MediaKind::Video => "video",
                    MediaKind::Audio => "audio",
                    MediaKind::Document => "file",
                };
                json!({ "attachment": { "type": kind, "payload": { "url": link } } })
            }
            _ => {
                let said = plain(content)?;
                let map = said.place.map(|(latitude, longitude, _)| format!("https://maps.google.com/?q={latitude},{longitude}"));
                let parts: Vec<String> = [Some(said.text), map].into_iter().flatten().filter(|t| !t.trim().is_empty()).collect();
                json!({ "text": parts.join("\n") })
            }
        };
        Ok(json!({ "recipient": { "id": to.value }, "messaging_type": "RESPONSE", "message": message }))
    }

    /// Hands a body over, once; the caller tries again as the error says.
    pub async fn send(&self, body: &Value) -> std::result::Result<Sent, SendError> {
        #[derive(Deserialize)]
        struct Accepted {
            message_id: String,
        }
        let s = &self.settings;
        let call = self.signed(Call::post(format!("{}/{}/{}/messages", s.base_url.trim_end_matches('/'), s.version, s.id)));
        let answer = self.net.send(&call.json(body).repeat(Repeat::Never)).await.map_err(|f| self.send_error(&f))?;
        let accepted: Option<Accepted> = answer.json().ok();
        match accepted.filter(|a| !a.message_id.is_empty()) {
            Some(a) => Ok(Sent { provider_id: a.message_id, held: false }),
            None => Err(SendError::Unknown("Meta took the message but did not name it.".into())),
        }
    }

    /// Asks Meta about the page: proves that its id and token fit together. Its name.
    pub async fn check(&self) -> std::result::Result<String, Problem> {
        #[derive(Deserialize)]
        struct Page {
            #[serde(default)]
            name: String,
        }
        let s = &self.settings;
        let call = self.signed(Call::get(format!("{}/{}/{}", s.base_url.trim_end_matches('/'), s.version, s.id)).query("fields", "name"));
        let answer = self.net.send(&call.repeat(Repeat::Never)).await.map_err(|f| problem_of(&f))?;
        answer.json::<Page>().map(|p| p.name).map_err(|_| problems::from_answer(answer.status, &answer.body))
    }

    /// Fetches a file a customer sent, from Meta's own hosts. The bytes and their type.
    pub async fn fetch(&self, address: &str, kind: MediaKind) -> Result<(Vec<u8>, String)> {
        // The address is signed by Meta; our token is not shown to it.
        let call = Call::get(self.own(address)?).timeout_ms(60_000).cap_bytes(carrier::cap(kind)).from_outside();
        carrier::fetched(self.net.send(&call).await, "Meta", kind)
    }

    fn own(&self, address: &str) -> Result<String> {
        let no = || Error::denied("The message names an address for its file that is not Meta's.");
        let url = url::Url::parse(address).map_err(|_| no())?;
        let base = url::Url::parse(&self.settings.base_url).map_err(|_| no())?;
        let host = url.host_str().unwrap_or_default();
        let of_meta = |h: &str| host == h || host.strip_suffix(h).is_some_and(|rest| rest.ends_with('.'));
        let known = url.scheme() == "https" && url.port().is_none() && MEDIA_HOSTS.iter().any(|h| of_meta(h));
        if known || url.origin() == base.origin() { Ok(url.into()) } else { Err(no()) }
    }

    fn signed(&self, call: Call) -> Call {
        let s = &self.settings;
        let call = call.bearer(&s.token);
        if s.app_secret.is_empty() {
            return call;
        }
        call.query("appsecret_proof", &signature::hmac_hex(&s.app_secret, s.token.reveal().as_bytes()))
    }

    fn send_error(&self, failure: &Failure) -> SendError {
        carrier::send_error(
            failure,
            problem_of(failure),
            |a| !failure.nothing_happened() && a.json::<Value>().is_err(),
            self.net.clock().now(),
        )
    }
}

/// Whether choices can be shown as quick replies: few, and with names short enough to tell apart.
fn fits_as_replies(choices: &[Choice]) -> bool {
    let mut titles: Vec<String> = choices.iter().map(|c| cut(&c.title, BUTTON_MAX)).collect();
    titles.sort();
    titles.dedup();
    (1..=CHOICES).contains(&choices.len()) && titles.len() == choices.len() && choices.iter().all(|c| !c.id.is_empty())
}

fn reply(c: &Choice) -> Value {
    json!({ "content_type": "text", "title": cut(&c.title, BUTTON_MAX), "payload": c.id })
}

/// Why a request failed, for the owner.
fn problem_of(failure: &Failure) -> Problem {
    carrier::problem_of(failure, "Meta", problems::from_answer)
}
