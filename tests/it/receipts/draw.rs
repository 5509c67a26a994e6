//! Draws receipts as transfer apps and tills make them, and copies of them as forgers do. Names, accounts and numbers are invented.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage, imageops};

pub const INK: [u8; 3] = [24, 24, 28];
const PALE: [u8; 3] = [105, 105, 112];

/// What a receipt says.
#[derive(Clone)]
pub struct Slip {
    pub amount: String,
    pub payee: &'static str,
    pub account: &'static str,
    pub payer: &'static str,
    pub date: String,
    pub reference: String,
    pub style: usize,
}

/// A drawn receipt, and where its amount stands: left, top, width, height.
pub struct Drawn {
    pub image: RgbImage,
    pub amount: (u32, u32, u32, u32),
    pub paper: [u8; 3],
    pub size: f32,
}

static REGULAR: &[u8] = include_bytes!("../../../data/fonts/Roboto-Regular.ttf");
static MEDIUM: &[u8] = include_bytes!("../../../data/fonts/Roboto-Medium.ttf");

fn face(heavy: bool) -> FontRef<'static> {
    FontRef::try_from_slice(if heavy { MEDIUM } else { REGULAR }).expect("a font")
}

/// Writes words with their left upper corner here; their width.
pub fn write(image: &mut RgbImage, words: &str, x: f32, y: f32, size: f32, ink: [u8; 3], heavy: bool) -> f32 {
    let font = face(heavy);
    let scale = PxScale::from(size);
    let scaled = font.as_scaled(scale);
    let mut at = x;
    for c in words.chars() {
        let id = scaled.glyph_id(c);
        if let Some(outline) = font.outline_glyph(id.with_scale_and_position(scale, point(at, y + scaled.ascent()))) {
            let bounds = outline.px_bounds();
            outline.draw(|gx, gy, cover| {
                let (px, py) = (bounds.min.x as i64 + i64::from(gx), bounds.min.y as i64 + i64::from(gy));
                if px < 0 || py < 0 || px >= i64::from(image.width()) || py >= i64::from(image.height()) {
                    return;
                }
                let p = image.get_pixel_mut(px as u32, py as u32);
                let cover = cover.min(1.0);
                for (v, i) in p.0.iter_mut().zip(ink) {
                    *v = (f32::from(*v) * (1.0 - cover) + f32::from(i) * cover) as u8;
                }
            });
        }
        at += scaled.h_advance(id);
    }
    at - x
}

pub fn width(words: &str, size: f32, heavy: bool) -> f32 {
    let font = face(heavy);
    let scaled = font.as_scaled(PxScale::from(size));
    words.chars().map(|c| scaled.h_advance(scaled.glyph_id(c))).sum()
}

fn fill(image: &mut RgbImage, (x, y, w, h): (u32, u32, u32, u32), colour: [u8; 3]) {
    for py in y..(y + h).min(image.height()) {
        for px in x..(x + w).min(image.width()) {
            image.put_pixel(px, py, Rgb(colour));
        }
    }
}

pub fn draw(s: &Slip) -> Drawn {
    let rows = [
        ("Amount", s.amount.as_str()),
        ("Recipient", s.payee),
        ("Account number", s.account),
        ("Sender", s.payer),
        ("Date", s.date.as_str()),
        ("Transaction ref", s.reference.as_str()),
    ];
    let (wide, paper, bar, heavy) = match s.style % 3 {
        0 => (620, [255, 255, 255], [0, 102, 80], false),
        1 => (560, [250, 249, 245], [60, 40, 120], false),
        _ => (600, [247, 246, 241], [40, 44, 52], true),
    };
    let mut image = RgbImage::from_pixel(wide, 120 + 82 * rows.len() as u32, Rgb(paper));
    fill(&mut image, (0, 0, wide, 66), bar);
    write(&mut image, "Transfer successful", 22.0, 17.0, 30.0, [255; 3], heavy);
    let mut amount = (0, 0, 0, 0);
    let size = if heavy { 25.0 } else { 29.0 };
    let mut y = 96.0;
    for (label, value) in rows {
        let size = if width(value, size, heavy) > wide as f32 * 0.55 { size * 0.8 } else { size };
        write(&mut image, label, 22.0, y, size * 0.85, PALE, heavy);
        let w = width(value, size, heavy);
        let x = wide as f32 - 24.0 - w;
        write(&mut image, value, x, y, size, INK, heavy);
        if label == "Amount" {
            amount = (x as u32, y as u32, w as u32 + 1, size as u32 + 4);
        }
        fill(&mut image, (22, y as u32 + 52, wide - 44, 2), [222, 222, 226]);
        y += 82.0;
    }
    Drawn { image, amount, paper, size }
}

/// As a JPEG of this quality.
pub fn jpeg(image: &RgbImage, quality: u8) -> Vec<u8> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality).encode_image(image).expect("a JPEG");
    out
}

pub fn png(image: &RgbImage) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image.write_to(&mut out, image::ImageFormat::Png).expect("a PNG");
    out.into_inner()
}

pub fn opened(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).expect("a picture").into_rgb8()
}

/// A part of it: so many hundredths cut off above and below.
pub fn cropped(image: &RgbImage, above: u32, below: u32) -> RgbImage {
    let (w, h) = image.dimensions();
    let (top, bottom) = (h * above / 100, h * below / 100);
    imageops::crop_imm(image, 0, top, w, h - top - bottom).to_image()
}

pub fn scaled(image: &RgbImage, hundredths: u32) -> RgbImage {
    let (w, h) = image.dimensions();
    imageops::resize(image, w * hundredths / 100, h * hundredths / 100, imageops::FilterType::Triangle)
}

/// Another amount over the one that was there, as anybody does it on a phone: a box of the paper's colour, and new words.
pub fn pasted(d: &Drawn, picture: &RgbImage, amount: &str, heavy: bool) -> RgbImage {
    let mut out = picture.clone();
    let (x, y, w, h) = d.amount;
    let wide = width(amount, d.size, heavy) as u32;
    let left = x.min(x + w - wide.min(x + w));
    fill(&mut out, (left.saturating_sub(6), y.saturating_sub(2), wide.max(w) + 14, h + 4), d.paper);
    write(&mut out, amount, (x + w) as f32 - wide as f32, y as f32, d.size, INK, heavy);
    out
}
