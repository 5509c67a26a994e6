//! A letter's bytes to what it says. Anything may come here: nothing in it is trusted, and nothing in it can break more than itself.

use super::cut::cut;
use crate::domain::house::mail::{Attached, Bounce, Letter, Machine, REFERENCES, SUBJECT_CHARS, address, is_mail_id, one_line};
use crate::domain::house::message::MediaKind;
use crate::domain::text::clip;
use crate::domain::time::Time;
use mail_parser::decoders::html::html_to_text;
use mail_parser::{HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::collections::HashSet;

/// Files of one letter that are looked at.
const FILES: usize = 10;
/// Pieces of text one letter is read of.
const BODIES: usize = 4;
/// Bytes of one piece of text that are read.
const BODY_BYTES: usize = 1 << 20;
/// Characters of a letter that are kept as its words.
const TEXT_CHARS: usize = 20_000;
/// A picture in the text that is smaller is an ornament of a signature.
const ORNAMENT_BYTES: usize = 24 << 10;

/// Reads a letter; none when it names no sender anybody could answer. `whole`: these are all of its bytes.
pub fn read(bytes: &[u8], whole: bool) -> Option<Letter> {
    let m = MessageParser::default().parse(bytes)?;
    let sender = m.from()?.first()?;
    let from = address(sender.address.as_deref()?)?;
    let mail_id = m.message_id().filter(|id| is_mail_id(id)).unwrap_or_default().to_owned();
    let (text, from_html) = body(&m);
    let bounce = bounce(&m);
    let (files, left_out) = if whole { files(&m, from_html) } else { (vec![], 1) };
    Some(Letter {
        mark: mark(&from, &mail_id, bytes),
        mail_id,
        name: sender.name.as_deref().map(|n| one_line(n, 100)).filter(|n| !n.is_empty()),
        subject: one_line(m.subject().unwrap_or_default(), SUBJECT_CHARS),
        in_reply_to: ids(m.in_reply_to()).pop(),
        references: ids(m.references()),
        at: m.date().and_then(|d| d.to_timestamp().checked_mul(1_000)).map(Time::from_millis),
        text: clip(cut(&text, from_html).trim(), TEXT_CHARS),
        files,
        left_out,
        machine: if bounce.is_some() { Some(Machine::Server) } else { machine(&m, &from) },
        forged: forged(&m),
        bounce,
        from,
    })
}

/// A file of a letter: its bytes and their type.
pub fn part(bytes: &[u8], part: u32) -> Option<(Vec<u8>, String)> {
    let m = MessageParser::default().parse(bytes)?;
    let part = m.part(part)?;
    Some((part.contents().to_vec(), mime(part)))
}

/// The same letter twice has the same mark, and nobody else's letter can have it.
fn mark(from: &str, mail_id: &str, bytes: &[u8]) -> String {
    use ring::digest::{SHA256, digest};
    let sum = if mail_id.is_empty() { digest(&SHA256, bytes) } else { digest(&SHA256, format!("{from}\n{mail_id}").as_bytes()) };
    hex::encode(sum.as_ref().get(..16).unwrap_or_default())
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let all: Vec<&str> = match value {
        HeaderValue::Text(one) => vec![one.as_ref()],
        HeaderValue::TextList(all) => all.iter().map(|t| t.as_ref()).collect(),
        _ => vec![],
    };
    let mut ids: Vec<String> = all.into_iter().filter(|id| is_mail_id(id)).map(str::to_owned).collect();
    ids.drain(..ids.len().saturating_sub(REFERENCES));
    ids
}

/// The words of a letter, and whether they were made of HTML.
fn body(m: &Message<'_>) -> (String, bool) {
    let mut out = String::new();
    let mut from_html = false;
    // Pictures shown between the words are among the bodies too.
    let words = m.text_bodies().filter(|p| matches!(p.body, PartType::Text(_) | PartType::Html(_)));
    for part in words.take(BODIES) {
        let words = match &part.body {
            PartType::Text(text) => head(text).to_owned(),
            PartType::Html(html) => {
                from_html = true;
                html_to_text(head(html))
            }
            _ => continue,
        };
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&words);
    }
    // Neither zeros nor words that turn the reading direction around: they only hide something.
    out.retain(|c| c == '\n' || c == '\t' || (!c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')));
    (out, from_html)
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(BODY_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn files(m: &Message<'_>, from_html: bool) -> (Vec<Attached>, usize) {
    let mut out = Vec::new();
    let mut left_out = 0;
    let attached: HashSet<u32> = m.attachments.iter().copied().collect();
    for (at, part) in (0u32..).zip(&m.parts) {
        // A letter in a letter, and what machines write for machines, are no files of a customer.
        let kept = match part.body {
            PartType::Binary(_) | PartType::InlineBinary(_) => true,
            PartType::Text(_) | PartType::Html(_) => attached.contains(&at),
            PartType::Message(_) | PartType::Multipart(_) => false,
        };
        let ornament = (part.content_id().is_some() || from_html) && part.content_disposition().is_none_or(|d| d.is_inline());
        if !kept || (ornament && part.contents().len() < ORNAMENT_BYTES) || part.contents().is_empty() {
            continue;
        }
        if out.len() == FILES {
            left_out += 1;
            continue;
        }
        let mime = mime(part);
        let filename = part.attachment_name().map(|n| one_line(n.rsplit(['/', '\\']).next().unwrap_or_default(), 120));
        out.push(Attached { part: at, kind: kind(&mime), mime, filename: filename.filter(|n| !n.is_empty()) });
    }
    (out, left_out)
}

fn mime(part: &MessagePart<'_>) -> String {
    let named = part.content_type().map(|t| format!("{}/{}", t.ctype(), t.subtype().unwrap_or("octet-stream")));
    named.map(|m| one_line(&m, 100).to_lowercase()).unwrap_or_else(|| "application/octet-stream".into())
}

fn kind(mime: &str) -> MediaKind {
    match mime {
        "image/jpeg" | "image/png" | "image/webp" => MediaKind::Image,
        m if m.starts_with("audio/") => MediaKind::Audio,
        m if m.starts_with("video/") => MediaKind::Video,
        _ => MediaKind::Document,
    }
}

/// The first header of a name: what stands on top was written last, by our own server.
fn first<'a>(m: &'a Message<'_>, name: &str) -> Option<&'a str> {
    m.headers_raw().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// What shows that no person wrote it (RFC 3834, and what programs write in spite of it).
fn machine(m: &Message<'_>, from: &str) -> Option<Machine> {
    let value = |name: &str| first(m, name).map(str::to_lowercase);
    if value("Return-Path").is_some_and(|v| v == "<>") || is_report(m) {
        return Some(Machine::Server);
    }
    if ["List-Id", "List-Post", "List-Unsubscribe"].iter().any(|name| first(m, name).is_some()) {
        return Some(Machine::List);
    }
    match value("Precedence").as_deref() {
        Some("bulk" | "list" | "junk") => return Some(Machine::List),
        Some("auto_reply") => return Some(Machine::Answer),
        _ => {}
    }
    let says_so = value("Auto-Submitted").is_some_and(|v| !v.starts_with("no"))
        || ["X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"].iter().any(|name| first(m, name).is_some());
    let local = from.split('@').next().unwrap_or_default().replace(['-', '_', '.'], "");
    let nobody = ["mailerdaemon", "postmaster"].contains(&local.as_str());
    let mute = ["noreply", "donotreply", "dontreply", "bounce", "bounces"].contains(&local.as_str());
    match (nobody, says_so || mute) {
        (true, _) => Some(Machine::Server),
        (_, true) => Some(Machine::Answer),
        _ => None,
    }
}

fn is_report(m: &Message<'_>) -> bool {
    m.content_type()
        .is_some_and(|t| t.ctype().eq_ignore_ascii_case("multipart") && t.subtype().is_some_and(|s| s.eq_ignore_ascii_case("report")))
}

/// Whether our own mail server found that the sender's domain did not send this (RFC 8601). A sender can write such a header too, but
/// it stands below ours and can only speak against the sender.
fn forged(m: &Message<'_>) -> bool {
    first(m, "Authentication-Results").is_some_and(|v| {
        let low = v.to_lowercase();
        low.split(';').any(|part| part.trim().starts_with("dmarc=fail"))
    })
}

/// News of a mail server that a letter of ours did not arrive (RFC 3464).
fn bounce(m: &Message<'_>) -> Option<Bounce> {
    if !is_report(m) {
        return None;
    }
    let is = |p: &MessagePart<'_>, kind: &str, sub: &str| {
        p.content_type().is_some_and(|t| t.ctype().eq_ignore_ascii_case(kind) && t.subtype().is_some_and(|s| s.eq_ignore_ascii_case(sub)))
    };
    let text = |p: &MessagePart<'_>| String::from_utf8_lossy(head_bytes(p.contents())).into_owned();
    let report = text(m.parts.iter().find(|p| is(p, "message", "delivery-status"))?);
    let field = |name: &str| {
        let mut lines = report.lines().filter_map(|l| l.split_once(':'));
        lines.find(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim().to_owned())
    };
    let status = field("Status").map(|s| clip(&s, 12)).filter(|s| s.starts_with(['4', '5']))?;
    let words = one_line(&field("Diagnostic-Code").unwrap_or_default(), 300);
    let inside = m.parts.iter().find_map(|p| match &p.body {
        PartType::Message(inner) => inner.message_id().map(str::to_owned),
        _ if is(p, "text", "rfc822-headers") => {
            let all = text(p);
            let id =
                all.lines().find_map(|l| l.split_once(':').filter(|(n, _)| n.eq_ignore_ascii_case("message-id")).map(|(_, v)| v.trim()));
            id.map(|id| id.trim_matches(['<', '>']).to_owned())
        }
        _ => None,
    });
    let of = inside.or_else(|| ids(m.in_reply_to()).pop()).or_else(|| ids(m.references()).pop())?;
    is_mail_id(&of).then_some(Bounce { of, status, words })
}

fn head_bytes(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.len().min(64 << 10)).unwrap_or_default()
}
