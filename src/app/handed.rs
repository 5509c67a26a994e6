//! Files strangers hand over in a web chat, judged by their bytes before anything is kept: what they are, how large, and how large a
//! picture would become when it is opened.

use super::media;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::message::MediaKind;
use crate::domain::limits;
use crate::providers::ocr;

/// What a handed-over file is, with its MIME type by its first bytes.
///
/// # Errors
/// A sentence for the visitor: nothing there, too large, another kind, or a picture too large to open.
pub fn judge(bytes: &[u8]) -> Result<(MediaKind, &'static str)> {
    if bytes.is_empty() {
        return Err(Error::field("file", "Choose a picture or a PDF first."));
    }
    if bytes.len() > limits::CHAT_FILE_BYTES {
        return Err(too_large());
    }
    match media::shown_as(bytes) {
        Some(mime @ ("image/jpeg" | "image/png" | "image/webp")) => {
            ocr::judge(bytes)?;
            Ok((MediaKind::Image, mime))
        }
        Some(mime @ "application/pdf") => Ok((MediaKind::Document, mime)),
        _ => Err(Error::field("file", "This kind of file cannot be sent here. Send a picture (JPEG, PNG, WebP) or a PDF.")),
    }
}

/// It has too many bytes.
pub fn too_large() -> Error {
    Error::new(Kind::TooLarge, format!("This file is too large: at most {} MB can be sent here.", limits::CHAT_FILE_BYTES >> 20))
}
