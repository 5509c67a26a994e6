//! What a picture looks like, so that a copy is known again after it was saved anew, made smaller or sent through a messenger.

use super::picture::Pixels;

/// Cells of a side.
const SIDE: u32 = 16;

/// Difference hash: for 16 rows of 16 cells, whether each is brighter than its right neighbour; 256 bits in hex.
pub(super) fn of(image: &Pixels) -> String {
    let small = image.resized(SIDE + 1, SIDE);
    let mut out = Vec::with_capacity(32);
    for y in 0..i64::from(SIDE) {
        for half in 0..2 {
            let mut byte = 0u8;
            for x in half * 8..half * 8 + 8 {
                // Two apart, so that flat paper is the same whatever its grain.
                byte = (byte << 1) | u8::from(small.grey(x, y) > small.grey(x + 1, y) + 2);
            }
            out.push(byte);
        }
    }
    hex::encode(out)
}
