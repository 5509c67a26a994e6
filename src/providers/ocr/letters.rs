//! What a box of text says: PP-OCR's reader, its classes cut to Latin letters, digits and signs of money.

use super::find::Slab;
use super::picture::Pixels;
use rten::Model;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;
use std::sync::OnceLock;

/// PP-OCRv6's small reader, cut (`data/models/ocr/make.py`).
static WEIGHTS: &[u8] = include_bytes!("../../../data/models/ocr/read.onnx");
/// Its letters, one a line; class 0 is nothing, the last a space.
static LETTERS: &str = include_str!("../../../data/models/ocr/letters.txt");
/// Height of what it reads.
const HEIGHT: usize = 48;
/// Widest strip.
const WIDEST: usize = 3_200;
/// Boxes of one picture that are read, the largest first: a page of small print is no receipt.
const MOST: usize = 250;
/// Mean certainty below which a piece is noise.
const SURE: f32 = 0.5;

/// A box and what it says.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) slab: Slab,
    pub(super) text: String,
    pub(super) sure: f32,
}

struct Reader {
    model: Model,
    letters: Vec<&'static str>,
}

pub(super) fn read(image: &Pixels, boxes: &[Slab]) -> Result<Vec<Found>, String> {
    static READER: OnceLock<Option<Reader>> = OnceLock::new();
    let made = || Model::load_static_slice(WEIGHTS).ok().map(|model| Reader { model, letters: LETTERS.lines().collect() });
    let reader = READER.get_or_init(made).as_ref().ok_or("the reader's weights are damaged")?;
    let mut boxes = boxes.to_vec();
    boxes.sort_by(|a, b| (b.width * b.height).total_cmp(&(a.width * a.height)));
    let mut out = Vec::new();
    for slab in boxes.into_iter().take(MOST) {
        let (text, sure) = reader.one(strip(image, &slab))?;
        let text = text.trim().to_owned();
        if sure > SURE && !text.is_empty() {
            out.push(Found { slab, text, sure });
        }
    }
    Ok(out)
}

/// The box turned upright, as high as the reader wants it, its width a multiple of 32.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sides are a few thousand")]
fn strip(image: &Pixels, s: &Slab) -> NdTensor<f32, 4> {
    let width = ((HEIGHT as f32 * s.width / s.height).ceil() as usize).clamp(16, WIDEST);
    let padded = width.div_ceil(32) * 32;
    let mut data = vec![0f32; 3 * HEIGHT * padded];
    let (down, across) = (s.height / HEIGHT as f32, s.width / width as f32);
    for j in 0..HEIGHT {
        let b = (j as f32 + 0.5) * down - s.height / 2.0;
        for i in 0..width {
            let a = (i as f32 + 0.5) * across - s.width / 2.0;
            let x = s.centre.0 + a * s.along.0 - b * s.along.1 - 0.5;
            let y = s.centre.1 + a * s.along.1 + b * s.along.0 - 0.5;
            let pixel = between(image, x, y);
            for (c, plane) in data.chunks_exact_mut(HEIGHT * padded).enumerate() {
                if let Some(out) = plane.get_mut(j * padded + i) {
                    *out = pixel[2 - c] / 127.5 - 1.0;
                }
            }
        }
    }
    NdTensor::from_data([1, 3, HEIGHT, padded], data)
}

/// A pixel between four.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "places are within a few thousand")]
fn between(image: &Pixels, x: f32, y: f32) -> [f32; 3] {
    let (x, y) = (x.clamp(0.0, image.width as f32 - 1.0), y.clamp(0.0, image.height as f32 - 1.0));
    let (left, top) = (x as i64, y as i64);
    let (dx, dy) = (x - left as f32, y - top as f32);
    let [p, q, r, s] = [(left, top), (left + 1, top), (left, top + 1), (left + 1, top + 1)].map(|(x, y)| image.at(x, y).map(f32::from));
    let mix = |c: usize| (p[c] * (1.0 - dx) + q[c] * dx) * (1.0 - dy) + (r[c] * (1.0 - dx) + s[c] * dx) * dy;
    [mix(0), mix(1), mix(2)]
}

impl Reader {
    /// The letters of a strip and the mean certainty: the likeliest class of each column, repetitions and nothings left out.
    #[expect(clippy::cast_precision_loss, reason = "a strip has a few hundred columns")]
    fn one(&self, input: NdTensor<f32, 4>) -> Result<(String, f32), String> {
        let output = self.model.run_one(input.view().into(), None).map_err(|e| e.to_string())?;
        let output: NdTensor<f32, 3> = output.try_into().map_err(|_| "the reader's answer has another shape".to_owned())?;
        let [_, _, classes] = output.shape();
        let values = output.to_vec();
        let (mut text, mut last, mut sum, mut n) = (String::new(), 0usize, 0.0f32, 0usize);
        for column in values.chunks_exact(classes.max(1)) {
            let best = column.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            let Some((class, value)) = best else { continue };
            if class != 0 && class != last {
                let letter = if class + 1 == classes { " " } else { self.letters.get(class - 1).copied().unwrap_or(" ") };
                text.push_str(letter);
                sum += value;
                n += 1;
            }
            last = class;
        }
        Ok((text, if n == 0 { 0.0 } else { sum / n as f32 }))
    }
}
