//! `steward read-document`: takes the text out of one document, standard input to standard output. The server starts it
//! for every document, so that a hostile file ends this process and not the server. Hidden: nobody needs to type it.

use super::out;
use crate::app::reading::Answer;
use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::document::Format;
use crate::domain::limits;
use crate::providers::reader;
use std::io::Read;

/// Reads standard input as this format and prints what is in it as JSON.
pub fn run(format: &str) -> Result<()> {
    let format = Format::from_word(format).ok_or_else(|| Error::invalid("There is no such format."))?;
    limit();
    let mut bytes = Vec::new();
    let most = limits::DOCUMENT_BYTES as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|e| Error::unavailable("Nothing can be read.").with_source(e))?;
    let answer = match crate::domain::house::document::check_size(bytes.len()).and_then(|()| reader::read(format, &bytes)) {
        Ok(content) => Answer::Read(content),
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::TooLarge) => Answer::Unreadable(e.message),
        Err(e) => return Err(e),
    };
    out::json(&answer)
}

/// Memory and processor time this process, and what it starts, may use. It opens no file for writing.
#[cfg(unix)]
pub(super) fn limit() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let most = |n: u64| Rlimit { current: Some(n), maximum: Some(n) };
    // Where a limit cannot be set, the time limit of the server still holds.
    let _ = setrlimit(Resource::As, most(limits::READING_MEMORY_BYTES));
    let _ = setrlimit(Resource::Cpu, most(limits::READING_MS / 1000 + 5));
    let _ = setrlimit(Resource::Fsize, most(0));
    let _ = setrlimit(Resource::Core, most(0));
}

#[cfg(not(unix))]
pub(super) fn limit() {}
