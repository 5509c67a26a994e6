//! Tests of the readers, on documents made here.

use super::read;
use crate::domain::house::document::{BlockKind, Content, Format};
use std::io::Write;

fn said(content: &Content) -> Vec<String> {
    let mark = |k: BlockKind| match k {
        BlockKind::Heading { level } => format!("h{level} "),
        BlockKind::Paragraph => String::new(),
        BlockKind::Entry => "- ".into(),
        BlockKind::Row => "| ".into(),
    };
    content.blocks.iter().map(|b| format!("{}{}", mark(b.kind), b.text)).collect()
}

/// A Word file of these parts.
fn word(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn markdown_keeps_headings_lists_and_tables() {
    let text = "# House rules\n\nNo smoking.\n\n## Pool\n\n- open 8 to 20\n- towels at the *desk*\n\n| Room | Price |\n|---|---|\n| Single | 20,000 |\n";
    let content = read(Format::Markdown, text.as_bytes()).unwrap();
    assert_eq!(content.title, "House rules");
    let want = ["h1 House rules", "No smoking.", "h2 Pool", "- open 8 to 20", "- towels at the desk", "| Single, Price: 20,000"];
    assert_eq!(said(&content), want);
}

#[test]
fn pages_are_read_without_what_surrounds_them() {
    let text = "<!doctype html><html><head><title>Spa &amp; pool</title><style>p{}</style><script>if (a < b) '<p>x</p>'</script></head>
        <body><nav><a>Home</a></nav><h2>Opening</h2><p>Daily from <b>9</b> to&nbsp;18.<br>Closed at Easter.</p>
        <ul><li>Sauna<li>Steam</ul><table><tr><th>What</th><th>Price</th></tr><tr><td>Massage</td><td>15,000</td></tr></table>
        <footer>Cookies</footer>";
    let content = read(Format::Html, text.as_bytes()).unwrap();
    assert_eq!(content.title, "Spa & pool");
    let want = ["h2 Opening", "Daily from 9 to 18.\nClosed at Easter.", "- Sauna", "- Steam", "| Massage, Price: 15,000"];
    assert_eq!(said(&content), want);
    let deep = format!("{}deep{}", "<div>".repeat(200_000), "</div>".repeat(200_000));
    assert_eq!(said(&read(Format::Html, deep.as_bytes()).unwrap()), ["deep"]);
}

#[test]
fn tables_say_their_columns_in_every_row() {
    let content = read(Format::Csv, "Area;Fee;Days\nYaba;1,000;1\nIkeja;;2\n".as_bytes()).unwrap();
    assert_eq!(said(&content), ["| Yaba, Fee: 1,000, Days: 1", "| Ikeja, Days: 2"]);
}

#[test]
fn plain_text_has_headings_by_its_looks() {
    let text = "RETURNS\n\nYou may bring a thing back within fourteen days of buying it, with\nthe receipt and in its box.\n\nNot taken back:\n- cut cloth\n- opened perfume\n\nOpening hours\n\nMonday 8 to 6\nSunday closed\n";
    let content = read(Format::Text, text.as_bytes()).unwrap();
    let want = [
        "h1 RETURNS",
        "You may bring a thing back within fourteen days of buying it, with the receipt and in its box.",
        "Not taken back:",
        "- cut cloth",
        "- opened perfume",
        "h2 Opening hours",
        "Monday 8 to 6\nSunday closed",
    ];
    assert_eq!(said(&content), want);
    assert_eq!(said(&read(Format::Text, b"caf\xe9 \x80 5").unwrap()), ["café € 5"]);
}

#[test]
fn word_files_keep_headings_tables_and_pages() {
    let body = r#"<w:document><w:body><w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Check-in</w:t></w:r></w:p>
        <w:p><w:r><w:t xml:space="preserve">From 14:00 &amp; </w:t><w:t>later&#33;</w:t></w:r></w:p>
        <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:lastRenderedPageBreak/><w:t>bring a passport</w:t></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Room</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Beds</w:t></w:r></w:p></w:tc></w:tr>
        <w:tr><w:tc><w:p><w:r><w:t>Twin</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"#;
    let styles = r#"<w:styles><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>"#;
    let content = read(Format::Docx, &word(&[("word/styles.xml", styles), ("word/document.xml", body)])).unwrap();
    assert_eq!(said(&content), ["h1 Check-in", "From 14:00 & later!", "- bring a passport", "| Twin, Beds: 2"]);
    assert_eq!((content.pages, content.blocks[0].page, content.blocks[2].page), (2, Some(1), Some(2)));
}

#[test]
fn a_file_that_unpacks_without_end_is_refused() {
    let huge = "0".repeat(70 * 1024 * 1024);
    let packed = word(&[("word/document.xml", &huge)]);
    assert!(packed.len() < 200_000);
    let e = read(Format::Docx, &packed).unwrap_err();
    assert!(e.message.contains("unpacks"), "{e}");
    assert!(read(Format::Docx, &word(&[("other.xml", "x")])).unwrap_err().message.contains("damaged"));
}

#[test]
fn broken_files_are_told() {
    for bytes in [&b"%PDF-1.4 nothing"[..], b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF", b""] {
        let e = read(Format::Pdf, bytes).unwrap_err();
        assert!(e.message.ends_with('.'), "{e}");
    }
    assert!(read(Format::Text, b" \n ").unwrap_err().message.contains("no text"));
}
