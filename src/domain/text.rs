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

/// Parts of at most `max` characters each, cut at line ends or spaces where there are any.
pub fn split(s: &str, max: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = s.trim();
    while let Some((end, _)) = rest.char_indices().nth(max) {
        let head = &rest[..end];
        let at_word_end = rest[end..].starts_with(char::is_whitespace).then_some(end);
        let cut = head.rfind('\n').or(at_word_end).or_else(|| head.rfind(' ')).filter(|c| *c > 0).unwrap_or(end);
        parts.push(rest[..cut].trim_end());
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_names_of_lagos_and_kano() {
        assert_eq!(fold("Ẹ̀bà Ṣọlá ƙwai"), "eba sola kwai");
        assert_eq!((fold("`ROCK`n roll").as_str(), fold("‘Rock’n è").as_str()), ("'rock'n roll", "'rock'n e"));
        assert_eq!(slug("Kẹ́mi’s Bakery & Café"), "kemis-bakery-cafe");
        assert_eq!(split("one two three", 7), ["one two", "three"]);
        assert_eq!(group_digits(1_234_567), "1,234,567");
    }
}
