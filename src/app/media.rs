//! Files people send: named by what they hold, so the same file is kept once.

use super::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use std::path::PathBuf;
use tokio::io::AsyncWriteExt;

/// Keeps a file; its name is the SHA-256 of its bytes in hex.
pub async fn keep(app: &App, business: Id, bytes: Vec<u8>) -> Result<String> {
    let name = hex::encode(ring::digest::digest(&ring::digest::SHA256, &bytes));
    let path = path(app, business, &name)?;
    let failed = |e: std::io::Error| Error::unavailable("A file could not be kept.").with_source(e);
    if tokio::fs::try_exists(&path).await.map_err(failed)? {
        return Ok(name);
    }
    let part = path.with_extension("part");
    // A row will name it, and rows survive power loss.
    let mut file = tokio::fs::File::create(&part).await.map_err(failed)?;
    file.write_all(&bytes).await.map_err(failed)?;
    file.sync_all().await.map_err(failed)?;
    tokio::fs::rename(&part, &path).await.map_err(failed)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        tokio::fs::File::open(folder).await.map_err(failed)?.sync_all().await.map_err(failed)?;
    }
    Ok(name)
}

/// A kept file's bytes.
pub async fn read(app: &App, business: Id, name: &str) -> Result<Vec<u8>> {
    tokio::fs::read(path(app, business, name)?).await.map_err(|e| Error::not_found("file").with_source(e))
}

/// Throws a kept file away. One that is not there is gone as wished.
pub async fn remove(app: &App, business: Id, name: &str) -> Result<()> {
    match tokio::fs::remove_file(path(app, business, name)?).await {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::unavailable("A file could not be deleted.").with_source(e)),
        _ => Ok(()),
    }
}

/// Where a file is. A name that is not a SHA-256 in hex is no file of ours.
pub(super) fn path(app: &App, business: Id, name: &str) -> Result<PathBuf> {
    let ours = name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
    if ours { Ok(app.store.business_dir(business).join("media").join(name)) } else { Err(Error::not_found("file")) }
}

/// The type a browser may show a file as, by its first bytes; anything else is only downloaded.
pub fn shown_as(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 10] = [
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF8", "image/gif"),
        (b"OggS", "audio/ogg"),
        (b"ID3", "audio/mpeg"),
        (b"\xff\xfb", "audio/mpeg"),
        (b"\xff\xf3", "audio/mpeg"),
        (b"\xff\xf2", "audio/mpeg"),
        (b"%PDF-", "application/pdf"),
        (b"\x1aE\xdf\xa3", "audio/webm"),
    ];
    if bytes.get(..4) == Some(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    if bytes.get(..4) == Some(b"RIFF") && bytes.get(8..12) == Some(b"WAVE") {
        return Some("audio/wav");
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some("video/mp4");
    }
    KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, mime)| *mime)
}
