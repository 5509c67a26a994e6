//! PDF: by the program `pdftotext` where it is installed, which reads every script right; else by a crate.

use super::lines;
use crate::domain::error::{Error, Result};
use crate::domain::house::document::Content;
use crate::domain::limits;
use pdf_extract::{Document, Object};
use std::io::{Read, Write};
use std::panic::catch_unwind;
use std::process::{Command, Stdio};

/// Steps from a page up to the root at most; trees of pages are flat.
const DEEPEST: usize = 256;
/// Letters a page has at least, in the mean, when it holds text and not a picture of it.
const LETTERS: usize = 4;

pub(super) fn read(bytes: &[u8]) -> Result<Content> {
    let pages = match by_program(bytes) {
        Some(pages) => pages?,
        None => by_crate(bytes)?,
    };
    let letters: usize = pages.iter().map(|p| p.chars().filter(|c| c.is_alphanumeric()).count()).sum();
    if letters < LETTERS * pages.len().max(1) {
        if is_locked(bytes) {
            return Err(locked());
        }
        return Ok(Content::default());
    }
    let mut content = Content { pages: u32::try_from(pages.len()).unwrap_or(u32::MAX), ..Content::default() };
    for (n, page) in pages.iter().enumerate() {
        content.blocks.extend(lines::blocks(page, u32::try_from(n + 1).ok()));
    }
    Ok(content)
}

/// The pages by `pdftotext`; none when it is not installed.
fn by_program(bytes: &[u8]) -> Option<Result<Vec<String>>> {
    let mut child = Command::new("pdftotext")
        .args(["-q", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let (input, output) = (child.stdin.take()?, child.stdout.take()?);
    let text = std::thread::scope(|s| {
        s.spawn(move || {
            let mut input = input;
            // A program that has seen enough stops reading.
            let _ = input.write_all(bytes);
        });
        let mut text = Vec::new();
        let most = limits::DOCUMENT_CHARS as u64 * 2;
        output.take(most).read_to_end(&mut text).map(|_| text)
    });
    let done = child.wait_with_output().ok()?;
    let said = String::from_utf8_lossy(&done.stderr).to_lowercase();
    Some(match text {
        Ok(text) if done.status.success() => {
            let text = String::from_utf8_lossy(&text).into_owned();
            Ok(text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect())
        }
        _ if said.contains("password") => Err(locked()),
        _ => Err(damaged()),
    })
}

fn by_crate(bytes: &[u8]) -> Result<Vec<String>> {
    let read = catch_unwind(|| {
        let document = Document::load_mem(bytes).map_err(|e| e.to_string())?;
        if goes_round(&document) {
            return Err("a page is above itself".to_owned());
        }
        let count = document.get_pages().len();
        let pages = pdf_extract::extract_text_from_mem_by_pages(bytes).map_err(|e| e.to_string())?;
        Ok::<_, String>((pages, count))
    });
    let locked_up = is_locked(bytes);
    match read {
        Ok(Ok((pages, count))) if pages.len() < count && locked_up => Err(locked()),
        Ok(Ok((pages, count))) if pages.len() < count => Err(Error::invalid(format!(
            "Page {} of this PDF cannot be read. Print it to PDF again and upload that, or install pdftotext (poppler) on this machine.",
            pages.len() + 1
        ))),
        Ok(Ok((pages, _))) => Ok(pages),
        Ok(Err(e)) if locked_up || e.to_lowercase().contains("password") || e.to_lowercase().contains("encrypt") => Err(locked()),
        _ if locked_up => Err(locked()),
        _ => Err(damaged()),
    }
}

/// Whether the way up from a page comes back to where it was: the crate would follow it until its stack ends.
fn goes_round(document: &Document) -> bool {
    let above = |id| document.get_dictionary(id).and_then(|d| d.get(b"Parent")).and_then(Object::as_reference).ok();
    document.get_pages().into_values().any(|page| std::iter::successors(Some(page), |id| above(*id)).nth(DEEPEST).is_some())
}

/// Whether a PDF is encrypted, be it only against printing.
fn is_locked(bytes: &[u8]) -> bool {
    bytes.windows(8).any(|w| w == b"/Encrypt")
}

fn locked() -> Error {
    Error::invalid("This PDF is locked with a password. Save it without one and upload it again.")
}

fn damaged() -> Error {
    Error::invalid("This PDF is damaged or made in a way that cannot be read. Print it to PDF again and upload that.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One page under a node that lies `above`, with a right table of places.
    fn page_under(above: &str) -> Vec<u8> {
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            format!("<< /Type /Pages /Kids [3 0 R] /Count 1 {above} >>"),
            "<< /Type /Page /Parent 2 0 R >>".to_owned(),
        ];
        let (mut out, mut places) = (String::from("%PDF-1.4\n"), String::from("0000000000 65535 f \n"));
        for (n, object) in objects.iter().enumerate() {
            places.push_str(&format!("{:010} 00000 n \n", out.len()));
            out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", n + 1));
        }
        let at = out.len();
        out.push_str(&format!("xref\n0 4\n{places}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n"));
        out.into_bytes()
    }

    #[test]
    fn pages_above_themselves_are_damage_and_no_crash() {
        assert!(goes_round(&Document::load_mem(&page_under("/Parent 2 0 R")).unwrap()));
        assert!(by_crate(&page_under("/Parent 2 0 R")).unwrap_err().message.contains("damaged"));
        assert!(!goes_round(&Document::load_mem(&page_under("")).unwrap()));
    }
}
