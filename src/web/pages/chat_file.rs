//! Pictures and PDFs in the chat on a business's page: handed over by a visitor, and shown to that visitor alone.

use super::media::shown;
use super::public::{Ask, back, find, identity, secret, show, thread_of};
use crate::app::{App, handed, media};
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::contact::Identity;
use crate::domain::house::conversation::Channel;
use crate::domain::house::message::Content;
use crate::domain::id::Id;
use crate::domain::text::clip;
use crate::services::house::chat::{Handed, Words, hand_over};
use crate::services::house::inbound::Received;
use crate::store::file::File;
use crate::store::house::erasure::unused_media;
use crate::store::house::message;
use crate::web::Shared;
use crate::web::extract::limit::{self, What};
use crate::web::extract::upload::{Caps, Uploads};
use crate::web::extract::write::Peer;
use crate::web::pages::answer::Answer;
use axum::extract::{Path, Query, Request, State};
use axum_extra::extract::CookieJar;

/// `POST /b/SLUG/chat/file`.
pub async fn send(State(app): State<Shared>, Path(slug): Path<String>, Peer(peer): Peer, jar: CookieJar, req: Request) -> Answer {
    let (b, file) = find(&app, &slug)?;
    // Before the form is read: a browser that sends on is cut off, and that is meant.
    limit::check(What::ChatFilePeer, &peer)?;
    let form = Uploads::within(req, &Caps::CHAT).await?;
    let of = secret(form.text("session"), &jar);
    let embed = !form.text("embed").is_empty();
    match take(&app, b.id, &file, identity(&of.text), form).await {
        Ok(_) => Ok(back(&app, &slug, &of, embed)),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::RateLimited | Kind::TooLarge) => {
            show(&app, &slug, &of, embed, "", &e.message).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Judges, keeps and stores what a visitor hands over; once for each `key` of the form.
pub(in crate::web) async fn take(app: &App, business: Id, file: &File, who: Identity, mut form: Uploads) -> Result<Received> {
    limit::check(What::ChatFile, &who.value)?;
    let key = form.text("key").to_owned();
    if key.is_empty() || key.len() > 100 {
        return Err(Error::field("key", "Send an id of your own for this file, at most 100 characters."));
    }
    let caption = form.text("text").to_owned();
    let upload = form.files.pop().ok_or_else(|| Error::field("file", "Choose a picture or a PDF first."))?;
    let bytes = upload.bytes.map_err(|_| handed::too_large())?;
    let (kind, mime) = handed::judge(&bytes)?;
    let known = who.clone();
    file.read(move |tx| crate::services::house::chat::check_room(tx, &known)).await?;
    let media = media::keep(app, business, bytes).await?;
    let name_of = media.clone();
    let words = Words {
        channel: Channel::Web,
        account: String::new(),
        provider_id: format!("web:{}:file:{}", &who.value[..16], clip(&key, 60)),
        identities: vec![who],
        name: None,
        text: caption,
    };
    let name = clip(&upload.name, 120);
    let taken = file.write(move |tx| hand_over(tx, &Handed { words, kind, media, mime: mime.into(), name })).await;
    // Refused, or another file was handed over under this key before: what no message names is not kept.
    let stored = taken.as_ref().ok().map(|r| r.message_id);
    let unused = file.read(move |tx| {
        let content = stored.map(|id| message::find_message(tx, id)).transpose()?.map(|m| m.content);
        match content {
            Some(Content::Media { file, .. }) if file.media.as_ref() == Some(&name_of) => Ok(vec![]),
            _ => unused_media(tx, vec![name_of]),
        }
    });
    for gone in unused.await? {
        media::remove(app, business, &gone).await?;
    }
    taken
}

/// `GET /b/SLUG/chat/file/NAME`: a file of the visitor's own conversation.
pub async fn file(State(app): State<Shared>, Path((slug, name)): Path<(String, String)>, Query(ask): Query<Ask>, jar: CookieJar) -> Answer {
    let (b, file) = find(&app, &slug)?;
    let (session, wanted) = (secret(&ask.session, &jar).text, name.clone());
    let theirs = file.read(move |tx| match thread_of(tx, &session)? {
        Some(thread) => message::is_file_of(tx, thread.id, &wanted),
        None => Ok(false),
    });
    if !theirs.await? {
        return Err(Error::not_found("file").into());
    }
    Ok(shown(media::read(&app, b.id, &name).await?, "private"))
}
