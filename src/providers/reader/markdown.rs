//! Markdown.

use crate::domain::house::document::{Block, BlockKind, Content};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

pub(super) fn read(text: &str) -> Content {
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        reader.take(event);
    }
    reader.flush(BlockKind::Paragraph);
    let title = reader.blocks.iter().find(|b| b.kind == BlockKind::Heading { level: 1 }).map(|b| b.text.clone()).unwrap_or_default();
    Content { title, pages: 0, blocks: reader.blocks }
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    text: String,
    entries: usize,
    head: Vec<String>,
    cells: Vec<String>,
    in_table: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Table(_)) => {
                self.flush(BlockKind::Paragraph);
                self.in_table = true;
                self.head.clear();
            }
            Event::Start(Tag::Item) => {
                self.flush(self.kind());
                self.entries += 1;
            }
            Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::CodeBlock(_)) if self.entries == 0 => self.flush(BlockKind::Paragraph),
            Event::End(TagEnd::Heading(level)) => self.flush(BlockKind::Heading { level: number(level) }),
            Event::End(TagEnd::Item) => {
                self.flush(BlockKind::Entry);
                self.entries = self.entries.saturating_sub(1);
            }
            Event::End(TagEnd::Paragraph | TagEnd::CodeBlock) if self.entries == 0 => self.flush(BlockKind::Paragraph),
            Event::End(TagEnd::TableCell) => self.cells.push(std::mem::take(&mut self.text).trim().to_owned()),
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                let cells = std::mem::take(&mut self.cells);
                super::table::row(&mut self.head, cells, None, &mut self.blocks);
            }
            Event::End(TagEnd::Table) => self.in_table = false,
            Event::Text(t) | Event::Code(t) => self.text.push_str(&t),
            // A line the writer ended is a line, not a blank: lists of prices are often written so.
            Event::SoftBreak | Event::HardBreak => self.text.push('\n'),
            _ => {}
        }
    }

    fn kind(&self) -> BlockKind {
        if self.entries > 0 { BlockKind::Entry } else { BlockKind::Paragraph }
    }

    fn flush(&mut self, kind: BlockKind) {
        if self.in_table {
            return;
        }
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.blocks.push(Block { kind, text, page: None });
        }
    }
}

const fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
