//! Making words fit Meta's limits. Lengths are counted in UTF-16 units, the strictest way WhatsApp could count.

use crate::domain::house::message::Content;

/// Longest text message.
pub const TEXT_MAX: usize = 4096;
/// Longest words above buttons, a list or a link.
pub const BODY_MAX: usize = 1024;
/// Longest caption.
pub const CAPTION_MAX: usize = 1024;
/// Longest title of a button, and of the button that opens a list or a page.
pub const BUTTON_MAX: usize = 20;
/// Longest title of a list row.
pub const ROW_MAX: usize = 24;
/// Longest second line of a list row.
pub const ROW_NOTE_MAX: usize = 72;
/// Longest value of one place in a template.
pub const PARAMETER_MAX: usize = 1024;

/// The length of `s` as WhatsApp may count it.
pub fn units(s: &str) -> usize {
    s.chars().map(char::len_utf16).sum()
}

/// At most `max` units of `s`, ended by an ellipsis when something was cut. Never cuts inside a character, and leaves no half of
/// a joined emoji.
pub fn cut(s: &str, max: usize) -> String {
    if units(s) <= max {
        return s.to_owned();
    }
    let mut out = s[..end(s, max.saturating_sub(1))].trim_end_matches(['\u{200d}', '\u{fe0f}', ' ']).to_owned();
    if max > 0 {
        out.push('…');
    }
    out
}

/// The byte where `max` units of `s` end.
fn end(s: &str, max: usize) -> usize {
    let mut used = 0;
    for (at, c) in s.char_indices() {
        used += c.len_utf16();
        if used > max {
            return at;
        }
    }
    s.len()
}

/// `text` in parts of at most `max` units, cut between paragraphs, else lines, sentences, words. Only blanks at the cuts are lost.
pub fn split_text(text: &str, max: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while units(rest) > max {
        let hard = end(rest, max);
        // A first character wider than `max` must still move on.
        let hard = if hard == 0 { rest.chars().next().map_or(rest.len(), char::len_utf8) } else { hard };
        let window = &rest[..hard];
        let soft = ["\n\n", "\n", ". ", "! ", "? ", " "].iter().find_map(|mark| {
            let at = window.rfind(mark)?;
            let at = if mark.len() == 2 && *mark != "\n\n" { at + 1 } else { at };
            (at > hard / 4).then_some(at)
        });
        let (head, tail) = rest.split_at(soft.unwrap_or(hard));
        parts.push(head.trim_end().to_owned());
        rest = tail.trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// The messages that `content` becomes on WhatsApp: long words are split, and buttons, list or link stay under the last part.
pub fn fit(content: Content) -> Vec<Content> {
    match content {
        Content::Text { text } if units(&text) > TEXT_MAX => split_text(&text, TEXT_MAX).into_iter().map(Content::text).collect(),
        Content::Buttons { text, choices } => with_last(text, |text| Content::Buttons { text, choices }),
        Content::List { text, button, choices } => with_last(text, |text| Content::List { text, button, choices }),
        Content::Link { text, label, url } => with_last(text, |text| Content::Link { text, label, url }),
        other => vec![other],
    }
}

fn with_last(text: String, last: impl FnOnce(String) -> Content) -> Vec<Content> {
    if units(&text) <= BODY_MAX {
        return vec![last(text)];
    }
    let mut parts = split_text(&text, BODY_MAX);
    let tail = parts.pop().unwrap_or_default();
    let head = split_text(&parts.join("\n"), TEXT_MAX);
    head.into_iter().map(Content::text).chain([last(tail)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn splits_where_a_person_would() {
        let text = format!("{}\n\n{}", "a".repeat(60), "b".repeat(60));
        assert_eq!(split_text(&text, 100), ["a".repeat(60), "b".repeat(60)]);
        assert_eq!(split_text("One two. Three four five", 16), ["One two.", "Three four five"]);
        assert_eq!(split_text("  ", 10), Vec::<String>::new());
        assert_eq!(cut("Jollof rice with chicken", 20), "Jollof rice with ch…");
        assert_eq!(cut("👩🏽‍🍳", 6), "👩🏽…");
    }

    #[test]
    fn long_words_go_before_their_buttons() {
        let text = "word ".repeat(500);
        let parts = fit(Content::Buttons { text, choices: vec![] });
        assert_eq!(parts.len(), 2);
        assert!(matches!(&parts[1], Content::Buttons { text, .. } if units(text) <= BODY_MAX));
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_part_too_long(text in "(\\PC|[ \n.]){0,300}", max in 2usize..60) {
            let parts = split_text(&text, max);
            let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(squeeze(&parts.concat()), squeeze(&text));
            prop_assert!(parts.iter().all(|p| units(p) <= max && !p.is_empty()));
            prop_assert!(units(&cut(&text, max)) <= max);
        }
    }
}
