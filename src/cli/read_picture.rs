//! `steward read-picture`: reads the text on one picture, standard input to standard output. The server starts it for every picture,
//! so that a hostile file ends this process and not the server, and the reader's memory is free again. Hidden: nobody needs to
//! type it.

use super::out;
use crate::app::reading::PictureAnswer;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::limits;
use crate::providers::ocr;
use std::io::Read;

/// Reads standard input as a picture and prints what is on it as JSON.
pub fn run() -> Result<()> {
    super::read_document::limit();
    let mut bytes = Vec::new();
    let most = limits::PICTURE_BYTES as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|e| Error::unavailable("Nothing can be read.").with_source(e))?;
    let read = if bytes.len() > limits::PICTURE_BYTES { Err(too_large()) } else { ocr::read(&bytes) };
    let answer = match read {
        Ok(seen) => PictureAnswer::Read(seen),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::TooLarge) => PictureAnswer::Unreadable(e.message),
        Err(e) => return Err(e),
    };
    out::json(&answer)
}

fn too_large() -> Error {
    Error::new(Kind::TooLarge, "This picture is too large: at most 16 MB are read.")
}
