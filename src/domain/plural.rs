//! Which form of a phrase a number takes, by the rules of CLDR for the languages spoken here.

use super::lang::Lang;

/// The form for `n` of something: `one`, `few`, `other` and their like, as the keys of phrases end.
pub const fn form(lang: Lang, n: i64) -> &'static str {
    match lang {
        Lang::Ar => match (n, n.rem_euclid(100)) {
            (0, _) => "zero",
            (1, _) => "one",
            (2, _) => "two",
            (_, 3..=10) => "few",
            (_, 11..=99) => "many",
            _ => "other",
        },
        Lang::Fr | Lang::Pt | Lang::Pcm if n == 0 => "one",
        _ if n == 1 => "one",
        _ => "other",
    }
}

/// Every form a phrase that counts must have in this language.
pub const fn forms(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::Ar => &["zero", "one", "two", "few", "many", "other"],
        _ => &["one", "other"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Samples of CLDR 46.
    #[test]
    fn numbers_take_the_forms_of_cldr() {
        let ar = |list: &[i64], wanted: &str| list.iter().for_each(|n| assert_eq!(form(Lang::Ar, *n), wanted, "{n}"));
        ar(&[0], "zero");
        ar(&[1], "one");
        ar(&[2], "two");
        ar(&[3, 10, 103, 1010], "few");
        ar(&[11, 26, 99, 111, 1011], "many");
        ar(&[100, 102, 200, 1000], "other");
        assert_eq!((form(Lang::Fr, 0), form(Lang::Fr, 2), form(Lang::En, 0), form(Lang::Sw, 1)), ("one", "other", "other", "one"));
        for lang in Lang::ALL {
            assert!((0..300).all(|n| forms(lang).contains(&form(lang, n))), "{}", lang.name());
        }
    }
}
