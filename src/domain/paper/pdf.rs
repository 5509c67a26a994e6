//! The pages as a PDF file (ISO 32000): fonts are embedded with only the letters used, and every letter says which it is.

use super::Paper;
use super::face::Face;
use super::layout::{HEIGHT, WIDTH, lay_out};
use crate::domain::error::Result;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Finish, Name, Pdf, Rect, Ref, Str, TextStr};

const SYSTEM: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Hands out the numbers of objects, each once.
struct Refs(i32);

impl Refs {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// The file.
pub(super) fn write(paper: &Paper) -> Result<Vec<u8>> {
    let laid = lay_out(paper)?;
    let (mut pdf, mut refs) = (Pdf::new(), Refs(0));
    let (catalog, tree, info) = (refs.next(), refs.next(), refs.next());
    let regular = font(&mut pdf, &mut refs, &laid.regular, b"STWREG+Roboto-Regular")?;
    let medium = font(&mut pdf, &mut refs, &laid.medium, b"STWMED+Roboto-Medium")?;
    pdf.catalog(catalog).pages(tree);
    pdf.document_info(info).title(TextStr(&paper.title)).producer(TextStr("Steward"));
    let ids: Vec<Ref> = laid.pages.iter().map(|_| refs.next()).collect();
    pdf.pages(tree).kids(ids.iter().copied()).count(i32::try_from(ids.len()).unwrap_or(i32::MAX));
    for (content, id) in laid.pages.into_iter().zip(ids) {
        let stream = refs.next();
        let mut page = pdf.page(id);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).parent(tree).contents(stream);
        page.resources().fonts().pair(Name(b"R"), regular).pair(Name(b"M"), medium);
        page.finish();
        pdf.stream(stream, content.finish().as_slice());
    }
    Ok(pdf.finish())
}

/// A face as the five objects of a font.
fn font(pdf: &mut Pdf, refs: &mut Refs, face: &Face, name: &[u8]) -> Result<Ref> {
    let (id, cid, about, to_unicode, file) = (refs.next(), refs.next(), refs.next(), refs.next(), refs.next());
    let data = face.subset()?;
    pdf.type0_font(id).base_font(Name(name)).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(to_unicode);
    let mut f = pdf.cid_font(cid);
    f.subtype(CidFontType::Type2).base_font(Name(name)).system_info(SYSTEM).font_descriptor(about).default_width(0.0);
    f.cid_to_gid_map_predefined(Name(b"Identity"));
    f.widths().consecutive(0, face.widths());
    f.finish();
    let (ascent, descent, capitals, [left, bottom, right, top]) = face.metrics();
    pdf.font_descriptor(about)
        .name(Name(name))
        .flags(FontFlags::NON_SYMBOLIC)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(ascent)
        .descent(descent)
        .cap_height(capitals)
        .stem_v(80.0)
        .font_file2(file);
    let mut map = UnicodeCmap::<u16>::new(Name(b"Letters"), SYSTEM);
    for (glyph, letter) in face.letters() {
        map.pair(glyph, letter);
    }
    pdf.cmap(to_unicode, map.finish().as_slice());
    let length = i32::try_from(data.len()).unwrap_or(i32::MAX);
    pdf.stream(file, &data).pair(Name(b"Length1"), length);
    Ok(id)
}
