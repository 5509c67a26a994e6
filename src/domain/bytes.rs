//! Reading a file that came with the program: numbers from front to back, little-endian, nothing past the end.

/// What is left to be read.
pub struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// The next `n` bytes; none when there are fewer.
    pub fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n)?;
        self.0 = tail;
        Some(head)
    }
    /// The next four bytes as a whole number.
    pub fn number(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.take(4)?.try_into().ok()?)).ok()
    }
    /// The next four bytes as a number with a fraction.
    pub fn float(&mut self) -> Option<f32> {
        Some(f32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }
    /// The next `n` of those.
    pub fn floats(&mut self, n: usize) -> Option<Vec<f32>> {
        Some(self.take(n.checked_mul(4)?)?.as_chunks::<4>().0.iter().map(|c| f32::from_le_bytes(*c)).collect())
    }
}
