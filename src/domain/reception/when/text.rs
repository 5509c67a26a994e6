//! Folded text that remembers where each letter came from, and number words.

use crate::domain::text::fold;

/// Lower case without marks, one byte of it leading back to the letter it came from.
#[derive(Debug)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    from: Vec<usize>,
    to: Vec<usize>,
}

impl Folded {
    /// Folds a text.
    pub fn new(s: &str) -> Self {
        let mut out = Self { text: String::with_capacity(s.len()), from: Vec::with_capacity(s.len()), to: Vec::with_capacity(s.len()) };
        let mut one = [0u8; 4];
        for (i, c) in s.char_indices() {
            let before = out.text.len();
            if c.is_ascii() {
                out.text.push(c.to_ascii_lowercase());
            } else {
                out.text.push_str(&fold(c.encode_utf8(&mut one)));
            }
            let added = out.text.len() - before;
            out.from.extend(std::iter::repeat_n(i, added));
            out.to.extend(std::iter::repeat_n(i + c.len_utf8(), added));
        }
        out
    }
    /// The place in the original text.
    pub fn original(&self, from: usize, to: usize) -> (usize, usize) {
        let start = self.from.get(from).copied().unwrap_or(0);
        let end = to.checked_sub(1).and_then(|t| self.to.get(t)).copied().unwrap_or(start);
        (start, end.max(start))
    }
    /// What follows a place.
    pub fn after(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or("")
    }
    /// What stands before a place.
    pub fn before(&self, at: usize) -> &str {
        self.text.get(..at).unwrap_or("")
    }
}

/// Number words as a pattern, longest first where one begins another.
pub const NUMBER: &str = "(?:\\d{1,4}|seventeen|thirteen|fourteen|fifteen|sixteen|eighteen|nineteen|seventy|sixty|forty|fifty|eleven|twelve|twenty|thirty|eighty|ninety|hundred|seven|three|eight|four|five|nine|one|two|six|ten|quatorze|quatorce|quatre|quatro|cuatro|catorce|quinze|quince|treize|trece|treze|douze|doce|doze|veinte|vingt|vinte|cinco|cinq|siete|sept|sete|nueve|neuf|nove|ocho|huit|oito|deux|dois|duas|trois|tres|seis|onze|once|diez|dix|dez|dos|une|uma|una|uno|un|um)";

const WORDS: &[(&str, i64)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("a", 1),
    ("an", 1),
    ("un", 1),
    ("uno", 1),
    ("una", 1),
    ("une", 1),
    ("um", 1),
    ("uma", 1),
    ("dos", 2),
    ("deux", 2),
    ("dois", 2),
    ("duas", 2),
    ("tres", 3),
    ("trois", 3),
    ("cuatro", 4),
    ("quatre", 4),
    ("quatro", 4),
    ("cinco", 5),
    ("cinq", 5),
    ("seis", 6),
    ("siete", 7),
    ("sept", 7),
    ("sete", 7),
    ("ocho", 8),
    ("huit", 8),
    ("oito", 8),
    ("nueve", 9),
    ("neuf", 9),
    ("nove", 9),
    ("diez", 10),
    ("dix", 10),
    ("dez", 10),
    ("once", 11),
    ("onze", 11),
    ("doce", 12),
    ("douze", 12),
    ("doze", 12),
    ("trece", 13),
    ("treize", 13),
    ("treze", 13),
    ("catorce", 14),
    ("quatorze", 14),
    ("quatorce", 14),
    ("quince", 15),
    ("quinze", 15),
    ("veinte", 20),
    ("vingt", 20),
    ("vinte", 20),
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eleventh", 11),
    ("twelfth", 12),
    ("thirteenth", 13),
    ("fourteenth", 14),
    ("fifteenth", 15),
    ("sixteenth", 16),
    ("seventeenth", 17),
    ("eighteenth", 18),
    ("nineteenth", 19),
    ("twentieth", 20),
    ("thirtieth", 30),
    ("premier", 1),
    ("primero", 1),
    ("primeiro", 1),
    ("couple", 2),
    ("few", 3),
];

/// The number a word says.
pub fn number(word: &str) -> Option<i64> {
    let word = word.trim();
    if let Ok(n) = word.parse::<i64>() {
        return (0..=9_999).contains(&n).then_some(n);
    }
    WORDS.iter().find(|(w, _)| *w == word).map(|(_, n)| *n)
}
