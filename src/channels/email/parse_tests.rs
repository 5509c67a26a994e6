//! Letters as they come, honest and hostile.

use super::client::{part_id, split_part_id};
use super::parse::{part, read};
use crate::domain::house::mail::Machine;
use crate::domain::house::message::MediaKind;
use crate::domain::time::Time;
use proptest::prelude::*;

fn with(headers: &str, body: &str) -> Vec<u8> {
    format!("From: Ada <ada@example.com>\r\nMessage-ID: <1@example.com>\r\n{headers}\r\n{body}").into_bytes()
}

#[test]
fn a_letter_is_read() {
    let bytes = with(
        "Subject: =?utf-8?B?4bqM4bqN?= order\r\nIn-Reply-To: <0@x.example>\r\nReferences: <a@x.example> <0@x.example>\r\n\
         Date: Sat, 21 Nov 2026 12:00:00 +0100\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n",
        "Un caf=E9 =\r\nplease",
    );
    let l = read(&bytes, true).unwrap();
    assert_eq!((l.from.as_str(), l.name.as_deref(), l.mail_id.as_str()), ("ada@example.com", Some("Ada"), "1@example.com"));
    assert_eq!((l.subject.as_str(), l.text.as_str()), ("\u{1e8c}\u{1e8d} order", "Un café please"));
    assert_eq!((l.in_reply_to.as_deref(), l.references), (Some("0@x.example"), vec!["a@x.example".to_owned(), "0@x.example".into()]));
    assert_eq!(l.at, Time::parse("2026-11-21T11:00:00Z"));
    assert_eq!((l.machine, l.forged, l.files.len()), (None, false, 0));
}

#[test]
fn html_alone_is_read_as_words() {
    let l = read(&with("Content-Type: text/html\r\n", "<p>Two plates</p><script>alert(1)</script><p>On 20 Nov 2026 Shop &lt;s@x.example&gt; wrote:</p><blockquote>secret price</blockquote>"), true).unwrap();
    assert!(l.text.starts_with("Two plates") && !l.text.contains("secret price"), "{:?}", l.text);
}

#[test]
fn pictures_between_the_words_are_files_and_ornaments_are_not() {
    let picture = |more: &str, bytes: usize| format!("--b\r\nContent-Type: image/jpeg\r\n{more}\r\n{}\r\n", "x".repeat(bytes));
    let words = "--b\r\nContent-Type: text/plain\r\n\r\nbefore\r\n".to_owned();
    let after = "--b\r\nContent-Type: text/plain\r\n\r\nafter\r\n--b--";
    let body = format!(
        "{words}{}{}{after}",
        picture("Content-Disposition: inline; filename=a.jpg\r\n", 90),
        picture("Content-ID: <logo>\r\n", 90)
    );
    let l = read(&with("Content-Type: multipart/mixed; boundary=b\r\n", &body), true).unwrap();
    assert_eq!((l.text.as_str(), l.files.len()), ("before\nafter", 1));
    assert_eq!((l.files[0].kind, l.files[0].filename.as_deref()), (MediaKind::Image, Some("a.jpg")));
}

#[test]
fn the_mark_is_the_senders_own() {
    let mark = |from: &str, id: &str| read(format!("From: {from}\r\nMessage-ID: {id}\r\n\r\nx").as_bytes(), true).unwrap().mark;
    assert_eq!(mark("a@x.example", "<1@x>"), mark("A@X.example", "<1@x>"));
    assert_ne!(mark("a@x.example", "<1@x>"), mark("b@x.example", "<1@x>"), "nobody hides another one's letter");
    assert_ne!(mark("a@x.example", ""), mark("a@x.example", "<1@x>"));
}

#[test]
fn machines_show_themselves() {
    let of = |headers: &str| read(&with(headers, "x"), true).unwrap().machine;
    assert_eq!(of("Auto-Submitted: no\r\n"), None);
    assert_eq!(of("Auto-Submitted: auto-generated\r\n"), Some(Machine::Answer));
    assert_eq!(of("Return-Path: <>\r\n"), Some(Machine::Server));
    assert_eq!(of("List-Unsubscribe: <mailto:x@y.z>\r\n"), Some(Machine::List));
    assert_eq!(of("Precedence: junk\r\n"), Some(Machine::List));
    let from = |address: &str| read(format!("From: {address}\r\n\r\nx").as_bytes(), true).unwrap().machine;
    assert_eq!(from("MAILER-DAEMON@x.example"), Some(Machine::Server));
    assert_eq!(from("no-reply@x.example"), Some(Machine::Answer));
    assert_eq!(from("norbert@x.example"), None);
}

#[test]
fn only_what_stands_on_top_speaks_about_the_sender() {
    let of = |headers: &str| read(&with(headers, "x"), true).unwrap().forged;
    assert!(of("Authentication-Results: mx; dkim=pass;\r\n dmarc=fail (p=none)\r\n"));
    assert!(!of("Authentication-Results: mx; dmarc=pass\r\nAuthentication-Results: other; dmarc=fail\r\n"));
    assert!(!of(""));
}

#[test]
fn hostile_letters_are_contained() {
    assert!(read(b"", true).is_none());
    assert!(read(b"\r\n\r\nno sender", true).is_none());
    assert!(read(b"From: nobody\r\n\r\nx", true).is_none());
    let broken = with("Subject: a\r\n b\r\nContent-Type: text/plain; charset=no-such-set\r\n", "caf\u{202e}e\u{0}");
    let l = read(&broken, true).unwrap();
    assert_eq!((l.subject.as_str(), l.text.as_str()), ("a b", "cafe"));
    let mut deep = String::from("From: a@x.example\r\n");
    for n in 0..20_000 {
        deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
    }
    deep.push_str("Content-Type: text/plain\r\n\r\nbottom");
    assert!(read(deep.as_bytes(), true).is_some());
    let parts = "--b\r\nContent-Type: application/x\r\nContent-Disposition: attachment\r\n\r\nzz\r\n".repeat(3_000);
    let l = read(&with("Content-Type: multipart/mixed; boundary=b\r\n", &format!("{parts}--b--")), true).unwrap();
    assert_eq!((l.files.len(), l.left_out), (10, 2_990));
    assert_eq!(l.files[0].kind, MediaKind::Document);
    let half = with("Content-Type: multipart/mixed; boundary=b\r\n", "--b\r\n\r\nwords\r\n--b\r\nContent-Type: image/png\r\n\r\ncut");
    let l = read(&half, false).unwrap();
    assert_eq!((l.files.len(), l.left_out, l.text.as_str()), (0, 1, "words"));
    let long = read(&with("", &"word ".repeat(400_000)), true).unwrap();
    assert!(long.text.chars().count() <= 20_000);
}

#[test]
fn a_part_is_named_and_found_again() {
    let name = "ab".repeat(32);
    assert_eq!(split_part_id(&part_id(&name, 7)), Some((name.as_str(), 7)));
    assert_eq!(split_part_id("wamid.5"), None);
    assert_eq!(split_part_id("mail:x"), None);
    assert!(part(&with("", "x"), 99).is_none());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(head in "[ -~\r\n]{0,200}", body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = b"From: a@x.example\r\n".to_vec();
        bytes.extend(head.as_bytes());
        bytes.extend(body);
        if let Some(l) = read(&bytes, true) {
            prop_assert!(!l.subject.contains(['\r', '\n']) && !l.from.contains(char::is_whitespace));
            for f in &l.files {
                prop_assert!(part(&bytes, f.part).is_some());
            }
        }
    }
}
