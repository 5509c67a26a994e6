//! Word: XML in a zip. What is unpacked is counted, so a small file cannot become a large one.

use crate::domain::error::{Error, Result};
use crate::domain::house::document::{Block, BlockKind, Content};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::io::{Cursor, Read};

/// Bytes a part of the document may unpack to.
const UNPACKED: u64 = 64 * 1024 * 1024;
/// Files a document may be made of.
const PARTS: usize = 10_000;

pub(super) fn read(bytes: &[u8]) -> Result<Content> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken().with_source(e))?;
    if zip.len() > PARTS {
        return Err(bomb());
    }
    let styles = part(&mut zip, "word/styles.xml")?.map(|xml| heading_styles(&xml)).transpose()?.unwrap_or_default();
    let title = part(&mut zip, "docProps/core.xml")?.map(|xml| title(&xml)).unwrap_or_default();
    let body = part(&mut zip, "word/document.xml")?.ok_or_else(broken)?;
    let mut reader = Body { styles, ..Body::default() };
    reader.read(&body)?;
    let pages = if reader.page > 1 { reader.page } else { 0 };
    if pages == 0 {
        reader.blocks.iter_mut().for_each(|b| b.page = None);
    }
    Ok(Content { title, pages, blocks: reader.blocks })
}

/// One part of the zip as text; none when it has none of this name.
fn part(zip: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>> {
    let file = match zip.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(zip::result::ZipError::UnsupportedArchive(_)) => {
            return Err(Error::invalid(
                "This file is locked with a password or packed in a way that cannot be read. Save it again without a password.",
            ));
        }
        Err(e) => return Err(broken().with_source(e)),
    };
    if file.size() > UNPACKED {
        return Err(bomb());
    }
    let mut out = Vec::new();
    // The size above is what the file says of itself.
    file.take(UNPACKED + 1).read_to_end(&mut out).map_err(|e| broken().with_source(e))?;
    if out.len() as u64 > UNPACKED {
        return Err(bomb());
    }
    Ok(Some(super::text_of(&out)))
}

fn broken() -> Error {
    Error::invalid("This Word file is damaged. Open it in Word, save it as DOCX and upload that.")
}

fn bomb() -> Error {
    Error::invalid("This file unpacks to far more than a document holds, so it was not read.")
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(found.value.to_string())
}

/// Styles that are headings, with their level: "Heading1", and what translated versions of Word call it.
fn heading_styles(xml: &str) -> Result<HashMap<String, u8>> {
    let mut out = HashMap::new();
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut style = String::new();
    loop {
        match reader.read_event().map_err(|e| broken().with_source(e))? {
            Event::Start(t) if t.local_name().as_ref() == "style" => style = attribute(&t, "styleId").unwrap_or_default(),
            Event::Empty(t) | Event::Start(t) if t.local_name().as_ref() == "name" => {
                let name = attribute(&t, "val").unwrap_or_default().to_lowercase();
                let level = name.strip_prefix("heading ").and_then(|n| n.parse().ok()).or((name == "title").then_some(1));
                out.extend(level.map(|l| (style.clone(), l)));
            }
            Event::Eof => return Ok(out),
            _ => {}
        }
    }
}

/// The title in the document's properties.
fn title(xml: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut inside, mut out) = (false, String::new());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(t) => inside = t.local_name().as_ref() == "title",
            Event::End(_) => inside = false,
            Event::Eof => break,
            other if inside => add_words(&other, &mut out),
            _ => {}
        }
    }
    out.trim().to_owned()
}

/// Adds what an event says, references resolved; entities a file defines itself are left out.
fn add_words(event: &Event<'_>, out: &mut String) {
    match event {
        Event::Text(t) => out.push_str(&t.xml10_content()),
        Event::CData(t) => out.push_str(&t.xml10_content()),
        Event::GeneralRef(r) => match r.resolve_char_ref() {
            Ok(Some(c)) => out.push(c),
            _ => out.push_str(match r.xml10_content().as_ref() {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                _ => "",
            }),
        },
        _ => {}
    }
}

#[derive(Default)]
struct Body {
    styles: HashMap<String, u8>,
    blocks: Vec<Block>,
    page: u32,
    text: String,
    level: Option<u8>,
    listed: bool,
    in_words: bool,
    /// Tables may stand in cells; only the outermost one makes rows.
    tables: usize,
    cell: String,
    cells: Vec<String>,
    head: Vec<String>,
}

impl Body {
    fn read(&mut self, xml: &str) -> Result<()> {
        self.page = 1;
        let mut reader = quick_xml::Reader::from_str(xml);
        loop {
            match reader.read_event().map_err(|e| broken().with_source(e))? {
                Event::Start(t) => self.open(&t),
                Event::Empty(t) => {
                    self.open(&t);
                    self.close(t.local_name().as_ref());
                }
                Event::End(t) => self.close(t.local_name().as_ref()),
                Event::Eof => return Ok(()),
                other if self.in_words => add_words(&other, &mut self.text),
                _ => {}
            }
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "p" => (self.level, self.listed) = (None, false),
            "pStyle" => {
                let style = attribute(tag, "val").unwrap_or_default();
                let plain = style.strip_prefix("Heading").and_then(|n| n.parse().ok());
                self.level = self.styles.get(&style).copied().or(plain);
            }
            "numPr" => self.listed = true,
            "t" => self.in_words = true,
            "tab" => self.text.push(' '),
            "br" | "cr" => self.text.push('\n'),
            "lastRenderedPageBreak" => self.page += 1,
            "tbl" => {
                self.tables += 1;
                if self.tables == 1 {
                    self.head.clear();
                }
            }
            "tc" if self.tables == 1 => self.cell.clear(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.in_words = false,
            "p" => self.end_paragraph(),
            "tc" if self.tables == 1 => self.cells.push(std::mem::take(&mut self.cell).trim().to_owned()),
            "tr" if self.tables == 1 => {
                let cells = std::mem::take(&mut self.cells);
                super::table::row(&mut self.head, cells, Some(self.page), &mut self.blocks);
            }
            "tbl" => self.tables = self.tables.saturating_sub(1),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return;
        }
        if self.tables > 0 {
            self.cell.push_str(text.trim());
            self.cell.push(' ');
            return;
        }
        let kind = match (self.level, self.listed) {
            (Some(level), _) => BlockKind::Heading { level },
            (None, true) => BlockKind::Entry,
            (None, false) => BlockKind::Paragraph,
        };
        self.blocks.push(Block { kind, text, page: Some(self.page) });
    }
}
