//! A letter of ours in the wire's form: plain words, the same words as simple HTML, files beside them.

use crate::domain::error::{Error, Result};
use crate::domain::house::mail::{Automatic, Outgoing, REFERENCES, SUBJECT_CHARS, is_mail_id, one_line};
use crate::domain::time::Time;
use crate::net::smtp::Envelope;
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart};
use std::time::{Duration, SystemTime};

/// The most bytes of files in one letter: base64 makes 25 MB of them, which is what most providers take.
const FILES_BYTES: usize = 18 << 20;

/// The letter for the wire, and its id without brackets.
///
/// # Errors
/// `Invalid`: an address that is none, no words and no file, or files too large to send.
pub fn build(from: &str, o: &Outgoing) -> Result<(Envelope, String)> {
    let wrong = |what: &str| Error::invalid(format!("{what} is not an e-mail address that can be written to."));
    let ours = from.parse::<Address>().map_err(|_| wrong("Our own address"))?;
    let theirs = o.to.parse::<Address>().map_err(|_| wrong("The customer's address"))?;
    if o.text.trim().is_empty() && o.files.is_empty() && o.link.is_none() {
        return Err(Error::invalid("The message is empty."));
    }
    if o.files.iter().map(|f| f.2.len()).sum::<usize>() > FILES_BYTES {
        return Err(Error::invalid(format!("E-mail carries at most {} MB of files.", FILES_BYTES >> 20)));
    }
    let mail_id = format!("{}@{}", o.key, domain(from));
    let name = Some(one_line(&o.name, 100)).filter(|n| !n.is_empty());
    let mut m = Message::builder()
        .from(Mailbox::new(name, ours))
        .to(Mailbox::new(None, theirs))
        .subject(one_line(&o.subject, SUBJECT_CHARS))
        .message_id(Some(format!("<{mail_id}>")))
        .date(system(o.at));
    if let Some(of) = o.in_reply_to.as_deref().filter(|id| is_mail_id(id)) {
        m = m.in_reply_to(format!("<{of}>"));
    }
    let earlier: Vec<String> = o.references.iter().filter(|id| is_mail_id(id)).map(|id| format!("<{id}>")).collect();
    if let Some(last) = earlier.get(earlier.len().saturating_sub(REFERENCES)..).filter(|l| !l.is_empty()) {
        m = m.references(last.join(" "));
    }
    let word = match o.automatic {
        Automatic::No => None,
        Automatic::Reply => Some("auto-replied"),
        Automatic::Notice => Some("auto-generated"),
    };
    if let Some(word) = word {
        m = m.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), word.to_owned()));
    }
    let words = MultiPart::alternative_plain_html(plain(o), html(o));
    let built = if o.files.is_empty() {
        m.multipart(words)
    } else {
        let all = o.files.iter().fold(MultiPart::mixed().multipart(words), |all, (name, mime, bytes)| {
            let mime =
                ContentType::parse(mime).unwrap_or(ContentType::parse("application/octet-stream").unwrap_or(ContentType::TEXT_PLAIN));
            all.singlepart(Attachment::new(file_name(name)).body(bytes.clone(), mime))
        });
        m.multipart(all)
    };
    let built = built.map_err(|e| Error::invalid("The letter could not be written.").with_source(e))?;
    Ok((Envelope { from: from.to_owned(), to: o.to.clone(), bytes: built.formatted() }, mail_id))
}

/// Where the ids of our letters come from: the part of our address behind the @.
fn domain(from: &str) -> &str {
    from.rsplit('@').next().filter(|d| is_mail_id(d)).unwrap_or("steward.invalid")
}

fn system(at: Time) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.millis()).unwrap_or(0))
}

/// A file's name as one line without folders.
fn file_name(name: &str) -> String {
    let name = one_line(name.rsplit(['/', '\\']).next().unwrap_or_default(), 120);
    if name.is_empty() { "file".into() } else { name }
}

fn plain(o: &Outgoing) -> String {
    let text = o.text.trim_end();
    match &o.link {
        Some((label, url)) if text.is_empty() => format!("{label}: {url}\n"),
        Some((label, url)) => format!("{text}\n\n{label}: {url}\n"),
        None => format!("{text}\n"),
    }
}

fn html(o: &Outgoing) -> String {
    let mut out = String::from("<!doctype html><html><body>");
    for paragraph in o.text.trim().split("\n\n").filter(|p| !p.trim().is_empty()) {
        let lines: Vec<String> = paragraph.lines().map(escaped).collect();
        out.push_str(&format!("<p>{}</p>\n", lines.join("<br>\n")));
    }
    if let Some((label, url)) = &o.link {
        out.push_str(&format!("<p><a href=\"{}\">{}</a></p>\n", escaped(url), escaped(label)));
    }
    out.push_str("</body></html>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::email::parse;

    fn outgoing() -> Outgoing {
        Outgoing {
            name: "Mama Put\r\nBcc: all@example.com".into(),
            to: "ada@example.com".into(),
            subject: "Re: Ẹ̀bà\r\nX-Evil: 1".into(),
            key: "0193-1".into(),
            in_reply_to: Some("q1@example.com".into()),
            references: vec!["q0@example.com".into(), "bad id\r\nX: y".into(), "q1@example.com".into()],
            text: "Two plates: N7,000 <total> & thanks.\n.\nẹ ṣé".into(),
            link: Some(("Pay".into(), "https://pay.example/x?a=1&b=2".into())),
            files: vec![("../menu\r\n.pdf".into(), "application/pdf".into(), b"%PDF-1.4 \xff\x00".to_vec())],
            automatic: Automatic::Reply,
            at: Time::parse("2026-11-21T11:00:00Z").unwrap(),
        }
    }

    #[test]
    fn what_is_written_can_be_read_and_nothing_slips_into_the_headers() {
        let (envelope, id) = build("shop@example.com", &outgoing()).unwrap();
        assert_eq!(id, "0193-1@example.com");
        assert!(envelope.bytes.is_ascii(), "any server takes it");
        let wire = String::from_utf8(envelope.bytes.clone()).unwrap();
        let head = wire.split("\r\n\r\n").next().unwrap();
        assert!(head.contains("Message-ID: <0193-1@example.com>") && head.contains("Auto-Submitted: auto-replied"), "{head}");
        assert!(head.contains("References: <q0@example.com> <q1@example.com>"), "{head}");
        assert!(!head.lines().any(|l| l.starts_with("Bcc:") || l.starts_with("X-Evil") || l.starts_with("X:")), "{head}");
        let letter = parse::read(&envelope.bytes, true).unwrap();
        assert_eq!(letter.from, "shop@example.com");
        assert_eq!(letter.subject, "Re: Ẹ̀bà X-Evil: 1");
        assert!(letter.text.contains("N7,000 <total> & thanks.\n.\nẹ ṣé"), "{}", letter.text);
        assert_eq!(letter.in_reply_to.as_deref(), Some("q1@example.com"));
        assert_eq!(letter.machine, Some(crate::domain::house::mail::Machine::Answer));
        let (bytes, mime) = parse::part(&envelope.bytes, letter.files[0].part).unwrap();
        assert_eq!((bytes.as_slice(), mime.as_str()), (b"%PDF-1.4 \xff\x00".as_slice(), "application/pdf"));
        assert!(html(&outgoing()).contains("&lt;total&gt; &amp; thanks"), "the HTML shows what was written");
    }

    #[test]
    fn what_cannot_be_sent_is_refused_with_a_sentence() {
        let mut o = Outgoing { text: " ".into(), link: None, files: vec![], ..outgoing() };
        assert!(build("shop@example.com", &o).unwrap_err().message.contains("empty"));
        o.text = "x".into();
        assert!(build("shop@example.com", &Outgoing { to: "nobody".into(), ..o.clone() }).is_err());
        o.files = vec![("big".into(), "x/y".into(), vec![0; FILES_BYTES + 1])];
        assert!(build("shop@example.com", &o).unwrap_err().message.contains("18 MB"));
    }
}
