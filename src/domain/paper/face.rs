//! A face of type: how wide its letters are, and which of them a paper used.

use crate::domain::error::{Error, Result};
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;

/// The two faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Medium,
}

/// A face at work.
pub(super) struct Face {
    data: &'static [u8],
    face: ttf_parser::Face<'static>,
    used: GlyphRemapper,
    letters: BTreeMap<u16, char>,
}

impl Face {
    pub(super) fn open(weight: Weight) -> Result<Self> {
        let data: &'static [u8] = match weight {
            Weight::Regular => include_bytes!("../../../data/fonts/Roboto-Regular.ttf"),
            Weight::Medium => include_bytes!("../../../data/fonts/Roboto-Medium.ttf"),
        };
        let face = ttf_parser::Face::parse(data, 0).map_err(|e| Error::internal("A font of this Steward is broken.").with_source(e))?;
        Ok(Self { data, face, used: GlyphRemapper::new(), letters: BTreeMap::new() })
    }

    /// The letter's glyph; for one the face does not have, that of the mark for a missing letter.
    fn glyph(&self, c: char) -> u16 {
        let found = self.face.glyph_index(c).or_else(|| self.face.glyph_index('\u{fffd}')).or_else(|| self.face.glyph_index('?'));
        found.map_or(0, |g| g.0)
    }

    fn per_em(&self) -> f32 {
        f32::from(self.face.units_per_em().max(1))
    }

    fn advance(&self, glyph: u16) -> f32 {
        f32::from(self.face.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0)) / self.per_em()
    }

    /// How wide a letter is at a size, in points.
    pub(super) fn width_of(&self, c: char, size: f32) -> f32 {
        self.advance(self.glyph(c)) * size
    }

    /// How wide a line is at a size, in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.width_of(c, size)).sum()
    }

    /// A line as the file holds it: two bytes a letter, numbered anew.
    pub(super) fn encode(&mut self, text: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len() * 2);
        for c in text.chars() {
            let new = self.used.remap(self.glyph(c));
            self.letters.entry(new).or_insert(c);
            out.extend(new.to_be_bytes());
        }
        out
    }

    /// The new numbers of the letters that were used, with what each stands for.
    pub(super) fn letters(&self) -> impl Iterator<Item = (u16, char)> + '_ {
        self.letters.iter().map(|(g, c)| (*g, *c))
    }

    /// The widths of the new glyphs from 0 on, in thousandths of the size.
    pub(super) fn widths(&self) -> Vec<f32> {
        self.used.remapped_gids().map(|old| self.advance(old) * 1000.0).collect()
    }

    /// The font with only what was used.
    pub(super) fn subset(&self) -> Result<Vec<u8>> {
        subsetter::subset(self.data, 0, &self.used).map_err(|e| Error::internal(format!("A font of this Steward is broken: {e}")))
    }

    /// Ascent, descent, height of capitals and the box of all letters, in thousandths of the size.
    pub(super) fn metrics(&self) -> (f32, f32, f32, [f32; 4]) {
        let m = |n: i16| f32::from(n) * 1000.0 / self.per_em();
        let b = self.face.global_bounding_box();
        let capitals = self.face.capital_height().unwrap_or_else(|| self.face.ascender());
        (m(self.face.ascender()), m(self.face.descender()), m(capitals), [m(b.x_min), m(b.y_min), m(b.x_max), m(b.y_max)])
    }
}
