//! E-mail: a letter as it came in, with what shows that a machine wrote it, and a letter of ours before it is put into the wire's form.
//!
//! A From address proves nothing. It names the contact a letter is kept under and the address a reply goes to; nobody gains a member's
//! rights by it, and a reply never goes to another address than the one the letter says it is from.

use crate::domain::house::message::MediaKind;
use crate::domain::time::Time;

/// Longest address there may be, in characters (RFC 5321).
const ADDRESS_CHARS: usize = 254;
/// Longest subject that is kept, in characters.
pub const SUBJECT_CHARS: usize = 300;
/// Ids of earlier letters that are named in a reply.
pub const REFERENCES: usize = 20;

/// A letter as it came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Its id without brackets; empty when the sender gave none that can be written.
    pub mail_id: String,
    /// The same letter twice has the same mark: made of sender and id, so nobody can hide another one's letter; without an id, of
    /// all its bytes.
    pub mark: String,
    /// Who says to have written it, lower case.
    pub from: String,
    /// The name beside that address.
    pub name: Option<String>,
    /// Its subject, one line.
    pub subject: String,
    /// The letter it answers.
    pub in_reply_to: Option<String>,
    /// Earlier letters of the thread, oldest first, without brackets.
    pub references: Vec<String>,
    /// When the sender says it was written.
    pub at: Option<Time>,
    /// What was written now, without what is quoted and without the signature.
    pub text: String,
    /// Files to look at.
    pub files: Vec<Attached>,
    /// Files that were not taken: too many, or the letter was too large to be fetched whole.
    pub left_out: usize,
    /// Set when no person wrote it: it is never answered.
    pub machine: Option<Machine>,
    /// The mail server found that the sender's address is not the sender's.
    pub forged: bool,
    /// News that a letter of ours did not arrive.
    pub bounce: Option<Bounce>,
}

/// A file in a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Which part of the letter.
    pub part: u32,
    /// Its kind.
    pub kind: MediaKind,
    /// Its type as the sender says.
    pub mime: String,
    /// Its name as the sender says, one line.
    pub filename: Option<String>,
}

/// What kind of machine wrote a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// An automatic answer, such as "I am on holiday".
    Answer,
    /// A mailing list or newsletter.
    List,
    /// A mail server about a letter of ours.
    Server,
}

impl Machine {
    /// For the owner, where the letter is shown.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Answer => "an automatic answer",
            Self::List => "a mailing list",
            Self::Server => "a mail server",
        }
    }
}

/// News that a letter of ours did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The id of our letter, without brackets.
    pub of: String,
    /// The status (RFC 3463), such as "5.1.1".
    pub status: String,
    /// What the server says.
    pub words: String,
}

impl Bounce {
    /// Whether it will never arrive; otherwise the server still tries.
    pub fn is_final(&self) -> bool {
        self.status.starts_with('5')
    }
}

/// Why a letter of ours says by itself that no person wrote it, so that other machines do not answer it (RFC 3834).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automatic {
    /// A person wrote it.
    No,
    /// Steward answers somebody.
    Reply,
    /// Steward writes first.
    Notice,
}

/// A letter of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Our name beside our address.
    pub name: String,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What stands before the @ of its id: the same letter tried again has the same id.
    pub key: String,
    /// The letter it answers.
    pub in_reply_to: Option<String>,
    /// Earlier letters of the thread.
    pub references: Vec<String>,
    /// The words.
    pub text: String,
    /// An address to open: what it is called, and where it is.
    pub link: Option<(String, String)>,
    /// Files: name, type, bytes.
    pub files: Vec<(String, String, Vec<u8>)>,
    /// Whether it says that no person wrote it.
    pub automatic: Automatic,
    /// When.
    pub at: Time,
}

/// An address as it is kept: trimmed and lower case; none when it cannot be one.
pub fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, host) = text.rsplit_once('@')?;
    let odd =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"' | ',' | ';' | ':' | '\\');
    let fine = !local.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !local.contains('@');
    (fine && !text.contains(odd) && text.chars().count() <= ADDRESS_CHARS).then(|| text.to_lowercase())
}

/// Text of a header as one line: controls become spaces, so nothing in it can begin another header.
pub fn one_line(text: &str, most: usize) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    crate::domain::text::clip(&words.join(" "), most)
}

/// Whether an id of another letter may be written into a header of ours.
pub fn is_mail_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 250 && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'))
}

/// A subject without the words that mark answers, in the languages people answer in.
pub fn base_subject(subject: &str) -> &str {
    const MARKS: [&str; 9] = ["re", "aw", "sv", "rv", "res", "ref", "réf", "antw", "odp"];
    let mut rest = subject.trim();
    while let Some((word, after)) = rest.split_once(':') {
        let word = word.trim().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']')).to_lowercase();
        if !MARKS.contains(&word.as_str()) {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

/// Whether a subject says that the letter answers one.
pub fn is_answer(subject: &str) -> bool {
    base_subject(subject).len() < subject.trim().len()
}

/// The subject of our answer.
pub fn answering(subject: &str) -> String {
    let base = one_line(base_subject(subject), SUBJECT_CHARS);
    if base.is_empty() { "Re: your message".into() } else { format!("Re: {base}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_strictly() {
        assert_eq!(address(" Ada.Obi@Example.COM ").as_deref(), Some("ada.obi@example.com"));
        assert_eq!(address("ọlá@exámple.ng").as_deref(), Some("ọlá@exámple.ng"));
        for no in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "a b@example.com",
            "a@b@example.com",
            "<a@example.com>",
            "a@example.com\r\nBcc: x@y.z",
            "a,b@example.com",
        ] {
            assert_eq!(address(no), None, "{no:?}");
        }
    }

    #[test]
    fn a_header_cannot_begin_another_one() {
        assert_eq!(one_line("Order\r\nBcc: all@example.com\u{0}", 100), "Order Bcc: all@example.com");
        assert!(is_mail_id("abc.1@mail.example.com"));
        for no in ["", "a b@c", "a>\r\n<b", "é@x", &"a".repeat(300)] {
            assert!(!is_mail_id(no), "{no:?}");
        }
    }

    #[test]
    fn an_answer_keeps_its_subject_once() {
        for s in ["Order 12", "Re: Order 12", "RE: AW: re[2]: Order 12"] {
            let answer = answering(s);
            assert!(answer.starts_with("Re: ") && !answer[4..].starts_with("Re"), "{s}: {answer}");
        }
        assert_eq!(answering("RE: AW: re[2]: Order 12"), "Re: Order 12");
        assert!(is_answer("Re: x") && !is_answer("Order: x") && !is_answer("Reminder"));
        assert_eq!(answering("  "), "Re: your message");
    }
}
