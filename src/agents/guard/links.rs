//! Addresses of pages in words: only the business's own, or those a tool gave.

/// Endings that make a word an address without more.
const ENDS: [&str; 16] =
    [".com", ".ng", ".net", ".org", ".io", ".co", ".app", ".link", ".me", ".ly", ".shop", ".store", ".example", ".ke", ".info", ".xyz"];

/// The addresses some words name.
pub(super) fn links(words: &str) -> Vec<&str> {
    let marks = |c: char| matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | '*' | '_' | '`' | ',' | '!' | '?' | ':' | ';' | '.');
    words
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | '"'))
        .map(|w| w.trim_matches(marks))
        .filter(|w| is_link(w))
        .collect()
}

fn is_link(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    if lower.contains("://") || lower.starts_with("www.") {
        return true;
    }
    let host = lower.split('/').next().unwrap_or_default();
    let labels = host.split('.').all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    let lettered = host.rsplit('.').next().is_some_and(|l| l.len() > 1 && l.bytes().all(|b| b.is_ascii_alphabetic()));
    host.contains('.') && labels && lettered && (lower.len() > host.len() || ENDS.iter().any(|e| host.ends_with(e)))
}

/// Whether a text holds this address, with or without how it is reached.
pub(super) fn holds(text: &str, link: &str) -> bool {
    let bare = |l: &str| {
        l.to_lowercase()
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .trim_start_matches("www.")
            .trim_end_matches('/')
            .to_owned()
    };
    let (text, link) = (text.to_lowercase(), bare(link));
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '-'));
    !link.is_empty()
        && text.match_indices(&link).any(|(at, found)| {
            let free = !text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '@'));
            (free || text[..at].ends_with("www.")) && (ends(&text[at + found.len()..]) || text[at + found.len()..].starts_with("/ "))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_and_compared() {
        assert_eq!(
            links("Pay here: https://evil.example/pay. Or www.x.ng, mama.com/menu; not 2.5 or e.g. this"),
            ["https://evil.example/pay", "www.x.ng", "mama.com/menu"]
        );
        assert!(holds("See https://www.mama.com/menu for all", "mama.com/menu"));
        assert!(holds("our page mama.com.", "https://mama.com/"));
        assert!(!holds("our page mama.com.", "https://mama.com/pay") && !holds("evilmama.com", "mama.com"));
    }
}
