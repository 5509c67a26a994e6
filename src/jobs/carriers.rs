//! Who carries a conversation's messages, with what it takes to speak to them.

use super::{Work, letters};
use crate::app::lines::Keys;
use crate::app::{links, mailbox, media};
use crate::channels::email::client::{split_part_id, take_part};
use crate::channels::outcome::{SendError, Sent};
use crate::channels::rate::{self, Rate};
use crate::channels::{email, meta, page, twilio, vonage};
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::Channel;
use crate::domain::house::line::{Carrier, split};
use crate::domain::house::message::{Content, File, MediaKind, Problem, ProblemClass};
use crate::domain::house::spoken::words_of;
use crate::domain::secret::Secret;
use crate::services::house::outbound::Departing;

/// A carrier's client.
pub(super) enum Post {
    /// Meta's WhatsApp.
    Meta(meta::client::Client),
    /// Twilio.
    Twilio(twilio::client::Client),
    /// Vonage.
    Vonage(vonage::client::Client),
    /// A page or an Instagram account.
    Page(page::client::Client),
    /// A mailbox.
    Email(email::client::Client),
}

impl Work<'_> {
    /// Speaks for an account of ours; none when it is not connected any more, or carried by the simulator.
    pub(super) fn post(&self, account: &str) -> Option<Post> {
        let (carrier, number) = split(account);
        if carrier == Carrier::Meta {
            return self.client(account).map(Post::Meta);
        }
        let directory = self.app.directory();
        let line = directory.line_for(self.business.id, account)?;
        let (net, config) = (self.app.net.clone(), &self.app.config);
        Some(match &line.keys {
            Keys::Twilio { account_sid, token } => {
                let base = config.server.public_url.as_deref().map(|u| format!("{}/webhooks/twilio", u.trim_end_matches('/')));
                let settings = twilio::client::Settings {
                    base_url: config.carriers.twilio.base_url.clone(),
                    account_sid: account_sid.clone(),
                    token: Secret::new(token),
                    from: number.to_owned(),
                    callback: base,
                };
                Post::Twilio(twilio::client::Client::new(net, settings))
            }
            Keys::Vonage { api_key, api_secret, application_id, private_key, .. } => {
                let settings = vonage::client::Settings {
                    base_url: config.carriers.vonage.base_url.clone(),
                    api_key: api_key.clone(),
                    api_secret: Secret::new(api_secret),
                    application_id: application_id.clone(),
                    private_key: Secret::new(private_key),
                    from: number.to_owned(),
                };
                Post::Vonage(vonage::client::Client::new(net, settings))
            }
            Keys::Page { token, app_secret, .. } => {
                let settings = page::client::Settings {
                    base_url: config.whatsapp.base_url.clone(),
                    version: config.whatsapp.api_version.clone(),
                    id: line.line.clone(),
                    token: Secret::new(token),
                    app_secret: Secret::new(app_secret),
                };
                Post::Page(page::client::Client::new(net, settings))
            }
            Keys::Mailbox { .. } => Post::Email(mailbox::of_line(self.app, line)?),
        })
    }

    /// A file of ours with a public address, for carriers that fetch it from here.
    fn published(&self, content: &Content) -> Content {
        let Content::Media { media, file } = content else { return content.clone() };
        let link = match (&file.link, &file.media, &self.app.config.server.public_url) {
            (None, Some(name), Some(base)) => {
                Some(format!("{}{}", base.trim_end_matches('/'), links::file_link(self.app, self.business.id, name)))
            }
            (link, ..) => link.clone(),
        };
        Content::Media { media: *media, file: File { link, ..file.clone() } }
    }

    /// A file of ours gets an id at Meta before it is sent.
    async fn uploaded(&self, client: &meta::client::Client, content: &Content) -> std::result::Result<Content, SendError> {
        let Content::Media { media, file } = content else { return Ok(content.clone()) };
        let Some(name) = file.media.as_ref().filter(|_| file.provider_id.is_none() && file.link.is_none()) else {
            return Ok(content.clone());
        };
        let failed = |e| not_uploaded(content, e);
        let bytes = media::read(self.app, self.business.id, name).await.map_err(|e| failed(not_built(&e)))?;
        let filename = file.filename.clone().unwrap_or_else(|| "file".into());
        // What it is shows in its first bytes: a photo of an item was kept without a type.
        let mime = media::shown_as(&bytes).unwrap_or(&file.mime);
        let id = client.upload(&filename, mime, bytes).await.map_err(failed)?;
        Ok(Content::Media { media: *media, file: File { provider_id: Some(id), ..file.clone() } })
    }
}

impl Post {
    /// The buckets a send draws from: those of our number, and those of the pair where the carrier counts pairs. `customer` stands
    /// for the customer.
    pub(super) fn quota_keys(&self, account: &str, channel: Channel, customer: &str, per_second: u32) -> Vec<(String, Rate)> {
        match self {
            Self::Meta(client) => client.quota_keys(&Identity { kind: IdentityKind::Phone, value: customer.to_owned() }, per_second).into(),
            _ => vec![rate::of_line(account, channel)],
        }
    }

    /// Hands a message over, once. What cannot be built is refused with the sentence why.
    pub(super) async fn send(&self, w: &Work<'_>, d: &Departing) -> std::result::Result<Sent, SendError> {
        let id = d.message.id.to_string();
        let to = address(d.channel, &d.to).ok_or_else(|| {
            let words = format!("The customer has no {} address.", d.channel.title());
            SendError::Refused(problem(&words, ProblemClass::Recipient))
        })?;
        let content = &d.message.content;
        let refused = |e: Error| not_built(&e);
        match self {
            Self::Meta(client) => {
                let content = w.uploaded(client, content).await?;
                let wire = meta::build::build(to, &content, d.message.reply_to.as_deref(), Some(&id)).map_err(refused)?;
                client.send(&wire).await
            }
            Self::Twilio(client) => {
                let form = client.build(d.channel, to, &w.published(content), &id).map_err(refused)?;
                client.send(&form).await
            }
            Self::Vonage(client) => {
                let body = client.build(d.channel, to, &w.published(content), &id).map_err(refused)?;
                client.send(&body).await
            }
            Self::Page(client) => {
                let body = client.build(to, &w.published(content)).map_err(refused)?;
                client.send(&body).await
            }
            Self::Email(client) => {
                let letter = letters::compose(w, client, to, d).await.map_err(refused)?;
                client.send(&letter).await
            }
        }
    }

    /// Fetches a file a customer sent: its bytes and their type.
    pub(super) async fn fetch(&self, w: &Work<'_>, provider_id: &str, kind: MediaKind) -> Result<(Vec<u8>, String)> {
        match self {
            Self::Meta(client) => client.fetch_media(provider_id, kind).await.map(|f| (f.bytes, f.mime)),
            Self::Twilio(client) => client.fetch(provider_id, kind).await,
            Self::Vonage(client) => client.fetch(provider_id, kind).await,
            Self::Page(client) => client.fetch(provider_id, kind).await,
            Self::Email(_) => {
                let (name, part) = split_part_id(provider_id).ok_or_else(|| Error::not_found("file"))?;
                take_part(media::read(w.app, w.business.id, name).await?, part, kind).await
            }
        }
    }
}

/// Where a channel reaches a customer: on WhatsApp the number, or the user id of one who hides it.
pub(super) fn address(channel: Channel, to: &[Identity]) -> Option<&Identity> {
    let of = |kind| to.iter().find(|i| i.kind == kind);
    match channel {
        Channel::Whatsapp => of(IdentityKind::Phone).or_else(|| of(IdentityKind::WhatsappUser)),
        Channel::Sms => of(IdentityKind::Phone),
        Channel::Messenger => of(IdentityKind::MessengerUser),
        Channel::Instagram => of(IdentityKind::InstagramUser),
        Channel::Email => of(IdentityKind::Email),
        Channel::Web | Channel::Api => None,
    }
}

/// Milliseconds until what could not be put together, or handed over before the message, is tried again.
const AGAIN_MS: u64 = 5_000;

/// A message that could not be put together has certainly not left: it is tried again when that may help.
fn not_built(e: &Error) -> SendError {
    if e.is_transient() {
        return SendError::NotSent { retryable: true, after_ms: AGAIN_MS, problem: problem(&e.message, ProblemClass::Transient) };
    }
    SendError::Refused(problem(&e.message, ProblemClass::Content))
}

/// A file was not taken. That is no message yet, so nothing has left, also where nobody knows what became of the file. A spoken reply does
/// not wait for another try: its words go.
fn not_uploaded(content: &Content, e: SendError) -> SendError {
    let e = match e {
        SendError::Unknown(why) => {
            let problem = Problem { detail: why, ..problem(UPLOAD, ProblemClass::Transient) };
            SendError::NotSent { retryable: true, after_ms: AGAIN_MS, problem }
        }
        known => known,
    };
    match e {
        SendError::NotSent { problem, .. } if words_of(content).is_some() => SendError::Refused(problem),
        other => other,
    }
}

/// What the owner reads when WhatsApp does not answer to a file.
const UPLOAD: &str = "WhatsApp did not take the file. The message waits and is tried again by itself.";

/// A refusal of our own.
pub(super) fn problem(sentence: &str, class: ProblemClass) -> Problem {
    Problem { code: 0, detail: sentence.to_owned(), meaning: sentence.to_owned(), class }
}
