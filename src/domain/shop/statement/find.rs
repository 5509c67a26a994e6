//! Which order a line of a statement is for. Our reference, with its check character, is proof enough to show it; amount and name
//! together are a proposal for a person.

use crate::domain::shop::reference;
use crate::domain::text::fold;

/// References of ours that may stand in a text, the surest first: words of six, words that were cut in two, then any six in a row.
pub fn references(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let mut out: Vec<String> = words.iter().filter_map(|w| reference::parse(w)).collect();
    out.extend(words.windows(2).filter(|p| p[0].len() + p[1].len() == 6).filter_map(|p| reference::parse(&p.concat())));
    for word in words.iter().filter(|w| w.len() > 6) {
        out.extend((0..=word.len() - 6).filter_map(|at| reference::parse(&word[at..at + 6])));
    }
    let mut seen = Vec::new();
    out.retain(|r| {
        !seen.contains(r) && {
            seen.push(r.clone());
            true
        }
    });
    out
}

/// Whether a name stands in what the bank wrote: two words of it, or its only one when that is long.
pub fn names(name: &str, text: &str) -> bool {
    let text = fold(text);
    let said: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let name = fold(name);
    let parts: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() >= 3 && w.chars().all(char::is_alphabetic)).collect();
    let found = parts.iter().filter(|p| said.contains(p)).count();
    match parts.as_slice() {
        [] => false,
        [only] => found == 1 && only.chars().count() >= 5,
        _ => found >= 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::shop::reference::reference;
    use proptest::prelude::*;

    #[test]
    fn references_are_found_however_the_bank_cuts_them() {
        let r = reference(1001);
        let (a, b) = r.split_at(3);
        for text in [
            format!("NIP/ADA OBI/{r} rice"),
            format!("trf {a}-{b} thanks"),
            format!("TRF {a} {b}"),
            format!("REF{r}FROM ADA"),
            r.to_lowercase(),
        ] {
            assert!(references(&text).contains(&r), "{text}");
        }
        assert!(references("NIP/ADA OBI/rice").iter().all(|x| *x != r));
        let mut wrong = r.clone().into_bytes();
        wrong[0] = if wrong[0] == b'A' { b'B' } else { b'A' };
        assert!(!references(&String::from_utf8(wrong).unwrap()).contains(&r), "one wrong character is no reference");
    }

    #[test]
    fn names_need_two_words_or_a_long_one() {
        assert!(names("Ada Obi", "NIP TRANSFER FROM OBI ADA CHIOMA"));
        assert!(names("Ngozi", "transfer from NGOZI EZE"));
        assert!(!names("Ada", "transfer from ADA EZE"));
        assert!(!names("Ada Obi", "transfer from ADA EZE"));
        assert!(!names("", "transfer"));
        assert!(names("Kẹ́mi Adébáyọ̀", "KEMI ADEBAYO/rent"));
    }

    proptest! {
        #[test]
        fn looking_never_panics(text in ".{0,80}", name in ".{0,30}") {
            let _ = (references(&text), names(&name, &text));
        }
    }
}
