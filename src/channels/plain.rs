//! Messages for carriers that have no buttons: choices become numbered lines, which a customer answers with the number.

use crate::domain::error::{Error, Result};
use crate::domain::house::message::{Choice, Content, File};

/// What a message looks like where there are only words and files.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    /// The words; may be empty beside a file.
    pub text: String,
    /// A public address of a file to show.
    pub link: Option<String>,
    /// A place: degrees north, degrees east, its name.
    pub place: Option<(f64, f64, String)>,
}

/// Says `content` with words and files alone. `Invalid` for what can only be received, and for templates of another carrier.
pub fn plain(content: &Content) -> Result<Plain> {
    let words = |text: String| Plain { text, link: None, place: None };
    let plain = match content {
        Content::Text { text } => words(text.clone()),
        Content::Buttons { text, choices } | Content::List { text, choices, .. } => words(numbered(text, choices)),
        Content::Link { text, url, .. } => words(format!("{}\n{url}", text.trim_end())),
        Content::Cards { lines } => words(lines.join("\n")),
        Content::Media { file, .. } => {
            Plain { text: file.caption.clone().unwrap_or_default(), link: Some(public_link(file)?.to_owned()), place: None }
        }
        Content::Location { latitude, longitude, name, address } => {
            let label: Vec<&str> = [name, address].into_iter().flatten().map(String::as_str).filter(|t| !t.is_empty()).collect();
            Plain { text: label.join(", "), link: None, place: Some((*latitude, *longitude, label.join(", "))) }
        }
        Content::Template { .. } => return Err(Error::invalid("Approved messages are sent over Meta's own WhatsApp only.")),
        Content::Reaction { .. } => return Err(Error::invalid("A reaction cannot be sent on this channel.")),
        _ => return Err(Error::invalid("A message of this kind can only be received.")),
    };
    if plain.text.trim().is_empty() && plain.link.is_none() && plain.place.is_none() {
        return Err(Error::invalid("The message is empty."));
    }
    Ok(plain)
}

/// A public https address of a file; carriers fetch it from there.
fn public_link(file: &File) -> Result<&str> {
    file.link.as_deref().filter(|l| l.starts_with("https://") || l.starts_with("http://")).ok_or_else(|| {
        Error::invalid("This carrier fetches files from your server. Start it with --public-url and the address people reach it by.")
    })
}

fn numbered(text: &str, choices: &[Choice]) -> String {
    let mut out = text.trim_end().to_owned();
    for (at, choice) in choices.iter().enumerate() {
        out.push_str(&format!("\n{}. {}", at + 1, choice.title));
        if !choice.description.trim().is_empty() {
            out.push_str(&format!(" ({})", choice.description.trim()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::line::chosen;
    use crate::domain::house::message::MediaKind;

    fn choices() -> Vec<Choice> {
        let choice =
            |id: &str, title: &str, description: &str| Choice { id: id.into(), title: title.into(), description: description.into() };
        vec![choice("s", "Small", ""), choice("l", "Large", "feeds two")]
    }

    #[test]
    fn choices_are_numbered_and_numbers_are_choices() {
        let said = plain(&Content::Buttons { text: "Which size?".into(), choices: choices() }).unwrap();
        assert_eq!(said.text, "Which size?\n1. Small\n2. Large (feeds two)");
        assert_eq!(chosen(" 2. ", &choices()).unwrap().id, "l");
        for no in ["0", "3", "2 plates", "", "002", "-1", "1st"] {
            assert!(chosen(no, &choices()).is_none(), "{no}");
        }
    }

    #[test]
    fn a_file_needs_an_address_others_can_fetch() {
        let of = |link: Option<&str>| {
            let file = File { link: link.map(str::to_owned), caption: Some("Menu".into()), ..File::default() };
            plain(&Content::Media { media: MediaKind::Image, file })
        };
        assert!(of(None).unwrap_err().message.contains("--public-url"));
        assert!(of(Some("javascript:1")).is_err());
        assert_eq!(of(Some("https://a.example/x")).unwrap().link.as_deref(), Some("https://a.example/x"));
        assert!(plain(&Content::text("  ")).is_err());
    }
}
