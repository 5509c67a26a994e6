//! The process that reads documents: its limits, the program it asks for PDFs, and what owners are told when it dies.

use serde_json::Value;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use steward::app::reading::Reader;
use steward::domain::error::Kind;
use steward::domain::house::document::Format;
use steward::domain::limits;

/// A program of this name that does what a script says.
fn program(dir: &Path, name: &str, script: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What the reading process says to a file when programs are looked for in these folders only.
fn read(format: &str, bytes: &[u8], path: &str) -> Value {
    let mut child = Command::new(env!("CARGO_BIN_EXE_steward"))
        .args(["read-document", format])
        .env_clear()
        .env("PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let done = child.wait_with_output().unwrap();
    serde_json::from_slice(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"))
}

#[test]
fn a_pdf_is_read_by_the_program_where_it_is_installed() {
    let dir = tempfile::tempdir().unwrap();
    let path = format!("{}:/usr/bin:/bin", dir.path().display());
    let says = |script: &str| {
        program(dir.path(), "pdftotext", script);
        read("pdf", b"%PDF-1.4 anything", &path)
    };
    let two = says("cat >/dev/null; printf 'Check-in begins at two.\\n\\fBreakfast is served from seven to ten.\\n\\f'");
    let pages: Vec<(i64, &str)> = two["read"]["blocks"]
        .as_array()
        .unwrap_or_else(|| panic!("{two}"))
        .iter()
        .map(|b| (b["page"].as_i64().unwrap(), b["text"].as_str().unwrap()))
        .collect();
    assert_eq!(pages, [(1, "Check-in begins at two."), (2, "Breakfast is served from seven to ten.")]);
    assert_eq!(two["read"]["pages"], 2);
    let locked = says("cat >/dev/null; echo 'Command Line Error: Incorrect password' >&2; exit 1");
    assert!(locked["unreadable"].as_str().is_some_and(|w| w.contains("locked with a password")), "{locked}");
    let damaged = says("cat >/dev/null; exit 3");
    assert!(damaged["unreadable"].as_str().is_some_and(|w| w.contains("damaged")), "{damaged}");
    let unread = says("printf 'It stopped listening after the first page of the house.\\f'; exit 0");
    assert!(unread["read"]["pages"] == 1, "a program that does not read to the end is no trouble: {unread}");
}

#[test]
fn without_the_program_the_crate_reads() {
    let dir = tempfile::tempdir().unwrap();
    let pdf = include_bytes!("../../fuzz/seeds/pdf/small.pdf");
    let said = read("pdf", pdf, &dir.path().display().to_string());
    assert!(said["read"]["blocks"].as_array().is_some_and(|b| !b.is_empty()), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_has_its_limits_before_it_reads() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_steward"))
        .args(["read-document", "text"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let limit = |name: &str| {
        let all = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
        let line = all.lines().find(|l| l.starts_with(name)).unwrap().to_owned();
        line[name.len()..].split_whitespace().next().unwrap().to_owned()
    };
    for _ in 0..100 {
        if limit("Max core file size") == "0" && limit("Max file size") == "0" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(limit("Max address space"), limits::READING_MEMORY_BYTES.to_string());
    assert_eq!(limit("Max cpu time"), (limits::READING_MS / 1000 + 5).to_string());
    assert_eq!(limit("Max file size"), "0", "it writes no file");
    input.write_all(b"Guests park behind the house.").unwrap();
    drop(input);
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    assert!(said.contains("behind the house"), "{said}");
}

#[tokio::test]
async fn a_reader_that_dies_is_told_and_takes_nobody_with_it() {
    let dir = tempfile::tempdir().unwrap();
    // What the limit on memory does to it: it is killed before it has answered.
    let dying = program(dir.path(), "reader", "head -c 10 >/dev/null; kill -9 $$");
    let e = Reader::new(Some(dying)).read(Format::Pdf, vec![b'x'; 1_000_000]).await.unwrap_err();
    assert!(e.kind == Kind::Invalid && e.message.contains("more memory"), "{}", e.message);
    let babbling = program(dir.path(), "babbler", "cat >/dev/null; echo nonsense");
    let e = Reader::new(Some(babbling)).read(Format::Pdf, b"x".to_vec()).await.unwrap_err();
    assert_eq!(e.kind, Kind::Invalid);
    let gone = Reader::new(Some(dir.path().join("nowhere"))).read(Format::Pdf, b"x".to_vec()).await.unwrap_err();
    assert_eq!(gone.kind, Kind::Unavailable, "that is no fault of the file");
}
