//! Markdown as chats show it: `**bold**` as WhatsApp's `*bold*`, a link as its words and its address, a heading as a line.

/// Words without marks that a chat would show as they are.
pub(super) fn words(text: &str) -> String {
    if !text.contains(['#', '*', '_', '`', '[']) {
        return text.to_owned();
    }
    let lines: Vec<String> = text.lines().map(line).collect();
    lines.join("\n").trim().to_owned()
}

fn line(line: &str) -> String {
    let bare = line.trim_start();
    let level = bare.len() - bare.trim_start_matches('#').len();
    let heading = (1..=6).contains(&level) && bare[level..].starts_with(' ');
    let line = if heading { bare[level..].trim() } else { line };
    let listed = line.trim_start();
    let line = match listed.strip_prefix("* ") {
        // A star at the beginning of a line would open bold words.
        Some(rest) => format!("{}- {rest}", &line[..line.len() - listed.len()]),
        None => line.to_owned(),
    };
    links(&pairs(&pairs(&line, "**", "*"), "__", "_").replace("```", ""))
}

/// Every pair of marks around words replaced.
fn pairs(line: &str, mark: &str, with: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(line.len()), line);
    while let Some((before, inner, after)) = pair(rest, mark) {
        out.extend([before, with, inner, with]);
        rest = after;
    }
    out + rest
}

fn pair<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let (before, rest) = text.split_once(mark)?;
    let (inner, after) = rest.split_once(mark)?;
    let tight = !inner.is_empty() && !inner.starts_with(' ') && !inner.ends_with(' ');
    tight.then_some((before, inner, after))
}

/// `[words](address)` as "words: address".
fn links(line: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(line.len()), line);
    while let Some((words, address, from, to)) = link(rest) {
        out.push_str(&rest[..from]);
        if words == address {
            out.push_str(address)
        } else {
            out.extend([words, ": ", address])
        }
        rest = &rest[to..];
    }
    out + rest
}

fn link(text: &str) -> Option<(&str, &str, usize, usize)> {
    let middle = text.find("](")?;
    let from = text[..middle].rfind('[')?;
    let to = middle + text[middle..].find(')')?;
    Some((&text[from + 1..middle], &text[middle + 2..to], from, to + 1))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn marks_become_what_a_chat_shows() {
        assert_eq!(words("## Our menu\n* **Jollof rice**: ₦2,500\n- __Egusi__"), "Our menu\n- *Jollof rice*: ₦2,500\n- _Egusi_");
        assert_eq!(
            words("See [the menu](https://mama.com/menu) or [https://a.b](https://a.b)."),
            "See the menu: https://mama.com/menu or https://a.b."
        );
        assert_eq!(words("#1042 is *ready*, 2 ** 3, snake_case [x]"), "#1042 is *ready*, 2 ** 3, snake_case [x]");
        assert_eq!(words("Hello!"), "Hello!");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[#*_`\\[\\]() a-cé\n]{0,40}") {
            let _ = words(&text);
        }
    }
}
