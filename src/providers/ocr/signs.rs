//! Signs that a picture was worked on: names editing programs leave in a file, and pieces of text whose surface or ink differs from
//! those around them. Each is a reason to look, never a proof.

use super::picture::Pixels;
use crate::domain::shop::receipt::{Piece, Sign};

/// Names of programs for editing pictures, as they stand in files. Cameras and phones write others.
const PROGRAMS: [&str; 14] = [
    "Photoshop",
    "GIMP",
    "PicsArt",
    "Picsart",
    "Snapseed",
    "Canva",
    "Pixlr",
    "Paint.NET",
    "Photopea",
    "Lightroom",
    "Affinity Photo",
    "CorelDRAW",
    "Krita",
    "PhotoScape",
];

/// Bytes at the start and the end of a file where such names stand.
const EDGE: usize = 64 * 1024;

/// What there is to see.
pub(super) fn of(bytes: &[u8], image: &Pixels, pieces: &[Piece]) -> Vec<Sign> {
    let mut out: Vec<Sign> = program(bytes).into_iter().collect();
    out.extend(patches(image, pieces));
    out
}

/// An editing program's name in the file's notes.
pub(super) fn program(bytes: &[u8]) -> Option<Sign> {
    let ends = [bytes.get(..EDGE.min(bytes.len())), bytes.get(bytes.len().saturating_sub(EDGE)..)];
    let holds = |part: &[u8], name: &str| part.windows(name.len()).any(|w| w == name.as_bytes());
    let found = PROGRAMS.into_iter().find(|name| ends.iter().flatten().any(|part| holds(part, name)))?;
    Some(Sign::Program { name: found.to_owned() })
}

/// The surface under a piece of text.
struct Ground {
    /// Most frequent brightness within the piece.
    inside: i32,
    /// The same just around it, on each side: left, right, above, below.
    around: [i32; 4],
    /// How far ground pixels are from that brightness, in hundredths in the mean.
    haze: i64,
    /// The same for each pixel of ink: what saving as JPEG leaves around letters, whatever their number.
    per_ink: i64,
}

/// Pieces whose ground does not belong to the picture. Only pieces with digits are looked at: that is what is forged.
fn patches(image: &Pixels, pieces: &[Piece]) -> Vec<Sign> {
    let grounds: Vec<(&Piece, Ground)> = pieces.iter().filter_map(|p| Some((p, ground(image, p)?))).collect();
    let mut out = Vec::new();
    for (i, (p, g)) in grounds.iter().enumerate() {
        if p.text.chars().filter(char::is_ascii_digit).count() < 3 {
            continue;
        }
        let others = grounds.iter().enumerate().filter(|(j, (_, o))| *j != i && (o.inside - g.inside).abs() <= 12).map(|(_, (_, o))| o);
        if too_clean(g, others.collect()) || other_shade(image, p, g) {
            out.push(Sign::Patch { text: p.text.clone() });
        }
    }
    // A picture in which many pieces differ is simply uneven.
    if out.len() > 2 { Vec::new() } else { out }
}

/// The rest of the picture was saved as JPEG before this piece came, which has less of the haze that leaves: less than 65 hundredths
/// of the clearest other piece. Measured on drawn receipts: unchanged pieces differ by a quarter at most, pasted ones saved at
/// quality 92 have 30 to 60 hundredths.
fn too_clean(g: &Ground, others: Vec<&Ground>) -> bool {
    let clearest = others.iter().map(|o| o.per_ink).min().unwrap_or(0);
    let hazy = others.iter().map(|o| o.haze).min().unwrap_or(0) >= 90;
    others.len() >= 3 && hazy && g.per_ink * 100 < clearest * 65
}

/// Even paper on all four sides of an amount, and another shade of it within.
fn other_shade(image: &Pixels, p: &Piece, g: &Ground) -> bool {
    let lowest = g.around.iter().min().copied().unwrap_or(0);
    let highest = g.around.iter().max().copied().unwrap_or(0);
    let off = (g.inside - highest).abs().min((g.inside - lowest).abs());
    let money = !crate::domain::shop::receipt::amount::amounts(&p.text).is_empty();
    money && highest - lowest <= 2 && (4..=20).contains(&off) && !colour_field(image, p)
}

/// A piece on a button or a banner of its own colour, which is design and not forgery: its ground is coloured or far from paper.
fn colour_field(image: &Pixels, p: &Piece) -> bool {
    let [r, g, b] = image.at(i64::from(p.x) + 1, i64::from(p.y) + 1).map(i32::from);
    let (low, high) = (r.min(g).min(b), r.max(g).max(b));
    high - low > 24
}

fn ground(image: &Pixels, p: &Piece) -> Option<Ground> {
    let (x, y, w, h) = (i64::from(p.x), i64::from(p.y), i64::from(p.w), i64::from(p.h));
    if w < 24 || h < 10 {
        return None;
    }
    let inside = usual(image, x, y, w, h);
    let gap = (h / 3).max(4);
    let around = [
        usual(image, x - gap - 6, y, 6, h),
        usual(image, x + w + gap, y, 6, h),
        usual(image, x, y - gap - 4, w, 4),
        usual(image, x, y + h + gap, w, 4),
    ];
    let (mut sum, mut ground, mut ink) = (0i64, 0i64, 0i64);
    for row in y..y + h {
        for col in x..x + w {
            let off = i64::from((image.grey(col, row) - inside).abs());
            if off < 28 {
                sum += off;
                ground += 1;
            } else if off >= 60 {
                ink += 1;
            }
        }
    }
    (ground > 60 && ink > 20).then(|| Ground { inside, around, haze: sum * 100 / ground, per_ink: sum * 100 / ink })
}

/// The most frequent brightness of a region, in steps of two.
fn usual(image: &Pixels, x: i64, y: i64, w: i64, h: i64) -> i32 {
    let mut counts = [0u32; 128];
    for row in y..y + h {
        for col in x..x + w {
            if let Some(c) = usize::try_from(image.grey(col, row) / 2).ok().and_then(|i| counts.get_mut(i)) {
                *c += 1;
            }
        }
    }
    let best = counts.iter().enumerate().max_by_key(|(_, n)| **n).map_or(0, |(i, _)| i);
    i32::try_from(best * 2).unwrap_or(0)
}
