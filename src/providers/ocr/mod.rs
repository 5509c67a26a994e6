//! Reads the text on pictures, with the place of every piece: PP-OCR's finder and reader on `rten`, in pure Rust, from weights inside
//! the program (`data/models/ocr/README.md`). To be run in a process of its own (`steward read-picture`): what people send
//! is decoded here, and memory is given back when the process ends.

mod find;
mod letters;
mod look;
mod picture;
mod rows;
mod signs;

use crate::domain::error::{Error, Result};
use crate::domain::shop::receipt::Seen;

/// Pixels a picture may have; asked before anything is decoded.
pub const MOST_PIXELS: u64 = 24_000_000;
/// The longer side of what is read, in pixels. Larger pictures are made smaller first.
const READ_SIDE: u32 = 2_400;

/// What is on a picture: JPEG, PNG or WebP.
///
/// # Errors
/// Says in a sentence for its sender what is wrong with the file.
pub fn read(bytes: &[u8]) -> Result<Seen> {
    let full = picture::decode(bytes)?;
    let look = look::of(&full);
    let image = full.within(READ_SIDE);
    drop(full);
    let boxes = find::boxes(&image).map_err(broken)?;
    let found = letters::read(&image, &boxes).map_err(broken)?;
    let pieces = rows::order(found, image.width, image.height);
    let signs = signs::of(bytes, &image, &pieces);
    Ok(Seen { width: image.width, height: image.height, pieces, look, signs })
}

/// Whether a picture could be opened: a format that is read, and no larger than may be decoded. Looks at its head only.
///
/// # Errors
/// Says in a sentence for its sender what is wrong with the file.
pub fn judge(bytes: &[u8]) -> Result<()> {
    picture::opened(bytes).map(drop)
}

fn broken(e: impl std::fmt::Display) -> Error {
    Error::internal(format!("The text on this picture could not be read: {e}."))
}

#[cfg(test)]
mod tests;
