//! Where everything of a paper stands: lines are broken, pages are turned, columns shared out. Lengths are points, 1/72 inch.

use super::face::{Face, Weight};
use super::{Paper, Part, Table};
use crate::domain::error::Result;
use pdf_writer::{Content, Name, Str};

/// A4.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 56.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// Nothing but the foot is written below this.
const FLOOR: f32 = 72.0;
const BODY: f32 = 10.0;
const SMALL: f32 = 8.5;
const GAP: f32 = 8.0;
const INK: f32 = 0.1;
const GREY: f32 = 0.38;
const HAIR: f32 = 0.8;

/// The pages of a paper while they are written.
pub(super) struct Pages {
    /// The face of the text.
    pub regular: Face,
    /// The heavier one.
    pub medium: Face,
    /// What is drawn on each page.
    pub pages: Vec<Content>,
    y: f32,
}

/// Draws a whole paper.
pub(super) fn lay_out(paper: &Paper) -> Result<Pages> {
    let mut p = Pages { regular: Face::open(Weight::Regular)?, medium: Face::open(Weight::Medium)?, pages: Vec::new(), y: 0.0 };
    p.turn();
    p.head(paper);
    for part in &paper.parts {
        match part {
            Part::Heading(t) => {
                p.room(3.0 * BODY * 1.5);
                p.y -= GAP;
                p.paragraph(t, Weight::Medium, 12.0, INK);
                p.y -= GAP / 2.0;
            }
            Part::Text(t) => p.paragraph(t, Weight::Regular, BODY, INK),
            Part::Small(t) => p.paragraph(t, Weight::Regular, SMALL, GREY),
            Part::Fact(what, value) => p.fact(what, value),
            Part::Table(t) => p.table(t),
            Part::Space => p.y -= GAP,
        }
    }
    p.feet(&paper.foot);
    Ok(p)
}

impl Pages {
    fn turn(&mut self) {
        self.pages.push(Content::new());
        self.y = HEIGHT - MARGIN;
    }

    /// Turns the page unless so much is left on it. True when it was turned.
    fn room(&mut self, height: f32) -> bool {
        let turn = self.y - height < FLOOR;
        if turn {
            self.turn();
        }
        turn
    }

    fn face(&self, weight: Weight) -> &Face {
        if weight == Weight::Medium { &self.medium } else { &self.regular }
    }

    /// A piece of text with its base line at the current height.
    fn write(&mut self, text: &str, x: f32, weight: Weight, size: f32, ink: f32) {
        let (name, bytes) = match weight {
            Weight::Medium => (Name(b"M"), self.medium.encode(text)),
            Weight::Regular => (Name(b"R"), self.regular.encode(text)),
        };
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.begin_text().set_fill_gray(ink).set_font(name, size).next_line(x, y).show(Str(&bytes)).end_text();
        }
    }

    fn rule(&mut self, from: f32, to: f32, grey: f32, width: f32) {
        let y = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.set_stroke_gray(grey).set_line_width(width).move_to(from, y).line_to(to, y).stroke();
        }
    }

    fn paragraph(&mut self, text: &str, weight: Weight, size: f32, ink: f32) {
        for line in broken(self.face(weight), text, INNER, size) {
            self.room(size * 1.45);
            self.y -= size * 1.45;
            self.write(&line, MARGIN, weight, size, ink);
        }
    }

    fn head(&mut self, paper: &Paper) {
        for (i, line) in paper.head.iter().enumerate() {
            let (weight, ink) = if i == 0 { (Weight::Medium, INK) } else { (Weight::Regular, GREY) };
            self.paragraph(line, weight, BODY, ink);
        }
        self.y -= 2.0 * GAP;
        self.paragraph(&paper.title, Weight::Medium, 19.0, INK);
        self.y -= 1.5 * GAP;
    }

    fn fact(&mut self, what: &str, value: &str) {
        let left = 120.0;
        let (a, b) = (broken(&self.regular, what, left - GAP, BODY), broken(&self.regular, value, INNER - left, BODY));
        for i in 0..a.len().max(b.len()) {
            self.room(BODY * 1.5);
            self.y -= BODY * 1.5;
            for (lines, x, ink) in [(&a, MARGIN, GREY), (&b, MARGIN + left, INK)] {
                if let Some(line) = lines.get(i) {
                    self.write(line, x, Weight::Regular, BODY, ink);
                }
            }
        }
    }

    /// The columns' left edges and widths.
    fn columns(t: &Table) -> Vec<(f32, f32, bool)> {
        let all: f32 = t.columns.iter().map(|c| f32::from(c.share.max(1))).sum();
        let mut x = MARGIN;
        t.columns
            .iter()
            .map(|c| {
                let width = INNER * f32::from(c.share.max(1)) / all;
                let at = (x, width, c.right);
                x += width;
                at
            })
            .collect()
    }

    fn table(&mut self, t: &Table) {
        self.y -= GAP;
        let columns = Self::columns(t);
        let titles: Vec<String> = t.columns.iter().map(|c| c.title.clone()).collect();
        self.room(4.0 * BODY * 1.5);
        self.heading(&columns, &titles);
        for row in &t.rows {
            let lines = self.cells(&columns, row, Weight::Regular);
            let height = lines.iter().map(Vec::len).max().unwrap_or(0);
            #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
            if self.room((height.min(30) as f32) * BODY * 1.4 + GAP) {
                self.heading(&columns, &titles);
            }
            self.y -= GAP / 4.0;
            self.row(&columns, &lines, Weight::Regular, INK);
            self.y -= GAP / 1.6;
            self.rule(MARGIN, MARGIN + INNER, 0.86, 0.5);
        }
        self.totals(t);
        self.y -= GAP;
    }

    fn heading(&mut self, columns: &[(f32, f32, bool)], titles: &[String]) {
        let lines = self.cells(columns, titles, Weight::Medium);
        self.row(columns, &lines, Weight::Medium, GREY);
        self.y -= GAP / 1.6;
        self.rule(MARGIN, MARGIN + INNER, 0.4, HAIR);
    }

    fn cells(&self, columns: &[(f32, f32, bool)], row: &[String], weight: Weight) -> Vec<Vec<String>> {
        columns.iter().zip(row).map(|((_, width, _), text)| broken(self.face(weight), text, width - GAP, BODY)).collect()
    }

    fn row(&mut self, columns: &[(f32, f32, bool)], cells: &[Vec<String>], weight: Weight, ink: f32) {
        for i in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            self.room(BODY * 1.4);
            self.y -= BODY * 1.4;
            for ((x, width, right), lines) in columns.iter().zip(cells) {
                if let Some(line) = lines.get(i) {
                    let x = if *right { x + width - self.face(weight).width(line, BODY) } else { *x };
                    self.write(line, x, weight, BODY, ink);
                }
            }
        }
    }

    fn totals(&mut self, t: &Table) {
        let end = MARGIN + INNER;
        for (i, (what, sum)) in t.totals.iter().enumerate() {
            let last = i + 1 == t.totals.len();
            let weight = if last { Weight::Medium } else { Weight::Regular };
            self.room(BODY * 3.0);
            self.y -= BODY * 1.7;
            let (left, right) = (end - 90.0 - self.face(weight).width(what, BODY), end - self.face(weight).width(sum, BODY));
            self.write(what, left.max(MARGIN), weight, BODY, INK);
            self.write(sum, right, weight, BODY, INK);
            if last {
                // The book-keeper's double rule below the sum.
                for drop in [4.0, 2.0] {
                    self.y -= drop;
                    self.rule(end - 90.0, end, 0.2, HAIR);
                }
            }
        }
    }

    fn feet(&mut self, foot: &str) {
        let count = self.pages.len();
        for i in 0..count {
            let number = format!("{} of {count}", i + 1);
            let line: String = broken(&self.regular, foot, INNER - 60.0, SMALL).into_iter().next().unwrap_or_default();
            let right = MARGIN + INNER - self.regular.width(&number, SMALL);
            for (text, x) in [(line, MARGIN), (number, right)] {
                let bytes = self.regular.encode(&text);
                if let Some(page) = self.pages.get_mut(i) {
                    page.begin_text().set_fill_gray(GREY).set_font(Name(b"R"), SMALL).next_line(x, 44.0).show(Str(&bytes)).end_text();
                }
            }
        }
    }
}

/// Text as lines no wider than this; a word that is wider is broken where the line ends. Signs that cannot be seen are left out.
fn broken(face: &Face, text: &str, width: f32, size: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for piece in text.lines() {
        let (mut line, mut filled) = (String::new(), 0.0);
        for word in piece.split_whitespace() {
            let word: String = word.chars().filter(|c| is_seen(*c)).collect();
            let wide = face.width(&word, size);
            let space = if line.is_empty() { 0.0 } else { face.width_of(' ', size) };
            if filled + space + wide <= width {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&word);
                filled += space + wide;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            filled = 0.0;
            for c in word.chars() {
                let w = face.width_of(c, size);
                if filled + w > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    filled = 0.0;
                }
                line.push(c);
                filled += w;
            }
        }
        lines.push(line);
    }
    lines
}

/// Whether a sign is a letter to draw: not a control and not one that only turns or joins others.
fn is_seen(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}
