//! Small tools for text from people.

use super::arabic;

/// At most `max` characters of `s`, with an ellipsis when something was cut.
pub fn clip(s: &str, max: usize) -> String {
    let mut ends = s.char_indices().map(|(at, _)| at).skip(max.saturating_sub(1));
    // No text has more characters than bytes.
    match ends.next().filter(|_| s.len() > max) {
        Some(end) if ends.next().is_some() => [&s[..end], "…"].concat(),
        _ => s.to_owned(),
    }
}

/// 1234567 as "1,234,567".
pub fn group_digits(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Lower case without marks over or under letters, for comparing: "Ẹ̀bà" and "eba" are the same, and so are "٣" and "3".
pub fn fold(s: &str) -> String {
    if s.is_ascii() {
        let lower = s.to_ascii_lowercase();
        return if lower.contains('`') { lower.replace('`', "'") } else { lower };
    }
    let mut out = String::with_capacity(s.len());
    for c in s.chars() {
        // Most of any text, and quickly told.
        match c {
            '`' => out.push('\''),
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => c.to_lowercase().for_each(|c| push_bare(&mut out, c)),
        }
    }
    out
}

/// Adds a small letter without its marks.
fn push_bare(out: &mut String, c: char) {
    match c {
        '\u{0300}'..='\u{036f}' => {}
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ǎ' | 'ạ' => out.push('a'),
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ě' | 'ẹ' | 'ẽ' => out.push('e'),
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ǐ' | 'ị' | 'ĩ' => out.push('i'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ō' | 'ǒ' | 'ọ' | 'ø' => out.push('o'),
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ǔ' | 'ụ' | 'ũ' => out.push('u'),
        'ṣ' | 'š' | 'ş' => out.push('s'),
        'ñ' | 'ṅ' | 'ǹ' | 'ń' => out.push('n'),
        'ç' => out.push('c'),
        'ɓ' => out.push('b'),
        'ɗ' => out.push('d'),
        'ƙ' => out.push('k'),
        'ƴ' | 'ý' => out.push('y'),
        '\u{0600}'..='\u{06ff}' => out.extend(arabic::plain(c)),
        '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
        '’' | '‘' | 'ʼ' => out.push('\''),
        '“' | '”' => out.push('"'),
        c => out.push(c),
    }
}

/// A URL-safe name from a title: "Kẹ́mi's Bakery" becomes "kemis-bakery".
pub fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in fold(title).chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if c != '\'' && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// The length of `s` in UTF-16 units: the strictest way a carrier could count.
pub fn units(s: &str) -> usize {
    // A text in ASCII has as many as bytes.
    if s.is_ascii() { s.len() } else { s.chars().map(char::len_utf16).sum() }
}

/// Whether `s` is longer than `max` units. A text has no more of them than bytes.
pub fn is_longer(s: &str, max: usize) -> bool {
    s.len() > max && units(s) > max
}

/// The byte where `max` units of `s` end.
pub fn end_of(s: &str, max: usize) -> usize {
    let mut used = 0;
    for (at, c) in s.char_indices() {
        used += c.len_utf16();
        if used > max {
            return at;
        }
    }
    s.len()
}

/// Parts of at most `max` units each, cut between paragraphs, else lines, sentences, words. Only blanks at the cuts are lost.
pub fn split(s: &str, max: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = s.trim();
    while is_longer(rest, max) {
        let (head, tail) = rest.split_at(cut_at(rest, max));
        parts.push(head.trim_end());
        rest = tail.trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// Where a person would cut `s` so that at most `max` units come before.
fn cut_at(s: &str, max: usize) -> usize {
    // A first character wider than `max` must still move on.
    let hard = end_of(s, max).max(s.chars().next().map_or(s.len(), char::len_utf8));
    if s[hard..].starts_with('\n') {
        return hard;
    }
    let (window, whole_word) = (&s[..hard], s[hard..].starts_with(char::is_whitespace).then_some(hard));
    let found = ["\n\n", "\n", ". ", "! ", "? ", " "].iter().find_map(|mark| match window.rfind(mark) {
        _ if *mark == " " && whole_word.is_some() => whole_word,
        // A cut near the beginning would leave a crumb.
        Some(at) if at > hard / 4 => Some(if mark.len() == 2 && *mark != "\n\n" { at + 1 } else { at }),
        _ => None,
    });
    found.unwrap_or(hard)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folds_names_of_lagos_and_kano() {
        assert_eq!(fold("Ẹ̀bà Ṣọlá ƙwai"), "eba sola kwai");
        assert_eq!((fold("`ROCK`n roll").as_str(), fold("‘Rock’n è").as_str()), ("'rock'n roll", "'rock'n e"));
        assert_eq!(slug("Kẹ́mi’s Bakery & Café"), "kemis-bakery-cafe");
        assert_eq!(group_digits(1_234_567), "1,234,567");
    }

    #[test]
    fn splits_where_a_person_would() {
        assert_eq!(split("one two three", 7), ["one two", "three"]);
        let text = format!("{}\n\n{}", "a".repeat(60), "b".repeat(60));
        assert_eq!(split(&text, 100), ["a".repeat(60), "b".repeat(60)]);
        assert_eq!(split("One two. Three four five", 16), ["One two.", "Three four five"]);
        assert_eq!(split("  ", 10), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_part_too_long(text in "(\\PC|[ \n.]){0,300}", max in 2usize..60) {
            let parts = split(&text, max);
            let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(squeeze(&parts.concat()), squeeze(&text));
            prop_assert!(parts.iter().all(|p| units(p) <= max && !p.is_empty()));
        }
    }
}
