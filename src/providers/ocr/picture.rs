//! Pictures as plain pixels, decoded within limits.

use super::MOST_PIXELS;
use crate::domain::error::{Error, Kind, Result};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Bytes a decoder may take: a picture of the largest size in four channels, and its working room.
const DECODER_BYTES: u64 = 160 * 1024 * 1024;

/// Pixels, three bytes each: red, green, blue.
#[derive(Debug, Clone)]
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) data: Vec<u8>,
}

/// The pixels of a file, upright as the camera meant it.
pub(super) fn decode(bytes: &[u8]) -> Result<Pixels> {
    let mut decoder = opened(bytes)?;
    let turned = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| damaged())?;
    if let Some(turned) = turned {
        image.apply_orientation(turned);
    }
    Ok(plain(image))
}

/// A decoder that has read the file's head, when the picture is no larger than may be decoded.
pub(super) fn opened(bytes: &[u8]) -> Result<impl ImageDecoder + '_> {
    let format = image::guess_format(bytes).ok().filter(|f| matches!(f, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP));
    let format =
        format.ok_or_else(|| Error::invalid("This is not a picture that can be read. Send a JPEG, PNG or WebP file, or a PDF."))?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut most = Limits::default();
    most.max_image_width = Some(20_000);
    most.max_image_height = Some(20_000);
    most.max_alloc = Some(DECODER_BYTES);
    reader.limits(most);
    let decoder = reader.into_decoder().map_err(|e| if matches!(e, image::ImageError::Limits(_)) { too_large(None) } else { damaged() })?;
    check(decoder.dimensions())?;
    Ok(decoder)
}

fn plain(image: DynamicImage) -> Pixels {
    match image {
        // A see-through picture stands on white, as a phone shows it.
        DynamicImage::ImageRgba8(p) => {
            let (width, height) = p.dimensions();
            let over = |c: u8, a: u8| u8::try_from((u32::from(c) * u32::from(a) + 255 * (255 - u32::from(a))) / 255).unwrap_or(255);
            let data = p.pixels().flat_map(|p| [over(p.0[0], p.0[3]), over(p.0[1], p.0[3]), over(p.0[2], p.0[3])]).collect();
            Pixels { width, height, data }
        }
        other => {
            let p = other.into_rgb8();
            Pixels { width: p.width(), height: p.height(), data: p.into_raw() }
        }
    }
}

fn check((width, height): (u32, u32)) -> Result<()> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS || width > 20_000 || height > 20_000 {
        return Err(too_large(Some(pixels)));
    }
    if width < 24 || height < 24 {
        return Err(Error::invalid("This picture is too small to hold a receipt."));
    }
    Ok(())
}

fn too_large(pixels: Option<u64>) -> Error {
    let most = MOST_PIXELS / 1_000_000;
    let has = pixels.map_or_else(String::new, |p| format!(" {} megapixels,", p / 1_000_000));
    let words = format!("This picture is too large:{has} at most {most} megapixels are read. Send a screenshot or a smaller photo.");
    Error::new(Kind::TooLarge, words)
}

fn damaged() -> Error {
    Error::invalid("This picture is damaged or cannot be decoded. Take it again and send it as a photo.")
}

impl Pixels {
    /// Three bytes of a pixel; beyond the edges, the nearest one.
    pub(super) fn at(&self, x: i64, y: i64) -> [u8; 3] {
        let x = usize::try_from(x.clamp(0, i64::from(self.width) - 1)).unwrap_or(0);
        let y = usize::try_from(y.clamp(0, i64::from(self.height) - 1)).unwrap_or(0);
        let i = (y * self.width as usize + x) * 3;
        match self.data.get(i..i + 3) {
            Some(&[r, g, b]) => [r, g, b],
            _ => [255; 3],
        }
    }

    /// Brightness of a pixel, 0 to 255.
    pub(super) fn grey(&self, x: i64, y: i64) -> i32 {
        let [r, g, b] = self.at(x, y).map(i32::from);
        (r * 299 + g * 587 + b * 114) / 1000
    }

    /// The same no larger than this on its longer side.
    pub(super) fn within(&self, side: u32) -> Self {
        let longer = self.width.max(self.height);
        if longer <= side {
            return self.clone();
        }
        let part = |n: u32| u32::try_from(u64::from(n) * u64::from(side) / u64::from(longer)).unwrap_or(side).max(1);
        self.resized(part(self.width), part(self.height))
    }

    /// The same at another size. Made smaller, each new pixel is the mean of those it covers; made larger, between neighbours.
    pub(super) fn resized(&self, width: u32, height: u32) -> Self {
        let (across, down) = (spans(self.width, width), spans(self.height, height));
        let mut data = Vec::with_capacity(width as usize * height as usize * 3);
        let stride = self.width as usize * 3;
        // First each row across, into a buffer of sums, then down.
        let mut line = vec![0f32; width as usize * 3];
        for rows in &down {
            line.fill(0.0);
            for &(y, share) in rows {
                let Some(row) = self.data.get(y * stride..(y + 1) * stride) else { continue };
                for (out, cells) in line.chunks_exact_mut(3).zip(&across) {
                    for &(x, part) in cells {
                        let Some(&[r, g, b]) = row.get(x * 3..x * 3 + 3) else { continue };
                        let k = share * part;
                        for (o, v) in out.iter_mut().zip([r, g, b]) {
                            *o += k * f32::from(v);
                        }
                    }
                }
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of bytes is 0 to 255")]
            data.extend(line.iter().map(|v| (v + 0.5) as u8));
        }
        Self { width, height, data }
    }
}

/// For each new place, the old ones it is made of and their shares, which add up to one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sides are at most 20,000 and places not negative"
)]
fn spans(old: u32, new: u32) -> Vec<Vec<(usize, f32)>> {
    let scale = old as f32 / new.max(1) as f32;
    let last = old.saturating_sub(1) as usize;
    (0..new)
        .map(|i| {
            if scale <= 1.0 {
                let at = ((i as f32 + 0.5) * scale - 0.5).clamp(0.0, last as f32);
                let (a, part) = (at as usize, at.fract());
                return if part == 0.0 { vec![(a, 1.0)] } else { vec![(a, 1.0 - part), ((a + 1).min(last), part)] };
            }
            let (from, to) = (i as f32 * scale, (i as f32 + 1.0) * scale);
            let cells = from as usize..=((to.ceil() as usize).saturating_sub(1)).min(last);
            let share = |c: usize| ((to.min(c as f32 + 1.0) - from.max(c as f32)) / scale).max(0.0);
            cells.map(|c| (c, share(c))).collect()
        })
        .collect()
}
