//! Arabic letters and digits made comparable: no vowel signs, no stretching, one form of each letter, digits from 0 to 9.

use std::borrow::Cow;

/// What a character of the Arabic block is for comparing; none for signs that fall away. Others stay as they are.
pub fn plain(c: char) -> Option<char> {
    Some(match c {
        // Vowel signs, small letters above, stretching, and marks that only turn the direction.
        '\u{0610}'..='\u{061a}' | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{06d6}'..='\u{06dc}' | '\u{0640}' | '\u{061c}' => return None,
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' | 'ې' | 'ئ' => 'ي',
        'ؤ' => 'و',
        'ة' | 'ۀ' | 'ہ' => 'ه',
        'ک' => 'ك',
        '،' => ',',
        '؛' => ';',
        '؟' => '?',
        c => digit(c).unwrap_or(c),
    })
}

/// The digit or sign between digits that a character stands for: ٠-٩, ۰-۹, ٫ and ٬.
const fn digit(c: char) -> Option<char> {
    let from = match c {
        '\u{0660}'..='\u{0669}' => 0x0660,
        '\u{06f0}'..='\u{06f9}' => 0x06f0,
        '٫' => return Some('.'),
        '٬' => return Some(','),
        '٪' => return Some('%'),
        _ => return None,
    };
    char::from_digit(c as u32 - from, 10)
}

/// Whether a letter is Arabic.
pub fn is_letter(c: char) -> bool {
    matches!(c, '\u{0620}'..='\u{064a}' | '\u{066e}'..='\u{06d3}' | '\u{06fa}'..='\u{06fc}' | '\u{0750}'..='\u{077f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// A text with its digits as 0 to 9, all else as it was: "٢٬٥٠٠" is "2,500".
pub fn digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| digit(c).unwrap_or(c)).collect())
}

/// What hangs before a noun: the article, alone or after "with", "like", "for".
const BEFORE: [&str; 5] = ["ال", "بال", "كال", "فال", "لل"];

/// A folded word without its article: "الكولا" and "كولا" are the same thing to buy. Short words stay whole ("الي", "الله").
pub fn bare(word: &str) -> &str {
    let long = |rest: &&str| rest.chars().count() >= 3;
    let kept = matches!(word, "الله" | "الذي" | "التي" | "اللي" | "الحين" | "اللهم");
    BEFORE.iter().find_map(|b| word.strip_prefix(b).filter(long)).filter(|_| !kept).unwrap_or(word)
}

/// Beginnings of words whose first letter is no "and" before another word.
const NOT_AND: [&str; 34] = [
    "واح",
    "وجب",
    "وجد",
    "وقت",
    "وين",
    "وزن",
    "وظيف",
    "ورق",
    "ورد",
    "وسط",
    "وعد",
    "وعا",
    "وصل",
    "وصف",
    "وضع",
    "وضح",
    "واضح",
    "وحد",
    "وحي",
    "واتس",
    "واجب",
    "وداع",
    "والد",
    "والله",
    "ولد",
    "ولا",
    "وكيل",
    "وثيق",
    "ويسك",
    "وافل",
    "وايد",
    "وليم",
    "وقف",
    "ورا",
];

/// Whether a folded word is "and" written together with what follows: "وكولا", "و3". Words that merely begin with that letter are not.
pub fn leads_with_and(word: &str) -> bool {
    let Some(rest) = word.strip_prefix('و') else { return false };
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    rest.chars().count() >= 3 && rest.chars().all(is_letter) && !NOT_AND.iter().any(|n| word.starts_with(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::fold;

    #[test]
    fn writings_of_a_word_are_one() {
        assert_eq!(fold("أُريدُ قَهْوَةً"), fold("اريد قهوه"));
        assert_eq!(fold("مـــرحبا"), "مرحبا");
        assert_eq!(fold("إلى"), fold("الي"));
        assert_eq!(fold("كم؟ ٢٫٥٪، ۱۲"), "كم? 2.5%, 12");
        assert_eq!(fold("\u{200f}كولا\u{200e}"), "كولا");
        assert_eq!(digits("الساعة ٧:٣٠، ٢٬٥٠٠"), "الساعة 7:30، 2,500");
        assert!(matches!(digits("2,500 naira"), Cow::Borrowed(_)));
    }

    #[test]
    fn and_and_the_are_told_from_the_word() {
        assert_eq!((bare("الكولا"), bare("للتوصيل"), bare("بالحليب"), bare("الي"), bare("الله")), ("كولا", "توصيل", "حليب", "الي", "الله"));
        assert!(leads_with_and("وكولا") && leads_with_and("و3") && leads_with_and("والكولا"));
        assert!(!leads_with_and("واحد") && !leads_with_and("وجبه") && !leads_with_and("و") && !leads_with_and("وين"));
    }
}
