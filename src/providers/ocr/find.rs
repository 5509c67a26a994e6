//! Where text is on a picture: the probability map of PP-OCR's finder (a differentiable-binarisation network), cut into boxes that
//! may be turned.

use super::picture::Pixels;
use rten::Model;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use std::sync::OnceLock;

/// PP-OCRv5's small finder.
static WEIGHTS: &[u8] = include_bytes!("../../../data/models/ocr/find.onnx");
/// A pixel above this belongs to text.
const TEXT: f32 = 0.3;
/// Mean of a box below which it is no text.
const BOX: f32 = 0.5;
/// How far boxes are widened: area times this over circumference, as in PP-OCR.
const WIDEN: f32 = 1.6;
/// Longer and shorter side of the map, at most.
const LONGER: u32 = 1_280;
const SHORTER: u32 = 736;

/// A box of text in the picture's pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slab {
    /// Its centre.
    pub(super) centre: (f32, f32),
    /// The direction of its text, of length one.
    pub(super) along: (f32, f32),
    /// Along the text.
    pub(super) width: f32,
    /// Across.
    pub(super) height: f32,
}

/// The probability map, row by row, and what a pixel of it is in the picture.
struct Map {
    width: usize,
    height: usize,
    values: Vec<f32>,
    scale: (f32, f32),
}

pub(super) fn boxes(image: &Pixels) -> Result<Vec<Slab>, String> {
    static MODEL: OnceLock<Option<Model>> = OnceLock::new();
    let model = MODEL.get_or_init(|| Model::load_static_slice(WEIGHTS).ok()).as_ref().ok_or("the finder's weights are damaged")?;
    let map = map(model, image)?;
    let mut seen = vec![false; map.values.len()];
    let mut out = Vec::new();
    for start in 0..map.values.len() {
        if seen.get(start) == Some(&false) && map.values.get(start).is_some_and(|v| *v > TEXT) {
            let (points, sum) = spread(&map, start, &mut seen);
            out.extend(slab(&map, &points, sum));
        }
    }
    Ok(out)
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sides are a few thousand")]
fn map(model: &Model, image: &Pixels) -> Result<Map, String> {
    let (w, h) = (image.width as f32, image.height as f32);
    let shrink = (LONGER as f32 / w.max(h)).max(SHORTER as f32 / w.min(h)).min(1.0);
    // A very long till slip stays within what a laptop does in a second.
    let shrink = shrink.min((1_600_000.0 / (w * h)).sqrt());
    let side = |n: f32| (((n * shrink) / 32.0).round().max(1.0) * 32.0) as u32;
    let small = image.resized(side(w), side(h));
    let (gw, gh) = (small.width as usize, small.height as usize);
    let (mean, spread) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
    let mut input = vec![0f32; 3 * gw * gh];
    for (c, plane) in input.chunks_exact_mut(gw * gh).enumerate() {
        for (out, pixel) in plane.iter_mut().zip(small.data.chunks_exact(3)) {
            // The network was trained on blue, green, red.
            *out = (f32::from(pixel[2 - c]) / 255.0 - mean[c]) / spread[c];
        }
    }
    let input = NdTensor::from_data([1, 3, gh, gw], input);
    let output = model.run_one(input.view().into(), None).map_err(|e| e.to_string())?;
    let output: NdTensor<f32, 4> = output.try_into().map_err(|_| "the finder's answer has another shape".to_owned())?;
    let values = output.to_vec();
    if values.len() != gw * gh {
        return Err("the finder's answer has another size".into());
    }
    Ok(Map { width: gw, height: gh, values, scale: (w / gw as f32, h / gh as f32) })
}

/// All pixels that hang together with this one, and the sum of their values.
#[expect(clippy::cast_precision_loss, reason = "sides are a few thousand")]
fn spread(map: &Map, start: usize, seen: &mut [bool]) -> (Vec<(f32, f32)>, f32) {
    let (mut points, mut sum, mut todo) = (Vec::new(), 0.0, vec![start]);
    if let Some(s) = seen.get_mut(start) {
        *s = true;
    }
    while let Some(i) = todo.pop() {
        let (x, y) = (i % map.width, i / map.width);
        points.push((x as f32, y as f32));
        sum += map.values.get(i).copied().unwrap_or(0.0);
        let near = [
            (x > 0).then(|| i - 1),
            (x + 1 < map.width).then(|| i + 1),
            (y > 0).then(|| i - map.width),
            (y + 1 < map.height).then(|| i + map.width),
        ];
        for n in near.into_iter().flatten() {
            if map.values.get(n).is_some_and(|v| *v > TEXT)
                && let Some(s) = seen.get_mut(n).filter(|s| !**s)
            {
                *s = true;
                todo.push(n);
            }
        }
    }
    (points, sum)
}

/// The turned box around points: its direction is that of their greatest spread.
#[expect(clippy::cast_precision_loss, reason = "counts of pixels are small")]
fn slab(map: &Map, points: &[(f32, f32)], sum: f32) -> Option<Slab> {
    let n = points.len() as f32;
    if n < 12.0 || sum / n < BOX {
        return None;
    }
    let centre = (points.iter().map(|p| p.0).sum::<f32>() / n, points.iter().map(|p| p.1).sum::<f32>() / n);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for p in points {
        let (dx, dy) = (p.0 - centre.0, p.1 - centre.1);
        (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy);
    }
    let turn = 0.5 * (2.0f32 * xy).atan2(xx - yy);
    // Short pieces have no direction of their own: upright.
    let turn = if xx < 2.5 * yy || turn.abs() > 0.6 { 0.0 } else { turn };
    let (cos, sin) = (turn.cos(), turn.sin());
    let (mut left, mut right, mut top, mut bottom) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
    for p in points {
        let (dx, dy) = (p.0 - centre.0, p.1 - centre.1);
        let (a, b) = (dx * cos + dy * sin, dy * cos - dx * sin);
        (left, right, top, bottom) = (left.min(a), right.max(a), top.min(b), bottom.max(b));
    }
    let (w, h) = (right - left + 1.0, bottom - top + 1.0);
    if w.min(h) < 3.0 {
        return None;
    }
    let wider = w * h * WIDEN / (2.0 * (w + h));
    let (ma, mb) = (f32::midpoint(left, right), f32::midpoint(top, bottom));
    let (sx, sy) = map.scale;
    Some(Slab {
        centre: ((centre.0 + ma * cos - mb * sin + 0.5) * sx, (centre.1 + ma * sin + mb * cos + 0.5) * sy),
        along: (cos, sin),
        width: (w + 2.0 * wider) * sx,
        height: (h + 2.0 * wider) * sy,
    })
}
