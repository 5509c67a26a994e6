//! Forms with large files: read piece by piece and counted. What is too large is read to its end without being kept, because
//! a browser that is cut off shows its owner a broken connection instead of our sentence.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::document::too_large;
use crate::domain::limits;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request};
use std::collections::HashMap;

/// How much of a form is taken.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Files of one form.
    files: usize,
    /// Bytes of one file.
    each: usize,
    /// Bytes of files that are kept of one form.
    kept: usize,
    /// Bytes that are read without being kept before the line is cut.
    patience: usize,
    /// Bytes of a text field.
    text: usize,
}

impl Caps {
    /// Documents of a member.
    const DOCUMENTS: Self = Self {
        files: 50,
        each: limits::DOCUMENT_BYTES,
        kept: 4 * limits::DOCUMENT_BYTES,
        patience: 512 * 1024 * 1024,
        text: 2 * 1024 * 1024,
    };
    /// One file of somebody nobody knows.
    pub const CHAT: Self =
        Self { files: 1, each: limits::CHAT_FILE_BYTES, kept: limits::CHAT_FILE_BYTES, patience: 64 * 1024 * 1024, text: 16 * 1024 };
}

/// A file of a form.
pub struct Upload {
    /// Its name as the sender says.
    pub name: String,
    /// Its type as the sender says.
    pub mime: String,
    /// Its bytes, or why they were not kept.
    pub bytes: Result<Vec<u8>>,
}

/// A form with files.
#[derive(Default)]
pub struct Uploads {
    /// Field and text.
    pub texts: HashMap<String, String>,
    /// The files, in order.
    pub files: Vec<Upload>,
}

impl Uploads {
    /// Reads the whole form with a member's documents.
    pub async fn read(req: Request) -> Result<Self> {
        Self::within(req, &Caps::DOCUMENTS).await
    }
    /// Reads the whole form.
    pub async fn within(req: Request, caps: &Caps) -> Result<Self> {
        let mut form = Multipart::from_request(req, &()).await.map_err(|e| Error::invalid(e.body_text()))?;
        let (mut out, mut kept, mut thrown) = (Self::default(), 0, 0);
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            let Some(file) = field.file_name().map(str::to_owned) else {
                let bytes =
                    take(field, caps.text, caps, &mut thrown).await?.map_err(|_| Error::new(Kind::TooLarge, "This text is too long."))?;
                out.texts.insert(name, String::from_utf8_lossy(&bytes).into_owned());
                continue;
            };
            let mime = field.content_type().unwrap_or_default().to_owned();
            let bytes = take(field, caps.each, caps, &mut thrown).await?;
            // A browser sends an empty part for a file field nobody filled.
            if file.is_empty() && bytes.as_ref().is_ok_and(Vec::is_empty) {
                continue;
            }
            kept += bytes.as_ref().map_or(0, Vec::len);
            if out.files.len() >= caps.files || kept > caps.kept {
                return Err(Error::new(Kind::TooLarge, "These are too many files at once. Send them in several goes."));
            }
            out.files.push(Upload { name: file, mime, bytes });
        }
        Ok(out)
    }
    /// The text of a field; empty when it was not sent.
    pub fn text(&self, field: &str) -> &str {
        self.texts.get(field).map_or("", |t| t.trim())
    }
}

/// A field's bytes; the inner error when they are more than `most`.
async fn take(mut field: Field<'_>, most: usize, caps: &Caps, thrown: &mut usize) -> Result<Result<Vec<u8>>> {
    let (mut bytes, mut over) = (Vec::new(), false);
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        over |= bytes.len() + piece.len() > most;
        if !over {
            bytes.extend_from_slice(&piece);
            continue;
        }
        *thrown += piece.len();
        if *thrown > caps.patience {
            return Err(too_large());
        }
    }
    Ok(if over { Err(too_large()) } else { Ok(bytes) })
}

fn broken(e: axum::extract::multipart::MultipartError) -> Error {
    match e.status().as_u16() {
        413 => too_large(),
        _ => Error::invalid("The form did not arrive whole. Try again.").with_source(e),
    }
}
