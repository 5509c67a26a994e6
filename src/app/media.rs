//! Files people send: named by what they hold, so the same file is kept once.

use super::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Id, token};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt;

/// Keeps a file; its name is the SHA-256 of its bytes in hex.
pub async fn keep(app: &App, business: Id, bytes: Vec<u8>) -> Result<String> {
    let name = hex::encode(ring::digest::digest(&ring::digest::SHA256, &bytes));
    let path = path(app, business, &name)?;
    let failed = |e: std::io::Error| Error::unavailable("A file could not be kept.").with_source(e);
    if tokio::fs::try_exists(&path).await.map_err(failed)? {
        return Ok(name);
    }
    // A name of its own: the same file may come from two at once.
    let part = path.with_extension(format!("{}.part", token(9)));
    if let Err(e) = write(&part, &path, &bytes).await {
        let _ = tokio::fs::remove_file(&part).await;
        return Err(failed(e));
    }
    Ok(name)
}

/// A row will name the file, and rows survive power loss.
async fn write(part: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tokio::fs::File::create(part).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    tokio::fs::rename(part, path).await?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        tokio::fs::File::open(folder).await?.sync_all().await?;
    }
    Ok(())
}

/// A kept file's bytes. One that is there and cannot be read is not gone: the disk may come back.
pub async fn read(app: &App, business: Id, name: &str) -> Result<Vec<u8>> {
    tokio::fs::read(path(app, business, name)?).await.map_err(|e| match e.kind() {
        ErrorKind::NotFound => Error::not_found("file").with_source(e),
        _ => Error::unavailable("A file could not be read.").with_source(e),
    })
}

/// Throws a kept file away. One that is not there is gone as wished.
pub async fn remove(app: &App, business: Id, name: &str) -> Result<()> {
    match tokio::fs::remove_file(path(app, business, name)?).await {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(Error::unavailable("A file could not be deleted.").with_source(e)),
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
