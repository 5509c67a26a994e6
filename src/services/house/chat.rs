//! Words that come by the API or the web chat: the customer is on our own line, so nobody else can vouch for who it is.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::contact::{Identity, IdentityKind};
use crate::domain::house::conversation::{Channel, Conversation};
use crate::domain::house::message::{Content, File, Inbound, MediaKind};
use crate::domain::id::{Id, token};
use crate::domain::limits;
use crate::domain::time::DAY_MS;
use crate::services::house::inbound::{self, Received};
use crate::services::house::member::digest;
use crate::services::shop::receipt;
use crate::store::house::{contact, conversation as threads, message};
use crate::store::meta;
use crate::store::tx::{Read, Tx};

/// Longest text under a file.
pub const CAPTION_CHARS: usize = 1024;
/// Longest text of one message.
pub const TEXT_CHARS: usize = 4096;
/// Shortest token of a web chat.
const TOKEN_CHARS: usize = 20;

/// What a customer says.
#[derive(Debug, Clone)]
pub struct Words {
    /// Which line.
    pub channel: Channel,
    /// Who was asked for on it: the name of an assistant, or empty.
    pub account: String,
    /// Its id; the same id twice is the same message.
    pub provider_id: String,
    /// Who, main identity first.
    pub identities: Vec<Identity>,
    /// Their name, if they gave one.
    pub name: Option<String>,
    /// The words.
    pub text: String,
}

/// Stores what a customer says. Said before under the same id: what became of it then.
pub fn say(tx: &mut Tx<'_>, w: &Words) -> Result<Received> {
    let text = check_text(&w.text)?;
    let inbound = arriving(tx, w, Content::text(text));
    let profile = meta::find_profile(tx)?;
    match inbound::receive(tx, &profile, w.channel, &w.account, &inbound, None)? {
        Some(r) => Ok(r),
        None => said_before(tx, w, text),
    }
}

fn arriving(tx: &Tx<'_>, w: &Words, content: Content) -> Inbound {
    Inbound {
        provider_id: w.provider_id.clone(),
        identities: w.identities.clone(),
        name: w.name.clone(),
        at: tx.now,
        content,
        reply_to: None,
        forwarded: false,
        referral: None,
        echo: false,
    }
}

/// A picture or file a customer hands over on our own line; it is kept already.
#[derive(Debug, Clone)]
pub struct Handed {
    /// Who, where, under which id; the text stands under the file and may be empty.
    pub words: Words,
    /// A picture or a document.
    pub kind: MediaKind,
    /// Our name of the file.
    pub media: String,
    /// Its type by its bytes.
    pub mime: String,
    /// The name the customer's device gave it.
    pub name: String,
}

/// Stores what a customer hands over, as a picture on WhatsApp is: when an order of theirs waits for money, it may be a receipt. Handed
/// over before under the same id: what became of it then.
pub fn hand_over(tx: &mut Tx<'_>, h: &Handed) -> Result<Received> {
    let caption = h.words.text.trim();
    if caption.chars().count() > CAPTION_CHARS {
        return Err(Error::field("text", format!("Words under a file have at most {CAPTION_CHARS} characters.")));
    }
    let file = File {
        media: Some(h.media.clone()),
        mime: h.mime.clone(),
        filename: Some(h.name.clone()).filter(|n| !n.is_empty()),
        caption: Some(caption.to_owned()).filter(|c| !c.is_empty()),
        ..File::default()
    };
    let inbound = arriving(tx, &h.words, Content::Media { media: h.kind, file });
    let profile = meta::find_profile(tx)?;
    match inbound::receive(tx, &profile, h.words.channel, &h.words.account, &inbound, None)? {
        Some(r) => {
            receipt::heed(tx, &message::find_message(tx, r.message_id)?)?;
            Ok(r)
        }
        None => {
            let m = message::find_message_by_provider(tx, &h.words.provider_id)?.ok_or_else(|| Error::not_found("message"))?;
            Ok(Received { conversation_id: m.conversation_id, message_id: m.id })
        }
    }
}

/// Whether a browser may hand over one more file today.
pub fn check_room(tx: &Read<'_>, who: &Identity) -> Result<()> {
    let Some(thread) = thread_of_visitor(tx, who)? else { return Ok(()) };
    let since = tx.now.plus_ms(-DAY_MS);
    if message::list_media_since(tx, thread.id, since, limits::CHAT_FILES_A_DAY)?.len() >= limits::CHAT_FILES_A_DAY as usize {
        return Err(Error::new(Kind::RateLimited, "That is enough for one day. Write to us, and we will look at what you sent."));
    }
    Ok(())
}

fn said_before(tx: &Read<'_>, w: &Words, text: &str) -> Result<Received> {
    let m = message::find_message_by_provider(tx, &w.provider_id)?.ok_or_else(|| Error::not_found("message"))?;
    if m.content.words() != text {
        return Err(Error::field("text", "Another message was sent under this id. Use a new one."));
    }
    Ok(Received { conversation_id: m.conversation_id, message_id: m.id })
}

fn check_text(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field("text", "Write something first."));
    }
    if text.chars().count() > TEXT_CHARS {
        return Err(Error::field("text", format!("A message has at most {TEXT_CHARS} characters.")));
    }
    Ok(text)
}

/// Who a browser is, by the token it keeps. Only the token's SHA-256 is stored.
pub fn visitor(session: &str) -> Result<Identity> {
    let plain = session.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if session.len() < TOKEN_CHARS || session.len() > 200 || !plain {
        return Err(Error::field("token", "Start a chat session first: this token is not one."));
    }
    Ok(Identity { kind: IdentityKind::WebSession, value: digest(session) })
}

/// The thread of a browser, once it has said something.
pub fn thread_of_visitor(tx: &Read<'_>, who: &Identity) -> Result<Option<Conversation>> {
    match contact::find_contact_id(tx, who)? {
        Some(id) => threads::find_conversation_with(tx, id, Channel::Web, ""),
        None => Ok(None),
    }
}

/// The thread on the API line of whoever this is, with the assistant named by `account`; made when there is none. Without
/// identities it is a new stranger.
pub fn open_session(tx: &mut Tx<'_>, identities: &[Identity], name: &str, account: &str) -> Result<Conversation> {
    let stranger = [Identity { kind: IdentityKind::WebSession, value: digest(&token(24)) }];
    let identities = if identities.is_empty() { &stranger } else { identities };
    let id = find_or_add(tx, identities, name)?;
    match threads::find_conversation_with(tx, id, Channel::Api, account)? {
        Some(t) => Ok(t),
        None => threads::insert_conversation(tx, id, Channel::Api, account),
    }
}

/// The contact with one of these identities; made when nobody has them. Identities nobody has become theirs.
pub fn find_or_add(tx: &mut Tx<'_>, identities: &[Identity], name: &str) -> Result<Id> {
    let mut known = None;
    for i in identities {
        known = known.or(contact::find_contact_id(tx, i)?);
    }
    let id = match known {
        Some(id) => id,
        None => {
            let language = meta::find_profile(tx)?.languages.first().copied().unwrap_or_default();
            contact::insert_contact(tx, name.trim(), language)?
        }
    };
    for i in identities {
        contact::insert_identity(tx, id, i)?;
    }
    Ok(id)
}
