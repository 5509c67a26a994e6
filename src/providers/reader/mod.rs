//! Takes the text out of documents: bytes in, headings, paragraphs and rows with their pages out. Pure, and to be run in
//! a process of its own (`steward read-document`): the crates below meet files that were made to break them.

pub mod bundle;
mod docx;
mod html;
mod lines;
mod markdown;
mod pdf;
mod table;

use crate::domain::error::{Error, Result};
use crate::domain::house::document::{Content, Format};
use crate::domain::limits;

/// The text of a document.
///
/// # Errors
/// Says what is wrong with the file in a sentence for its owner.
pub fn read(format: Format, bytes: &[u8]) -> Result<Content> {
    let content = match format {
        Format::Pdf => pdf::read(bytes)?,
        Format::Docx => docx::read(bytes)?,
        Format::Html => html::read(&text_of(bytes)),
        Format::Markdown => markdown::read(&text_of(bytes)),
        Format::Text => Content { blocks: lines::blocks(&text_of(bytes), None), ..Content::default() },
        Format::Csv => table::read(&text_of(bytes))?,
    };
    if content.chars() > limits::DOCUMENT_CHARS {
        return Err(too_long());
    }
    if content.blocks.iter().all(|b| b.text.trim().is_empty()) {
        return Err(Error::invalid(match format {
            Format::Pdf => {
                "This PDF holds no text, only pictures of it. Save it again with text recognition (OCR), or write the text here."
            }
            _ => "There is no text in it.",
        }));
    }
    Ok(content)
}

fn too_long() -> Error {
    Error::invalid("This document holds more text than can be searched well. Split it into parts.")
}

/// Bytes as text: UTF-8, UTF-16 with its mark, or else what Windows wrote in western Europe for thirty years.
fn text_of(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|b| unit([b[0], b[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => western(rest),
        _ => western(bytes),
    }
}

fn western(bytes: &[u8]) -> String {
    // 0x80 to 0x9f of Windows-1252, where it differs from Latin-1.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| if (0x80..0xa0).contains(b) { HIGH[usize::from(b - 0x80)] } else { char::from(*b) }).collect(),
    }
}

#[cfg(test)]
mod mutation_tests;
#[cfg(test)]
mod tests;
