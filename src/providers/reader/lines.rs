//! Text without marks of its own, as in a plain file or on a page of a PDF: paragraphs, entries and headings are told by
//! how lines look.

use crate::domain::house::document::{Block, BlockKind};

/// Characters of a line that may be a heading.
const HEADING: usize = 60;

/// The blocks of a text, all on one page.
pub(super) fn blocks(text: &str, page: Option<u32>) -> Vec<Block> {
    let mut out = Vec::new();
    let text = text.replace('\u{c}', "\n\n");
    let paragraphs: Vec<Vec<&str>> = paragraphs(&text);
    for (i, lines) in paragraphs.iter().enumerate() {
        let followed = i + 1 < paragraphs.len() || lines.len() > 1;
        paragraph(lines, followed, page, &mut out);
    }
    out
}

fn paragraphs(text: &str) -> Vec<Vec<&str>> {
    let mut out = vec![Vec::new()];
    for line in text.lines().map(str::trim) {
        match (line.is_empty(), out.last_mut()) {
            (false, Some(last)) => last.push(line),
            (true, Some(last)) if !last.is_empty() => out.push(Vec::new()),
            _ => {}
        }
    }
    out.retain(|p| !p.is_empty());
    out
}

fn paragraph(lines: &[&str], followed: bool, page: Option<u32>, out: &mut Vec<Block>) {
    let push = |kind, text: String, out: &mut Vec<Block>| out.push(Block { kind, text, page });
    let Some((first, rest)) = lines.split_first() else { return };
    if followed && is_heading(first, rest.first().copied()) {
        push(BlockKind::Heading { level: if is_loud(first) { 1 } else { 2 } }, (*first).to_owned(), out);
        return paragraph(rest, false, page, out);
    }
    let widest = lines.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    let mut kind = BlockKind::Paragraph;
    for line in lines {
        if let Some(entry) = entry(line) {
            if !text.is_empty() {
                push(kind, std::mem::take(&mut text), out);
            }
            kind = BlockKind::Entry;
            text.push_str(entry);
            continue;
        }
        if !text.is_empty() {
            text.push(if wraps(&text, line, widest) { ' ' } else { '\n' });
        }
        text.push_str(line);
    }
    if !text.is_empty() {
        push(kind, text, out);
    }
}

/// Whether `line` goes on with the sentence before it: that line was as wide as the column, or this one begins small.
fn wraps(before: &str, line: &str, widest: usize) -> bool {
    let last = before.rsplit('\n').next().unwrap_or(before);
    let open = !last.ends_with(['.', '!', '?', ':', ';']);
    let small = line.chars().next().is_some_and(char::is_lowercase);
    open && small || last.chars().count() * 10 >= widest * 6 && widest > 40 && !last.ends_with(':')
}

/// The words of "• a safe", "- a kettle", "3) a desk".
fn entry(line: &str) -> Option<&str> {
    if let Some(rest) = line
        .strip_prefix(['•', '▪', '●', '◦', '‣', '·', '–', '\u{f0b7}'])
        .or_else(|| line.strip_prefix("- "))
        .or_else(|| line.strip_prefix("* "))
    {
        return Some(rest.trim()).filter(|r| !r.is_empty());
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..)?;
    if !(1..=2).contains(&digits) {
        return None;
    }
    rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")).map(str::trim).filter(|r| !r.is_empty())
}

/// All letters are capitals.
fn is_loud(line: &str) -> bool {
    line.chars().any(char::is_alphabetic) && !line.chars().any(char::is_lowercase)
}

/// A short line without an end that stands above others.
fn is_heading(line: &str, below: Option<&str>) -> bool {
    let count = line.chars().count();
    let begins = line.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    let ends = line.ends_with(['.', ',', ';', ':', '!', ')']) || line.chars().last().is_some_and(|c| c.is_ascii_digit());
    let words = line.split_whitespace().count();
    if count > HEADING || !begins || ends || words > 9 || !line.chars().any(char::is_alphabetic) || entry(line).is_some() {
        return false;
    }
    // In one block with others only what is clearly shorter than the line below it, or loud, stands above them.
    below.is_none_or(|b| {
        is_loud(line) || b.chars().count() > count * 3 / 2 && b.chars().next().is_some_and(char::is_uppercase) && words <= 5
    })
}
