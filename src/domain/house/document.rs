//! Documents: what the owner gives Steward to answer from, and the passages they are cut into.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::id::Id;
use crate::domain::limits;
use crate::domain::text::clip;
use crate::domain::time::Time;
use serde::{Deserialize, Serialize};

/// How a document's bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// PDF.
    Pdf,
    /// Word.
    Docx,
    /// A page of the web.
    Html,
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
    /// A table as comma-separated values.
    Csv,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Docx, Self::Html, Self::Markdown, Self::Text, Self::Csv];

    /// The word in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Text => "text",
            Self::Csv => "csv",
        }
    }
    /// The format of a word of ours.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == word)
    }
    /// The name people know it by.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Docx => "Word",
            Self::Html => "Web page",
            Self::Markdown | Self::Text => "Text",
            Self::Csv => "Table",
        }
    }
    /// The format of a file by its first bytes, its name and its type. An error names the kinds that can be read.
    pub fn of(name: &str, mime: &str, bytes: &[u8]) -> Result<Self> {
        let head: String = bytes.iter().take(512).map(|b| char::from(b.to_ascii_lowercase())).collect();
        let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
        if head.trim_start_matches(['\u{ef}', '\u{bb}', '\u{bf}']).contains("%pdf-") && (bytes.starts_with(b"%PDF-") || ending == "pdf") {
            return Ok(Self::Pdf);
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return if matches!(ending.as_str(), "docx" | "") || mime.contains("wordprocessingml") {
                Ok(Self::Docx)
            } else {
                Err(unreadable(&ending))
            };
        }
        let start = head.trim_start_matches(['\u{ef}', '\u{bb}', '\u{bf}']).trim_start();
        match ending.as_str() {
            "pdf" => Err(Error::field("file", "This file is named PDF but is not one.")),
            "docx" => Err(Error::field("file", "This file is named DOCX but is not one. Open it in Word and save it again.")),
            "htm" | "html" | "xhtml" => Ok(Self::Html),
            "md" | "markdown" => Ok(Self::Markdown),
            "csv" | "tsv" => Ok(Self::Csv),
            _ if mime.starts_with("text/html") || start.starts_with("<!doctype html") || start.starts_with("<html") => Ok(Self::Html),
            _ if mime.starts_with("text/markdown") => Ok(Self::Markdown),
            _ if mime.starts_with("text/csv") => Ok(Self::Csv),
            "txt" | "text" | "" => plain(bytes, &ending),
            _ if mime.starts_with("text/plain") => plain(bytes, &ending),
            other => Err(unreadable(other)),
        }
    }
}

/// Text without zero bytes; anything else is some other kind of file.
fn plain(bytes: &[u8], ending: &str) -> Result<Format> {
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if bytes.iter().take(4096).any(|b| *b == 0) && !is_utf16 { Err(unreadable(ending)) } else { Ok(Format::Text) }
}

fn unreadable(ending: &str) -> Error {
    let what = if ending.is_empty() { "This kind of file".into() } else { format!("A file of the kind \"{}\"", clip(ending, 12)) };
    Error::field("file", format!("{what} cannot be read. PDF, Word (DOCX), HTML, Markdown, text and CSV work."))
}

/// Where a document comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A file somebody uploaded.
    File,
    /// A page of the web, fetched once.
    Page,
    /// Words written here.
    Written,
    /// Answers people gave in conversations and approved: one passage an answer.
    Answers,
}

impl Source {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Page => "page",
            Self::Written => "written",
            Self::Answers => "answers",
        }
    }
    /// The source of a word of ours.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::File, Self::Page, Self::Written, Self::Answers].into_iter().find(|s| s.as_str() == word)
    }
}

/// How far a document has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its turn to be read has not come.
    Waiting,
    /// It is being read.
    Reading,
    /// Its passages can be found.
    Ready,
    /// It cannot be read; `problem` says why. Nothing of it is kept.
    Failed,
}

impl State {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Reading => "reading",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
    /// The state of a word of ours.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Reading, Self::Ready, Self::Failed].into_iter().find(|s| s.as_str() == word)
    }
    /// Whether it will change by itself.
    pub const fn is_moving(self) -> bool {
        matches!(self, Self::Waiting | Self::Reading)
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: Id,
    /// The assistant that alone may use it; none: all may.
    pub assistant: Option<String>,
    /// What it is called, in citations too.
    pub title: String,
    /// Where it comes from.
    pub source: Source,
    /// How it is written.
    pub format: Format,
    /// The file's name; empty for others.
    pub file_name: String,
    /// The page's address; empty for others.
    pub url: String,
    /// The content-addressed name of its bytes; none until a page was fetched.
    pub original: Option<String>,
    /// How large it is, in bytes.
    pub bytes: i64,
    /// How far it has come.
    pub state: State,
    /// Why it cannot be read, for the owner.
    pub problem: String,
    /// Pages; 0 when it has none.
    pub pages: i64,
    /// Passages it holds, or will hold.
    pub passages: i64,
    /// Passages that can be found already.
    pub done: i64,
    /// Answers it was used for.
    pub used: i64,
    /// When it came.
    pub created_at: Time,
    /// When its content changed last.
    pub updated_at: Time,
}

impl Document {
    /// How much of it has been read, 0 to 100. The text is taken out first; that counts for a fifth.
    pub const fn percent(&self) -> i64 {
        match self.state {
            State::Waiting | State::Failed => 0,
            State::Ready => 100,
            State::Reading if self.passages == 0 => 10,
            State::Reading => 20 + 80 * self.done / self.passages,
        }
    }
}

/// A piece of a document's text, as a reader finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its words.
    pub text: String,
    /// Its page, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum BlockKind {
    /// A heading; 1 is the highest.
    Heading {
        /// Its level.
        level: u8,
    },
    /// Words that belong together.
    Paragraph,
    /// An entry of a list.
    Entry,
    /// A row of a table, its cells already named by the table's head.
    Row,
}

/// What a reader makes of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The title it gives itself; empty for none.
    #[serde(default)]
    pub title: String,
    /// Pages; 0 when it has none.
    #[serde(default)]
    pub pages: u32,
    /// Its text in order.
    pub blocks: Vec<Block>,
}

impl Content {
    /// Characters of text in all.
    pub fn chars(&self) -> usize {
        self.blocks.iter().map(|b| b.text.len()).sum()
    }
}

/// A piece that is searched and cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The headings above it: "Check-in › Late arrival"; empty for none.
    pub section: String,
    /// Its page, from 1.
    pub page: Option<u32>,
    /// Its words.
    pub text: String,
}

/// The words a passage is searched by: its headings give short sentences their meaning.
pub fn searched(section: &str, text: &str) -> String {
    if section.is_empty() { text.to_owned() } else { format!("{section}\n{text}") }
}

/// A title that can be shown and cited: one line, not empty.
pub fn title(wanted: &str, file_name: &str, url: &str) -> String {
    let one_line = |s: &str| clip(&s.split_whitespace().collect::<Vec<_>>().join(" "), 120);
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem).replace(['_', '-'], " ");
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    [wanted, stem.as_str(), host, "Untitled"].into_iter().map(one_line).find(|s| !s.is_empty()).unwrap_or_default()
}

/// An error unless a file of this size may be kept.
pub fn check_size(bytes: usize) -> Result<()> {
    if bytes > limits::DOCUMENT_BYTES {
        return Err(too_large());
    }
    if bytes == 0 { Err(Error::field("file", "The file is empty.")) } else { Ok(()) }
}

/// A file is larger than we take.
pub fn too_large() -> Error {
    let mb = limits::DOCUMENT_BYTES / (1024 * 1024);
    Error::new(Kind::TooLarge, format!("This file is too large. At most {mb} MB can be read; split it, or save it without pictures."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_bytes_before_names() {
        assert_eq!(Format::of("x", "", b"%PDF-1.7").unwrap(), Format::Pdf);
        assert_eq!(Format::of("policy.docx", "", b"PK\x03\x04..").unwrap(), Format::Docx);
        assert_eq!(Format::of("", "text/html; charset=utf-8", b"<p>hi").unwrap(), Format::Html);
        assert_eq!(Format::of("a.TXT", "", b"hello").unwrap(), Format::Text);
        assert_eq!(Format::of("a.csv", "", b"a,b").unwrap(), Format::Csv);
        for (name, bytes) in
            [("a.docx", &b"hello"[..]), ("a.zip", b"PK\x03\x04"), ("a.exe", b"MZ\0"), ("a.txt", b"a\0b"), ("a.pdf", b"GIF8")]
        {
            assert!(Format::of(name, "", bytes).is_err(), "{name}");
        }
    }

    #[test]
    fn titles_are_never_empty() {
        assert_eq!(title("", "house_rules-2026.pdf", ""), "house rules 2026");
        assert_eq!(title("", "", "https://hotel.example/spa/"), "hotel.example/spa");
        assert_eq!(title(" \n", "", ""), "Untitled");
    }
}
