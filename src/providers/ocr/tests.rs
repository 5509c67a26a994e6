//! Tests of the picture reader that need no neural network: limits, sizes, hashes.

use super::picture::{Pixels, decode};
use super::{look, read, signs};
use crate::domain::error::Kind;

fn png(width: u32, height: u32, shade: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let image = image::GrayImage::from_fn(width, height, |x, y| image::Luma([shade(x, y)]));
    let mut out = std::io::Cursor::new(Vec::new());
    image.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

#[test]
fn a_picture_of_40_megapixels_is_refused_before_it_is_decoded() {
    // A PNG that says 8000 x 5000 and holds next to nothing.
    let mut bomb = png(32, 32, |_, _| 255);
    bomb[16..20].copy_from_slice(&8_000u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&5_000u32.to_be_bytes());
    // The header's checksum, so that the size is believed.
    let mut crc = !0u32;
    for b in &bomb[12..29] {
        crc ^= u32::from(*b);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    bomb[29..33].copy_from_slice(&(!crc).to_be_bytes());
    let e = read(&bomb).unwrap_err();
    assert!(e.kind == Kind::TooLarge && e.message.contains("40 megapixels"), "{e}");
}

#[test]
fn what_is_no_picture_is_refused_in_a_sentence() {
    for bytes in [&b""[..], b"hello", b"%PDF-1.7", b"GIF89a", b"\xff\xd8\xff\xe0 cut off", &png(40, 40, |_, _| 9)[..60]] {
        let e = read(bytes).unwrap_err();
        assert!(e.kind == Kind::Invalid && e.message.ends_with('.'), "{e}");
    }
}

#[test]
fn broken_pictures_never_panic() {
    let whole = png(64, 48, |x, y| u8::try_from((x * 3 + y * 5) % 256).unwrap());
    for at in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x5a;
        let _ = decode(&bytes);
        let _ = decode(&whole[..at]);
    }
}

#[test]
fn a_smaller_copy_looks_the_same_and_another_picture_does_not() {
    let distance = |a: &str, b: &str| -> u32 {
        let (a, b) = (hex::decode(a).unwrap(), hex::decode(b).unwrap());
        a.iter().zip(&b).map(|(a, b)| (a ^ b).count_ones()).sum()
    };
    let of = |p: &Pixels| look::of(p);
    let one = decode(&png(400, 700, |x, y| if (x / 37 + y / 53) % 2 == 0 { 240 } else { 60 })).unwrap();
    let other = decode(&png(400, 700, |x, y| if (x / 91 + y / 29) % 3 == 0 { 240 } else { 60 })).unwrap();
    let small = one.resized(250, 437);
    assert!(distance(&of(&one), &of(&small)) <= 16, "{}", distance(&of(&one), &of(&small)));
    assert!(distance(&of(&one), &of(&other)) > 48);
}

#[test]
fn a_program_s_name_in_the_file_is_a_sign() {
    let mut bytes = png(40, 40, |_, _| 200);
    assert_eq!(signs::program(&bytes), None);
    bytes.extend_from_slice(b"Software\0Adobe Photoshop 25.1");
    assert!(signs::program(&bytes).is_some());
}
