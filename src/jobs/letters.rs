//! A message of a conversation as a letter: its words, its address to open, its files.

use super::Work;
use crate::app::media;
use crate::channels::email::client::Client;
use crate::channels::plain::plain;
use crate::domain::error::{Error, Result};
use crate::domain::house::contact::Identity;
use crate::domain::house::mail::Outgoing;
use crate::domain::house::message::{Content, File};
use crate::services::house::mail;
use crate::services::house::outbound::Departing;

/// The letter that carries a message.
pub(super) async fn compose(w: &Work<'_>, client: &Client, to: &Identity, d: &Departing) -> Result<Outgoing> {
    let (m, to, name) = (d.message.clone(), to.value.clone(), client.name().to_owned());
    let mut letter = w.file.read(move |tx| mail::outgoing(tx, &m, &to, &name)).await?;
    match &d.message.content {
        Content::Media { file, .. } => {
            letter.text = file.caption.clone().unwrap_or_default();
            match (&file.media, &file.link) {
                (Some(name), _) => letter.files.push(attached(w, name, file).await?),
                (None, Some(link)) => letter.link = Some(("Open the file".into(), link.clone())),
                (None, None) => return Err(Error::invalid("The file is not here any more.")),
            }
        }
        Content::Link { text, url, label } => {
            letter.text.clone_from(text);
            letter.link = Some((label.clone(), url.clone()));
        }
        other => {
            let said = plain(other)?;
            letter.text = said.text;
            if let Some((north, east, _)) = said.place {
                letter.link = Some(("On the map".into(), format!("https://maps.google.com/?q={north},{east}")));
            }
        }
    }
    Ok(letter)
}

async fn attached(w: &Work<'_>, name: &str, file: &File) -> Result<(String, String, Vec<u8>)> {
    let bytes = media::read(w.app, w.business.id, name).await?;
    // What it is shows in its first bytes: a photo of an item was kept without a type.
    let mime = media::shown_as(&bytes).unwrap_or(&file.mime).to_owned();
    let called = file.filename.clone().unwrap_or_else(|| if mime == "image/jpeg" { "photo.jpg".into() } else { "file".into() });
    Ok((called, mime, bytes))
}
