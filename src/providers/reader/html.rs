//! Pages of the web, by the tokens a browser would see. No tree is built, so nesting without end costs nothing.

use crate::domain::house::document::{Block, BlockKind, Content};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

pub(super) fn read(text: &str) -> Content {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(text));
    let tokens = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    // The tokenizer pauses after scripts; what is left is read on.
    while !input.is_empty() {
        let _ = tokens.feed(&input);
    }
    tokens.end();
    let mut page = tokens.sink.0.into_inner();
    page.flush(BlockKind::Paragraph);
    Content { title: page.title.trim().to_owned(), pages: 0, blocks: page.blocks }
}

/// Parts of a page that are not its content.
const ASIDE: [&str; 13] =
    ["script", "style", "nav", "footer", "noscript", "template", "svg", "form", "button", "select", "iframe", "object", "aside"];

#[derive(Default)]
struct Sink(RefCell<Page>);

#[derive(Default)]
struct Page {
    title: String,
    blocks: Vec<Block>,
    text: String,
    in_title: bool,
    /// The part being left out, and how many of its kind are open.
    aside: Option<(String, usize)>,
    entries: usize,
    tables: usize,
    head: Vec<String>,
    cells: Vec<String>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(words) => page.words(&words),
            Token::TagToken(tag) => return page.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    fn words(&mut self, words: &str) {
        if self.in_title {
            self.title.push_str(words);
        } else if self.aside.is_none() {
            let glued = self.text.is_empty() || self.text.ends_with(char::is_whitespace);
            if words.starts_with(char::is_whitespace) && !glued {
                self.text.push(' ');
            }
            let one_line = words.split_whitespace().collect::<Vec<_>>().join(" ");
            self.text.push_str(&one_line);
            if words.ends_with(char::is_whitespace) && !one_line.is_empty() {
                self.text.push(' ');
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = tag.name.as_ref();
        let opens = tag.kind == TagKind::StartTag;
        if self.leaves_out(name, opens, tag.self_closing) {
            return raw(name, opens);
        }
        match name {
            "title" => {
                self.in_title = opens;
                if opens {
                    return TokenSinkResult::RawData(RawKind::Rcdata);
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes().get(1).map_or(1, |d| d - b'0');
                self.flush(if opens { self.kind() } else { BlockKind::Heading { level } });
            }
            "br" => self.text.push('\n'),
            "li" | "dd" => {
                self.flush(self.kind());
                self.entries = if opens { self.entries + 1 } else { self.entries.saturating_sub(1) };
            }
            "table" => {
                self.flush(self.kind());
                self.tables = if opens { self.tables + 1 } else { self.tables.saturating_sub(1) };
                self.head.clear();
            }
            "td" | "th" if self.tables > 0 => {
                let cell = std::mem::take(&mut self.text).trim().to_owned();
                if !opens {
                    self.cells.push(cell);
                }
            }
            "tr" if self.tables > 0 => {
                let cells = std::mem::take(&mut self.cells);
                super::table::row(&mut self.head, cells, None, &mut self.blocks);
            }
            "p" | "div" | "section" | "article" | "main" | "header" | "ul" | "ol" | "dl" | "dt" | "blockquote" | "pre" | "figcaption"
            | "caption" | "address" | "details" | "summary" | "hr" | "body" => {
                self.flush(self.kind());
            }
            _ => {}
        }
        raw(name, opens)
    }

    /// Whether a tag belongs to a part that is left out.
    fn leaves_out(&mut self, name: &str, opens: bool, closed: bool) -> bool {
        match &mut self.aside {
            Some((part, open)) => {
                if part == name {
                    *open = if opens { *open + usize::from(!closed) } else { open.saturating_sub(1) };
                }
                if *open == 0 {
                    self.aside = None;
                }
                true
            }
            None if opens && ASIDE.contains(&name) => {
                self.flush(self.kind());
                if !closed {
                    self.aside = Some((name.to_owned(), 1));
                }
                true
            }
            None => false,
        }
    }

    fn kind(&self) -> BlockKind {
        if self.entries > 0 { BlockKind::Entry } else { BlockKind::Paragraph }
    }

    fn flush(&mut self, kind: BlockKind) {
        if self.tables > 0 {
            return;
        }
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.blocks.push(Block { kind, text: text.trim().to_owned(), page: None });
        }
    }
}

/// Some elements hold text that is no markup.
fn raw(name: &str, opens: bool) -> TokenSinkResult<()> {
    match name {
        "script" if opens => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "iframe" | "noframes" if opens => TokenSinkResult::RawData(RawKind::Rawtext),
        "textarea" if opens => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}
