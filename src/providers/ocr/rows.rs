//! Pieces of text in the order people read them: rows from the top, pieces from the left, however the paper lay.

use super::letters::Found;
use crate::domain::shop::receipt::Piece;

/// The pieces in rows.
pub(super) fn order(mut found: Vec<Found>, width: u32, height: u32) -> Vec<Piece> {
    let (cos, sin) = slope(&found);
    let across = |f: &Found| f.slab.centre.0 * cos + f.slab.centre.1 * sin;
    let down = |f: &Found| f.slab.centre.1 * cos - f.slab.centre.0 * sin;
    found.sort_by(|a, b| down(a).total_cmp(&down(b)));
    let mut rows: Vec<Vec<Found>> = Vec::new();
    for f in found {
        let fits = |row: &Vec<Found>| {
            let low = row.iter().map(|g| g.slab.height).fold(f.slab.height, f32::min);
            row.last().is_some_and(|last| down(&f) - down(last) < 0.45 * low)
        };
        match rows.last_mut().filter(|r| fits(r)) {
            Some(row) => row.push(f),
            None => rows.push(vec![f]),
        }
    }
    let mut out = Vec::new();
    for (row, n) in rows.iter_mut().zip(0u32..) {
        row.sort_by(|a, b| across(a).total_cmp(&across(b)));
        out.extend(row.iter().map(|f| piece(f, n, width, height)));
    }
    out
}

/// Direction of the text as a whole: the median of the long pieces.
fn slope(found: &[Found]) -> (f32, f32) {
    let long = found.iter().filter(|f| f.slab.width > 3.0 * f.slab.height);
    let mut turns: Vec<f32> = long.map(|f| f.slab.along.1.atan2(f.slab.along.0)).collect();
    turns.sort_by(f32::total_cmp);
    let turn = turns.get(turns.len() / 2).copied().unwrap_or(0.0);
    (turn.cos(), turn.sin())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "cut to the picture before")]
fn piece(f: &Found, row: u32, width: u32, height: u32) -> Piece {
    let (w, h) = (f.slab.width, f.slab.height);
    // Upright box around the turned one.
    let (c, s) = (f.slab.along.0.abs(), f.slab.along.1.abs());
    let (bw, bh) = (w * c + h * s, w * s + h * c);
    let cut = |v: f32, most: u32| v.clamp(0.0, most as f32) as u32;
    let (left, top) = (cut(f.slab.centre.0 - bw / 2.0, width), cut(f.slab.centre.1 - bh / 2.0, height));
    let (right, bottom) = (cut(f.slab.centre.0 + bw / 2.0, width), cut(f.slab.centre.1 + bh / 2.0, height));
    let sure = (f.sure * 100.0).clamp(0.0, 100.0) as u8;
    Piece { row, text: f.text.clone(), x: left, y: top, w: right.saturating_sub(left), h: bottom.saturating_sub(top), sure }
}
