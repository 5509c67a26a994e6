//! Requests to Twilio for one number. A send has no idempotency key: how it failed is told exactly, and our own id travels in the
//! address of the status callback, so that a lost answer is settled by the first status.

use super::problems;
use crate::channels::carrier;
use crate::channels::outcome::{SendError, Sent};
use crate::channels::plain::plain;
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::message::{Content, MediaKind, Problem};
use crate::domain::secret::Secret;
use crate::domain::sms;
use crate::net::call::{Call, Repeat};
use crate::net::client::Net;
use crate::net::failure::Failure;
use serde::Deserialize;
use std::sync::Arc;

/// Twilio's own host.
pub const API: &str = "https://api.twilio.com";
/// Redirects followed for one file.
const HOPS: usize = 3;

/// What a client needs to know of a number.
#[derive(Debug, Clone)]
pub struct Settings {
    /// [`API`], or the address of a stand-in.
    pub base_url: String,
    /// The account's id: `AC…`.
    pub account_sid: String,
    /// Its token; also the key of webhook signatures.
    pub token: Secret,
    /// The number we send from, or a messaging service (`MG…`).
    pub from: String,
    /// Where statuses go: this server's public address of the webhook; none: nobody outside reaches us.
    pub callback: Option<String>,
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

    /// The form that sends `content`; `Invalid` when Twilio would refuse it. `id` is our own of the message.
    pub fn build(&self, channel: Channel, to: &Identity, content: &Content, id: &str) -> Result<Vec<(String, String)>> {
        let said = plain(content)?;
        let s = &self.settings;
        let address = |bare: &str| if channel == Channel::Whatsapp { format!("whatsapp:{bare}") } else { bare.to_owned() };
        let mut form: Vec<(String, String)> = vec![("To".into(), address(&to_address(channel, to)?))];
        if s.from.starts_with("MG") {
            form.push(("MessagingServiceSid".into(), s.from.clone()));
        } else {
            form.push(("From".into(), address(&s.from)));
        }
        let text = if channel == Channel::Sms { sms::cheapest(&said.text) } else { said.text };
        if !text.trim().is_empty() {
            form.push(("Body".into(), text));
        }
        form.extend(said.link.map(|link| ("MediaUrl".to_owned(), link)));
        if let Some((latitude, longitude, name)) = said.place {
            if channel == Channel::Sms {
                let map = format!("https://maps.google.com/?q={latitude},{longitude}");
                let words = if name.is_empty() { map } else { format!("{name}\n{map}") };
                form.retain(|(k, _)| k != "Body");
                form.push(("Body".into(), words));
            } else {
                form.push(("PersistentAction".into(), format!("geo:{latitude},{longitude}|{name}")));
            }
        }
        form.extend(s.callback.as_ref().map(|c| ("StatusCallback".to_owned(), format!("{c}?m={id}"))));
        Ok(form)
    }

    /// Hands a form over, once; the caller tries again as the error says.
    pub async fn send(&self, form: &[(String, String)]) -> std::result::Result<Sent, SendError> {
        #[derive(Deserialize)]
        struct Accepted {
            sid: String,
            #[serde(default)]
            status: String,
            error_code: Option<i64>,
            error_message: Option<String>,
        }
        let s = &self.settings;
        let address = format!("{}/2010-04-01/Accounts/{}/Messages.json", s.base_url.trim_end_matches('/'), s.account_sid);
        let call = Call::post(address).basic(&s.account_sid, &s.token).form(form).repeat(Repeat::Never);
        let answer = self.net.send(&call).await.map_err(|f| self.send_error(&f))?;
        let unnamed = || SendError::Unknown("Twilio took the message but did not name it.".into());
        let a: Accepted = answer.json().map_err(|_| unnamed())?;
        if matches!(a.status.as_str(), "failed" | "undelivered") {
            let detail = a.error_message.unwrap_or_default();
            return Err(SendError::Refused(problems::from_code(a.error_code.unwrap_or(-1), &detail)));
        }
        if a.sid.is_empty() { Err(unnamed()) } else { Ok(Sent { provider_id: a.sid, held: false }) }
    }

    /// Asks Twilio about the account: proves that its id and token fit together. Its name.
    pub async fn check(&self) -> std::result::Result<String, Problem> {
        #[derive(Deserialize)]
        struct Account {
            #[serde(default)]
            friendly_name: String,
        }
        let s = &self.settings;
        let call = Call::get(format!("{}/2010-04-01/Accounts/{}.json", s.base_url.trim_end_matches('/'), s.account_sid));
        let answer = self.net.send(&call.basic(&s.account_sid, &s.token).repeat(Repeat::Never)).await.map_err(|f| problem_of(&f))?;
        answer.json::<Account>().map(|a| a.friendly_name).map_err(|_| problems::from_answer(answer.status, &answer.body))
    }

    /// Fetches a file a customer sent: from Twilio with our credentials, then from where it says, without them. Never more than the
    /// kind's cap. The bytes and their type.
    pub async fn fetch(&self, address: &str, kind: MediaKind) -> Result<(Vec<u8>, String)> {
        let mut at = self.own(address)?;
        let mut ours = true;
        for _ in 0..=HOPS {
            let call = Call::get(at.as_str()).timeout_ms(60_000).cap_bytes(carrier::cap(kind)).from_outside();
            let call = if ours { call.basic(&self.settings.account_sid, &self.settings.token) } else { call };
            match self.net.send(&call).await {
                Err(Failure::Status(a)) if (300..400).contains(&a.status) => {
                    let next = a.header("location").and_then(|l| at.join(l).ok());
                    let next = next.ok_or_else(|| Error::unavailable("Twilio did not say where the file is."))?;
                    // The credentials are for Twilio alone: at any other host the file proves itself by its signed address.
                    ours = next.origin() == at.origin() && ours;
                    at = next;
                }
                outcome => return carrier::fetched(outcome, "Twilio", kind),
            }
        }
        Err(Error::denied("Twilio sent Steward from one address to the next without handing over the file."))
    }

    /// The first address of a file, which must be Twilio's own: our credentials go there.
    fn own(&self, address: &str) -> Result<url::Url> {
        let no = || Error::denied("The message names an address for its file that is not Twilio's.");
        let url = url::Url::parse(address).map_err(|_| no())?;
        let base = url::Url::parse(&self.settings.base_url).map_err(|_| no())?;
        let host = url.host_str().unwrap_or_default();
        let twilio = url.scheme() == "https" && url.port().is_none() && (host == "api.twilio.com" || host.ends_with(".twilio.com"));
        if twilio || url.origin() == base.origin() { Ok(url) } else { Err(no()) }
    }

    fn send_error(&self, failure: &Failure) -> SendError {
        carrier::send_error(failure, problem_of(failure), carrier::broke_down, self.net.clock().now())
    }
}

fn to_address(channel: Channel, to: &Identity) -> Result<String> {
    match (to.kind, channel) {
        (IdentityKind::Phone, _) => Ok(to.value.clone()),
        (IdentityKind::WhatsappUser, Channel::Whatsapp) => Ok(to.value.clone()),
        _ => Err(Error::invalid("This customer has no phone number to write to.")),
    }
}

/// Why a request failed, for the owner.
fn problem_of(failure: &Failure) -> Problem {
    carrier::problem_of(failure, "Twilio", problems::from_answer)
}
