//! What we say to customers without a model: phrase files in `templates/messages/<language>`, one text a key.
//!
//! A text may hold places in braces, `{total}`. A key with forms (`.one`, `.few`, `.other`) is chosen by the place that counts, as
//! `plural` tells for its language. A key that a language lacks is said in English; `tests/tidy.rs` keeps the lists equal.

use super::lang::Lang;
use super::plural;
use std::collections::HashMap;
use std::sync::OnceLock;

type Phrases = HashMap<&'static str, toml::Table>;

/// The phrase files: language and text, one a desk.
const FILES: &[(&str, &str)] = &[
    ("en", include_str!("../../templates/messages/en/shop.toml")),
    ("en", include_str!("../../templates/messages/en/bookings.toml")),
    ("en", include_str!("../../templates/messages/en/reception.toml")),
    ("en", include_str!("../../templates/messages/en/buying.toml")),
    ("en", include_str!("../../templates/messages/en/voice.toml")),
    ("en", include_str!("../../templates/messages/en/money.toml")),
    ("en", include_str!("../../templates/messages/en/receipts.toml")),
    ("pcm", include_str!("../../templates/messages/pcm/shop.toml")),
    ("pcm", include_str!("../../templates/messages/pcm/bookings.toml")),
    ("pcm", include_str!("../../templates/messages/pcm/reception.toml")),
    ("pcm", include_str!("../../templates/messages/pcm/buying.toml")),
    ("pcm", include_str!("../../templates/messages/pcm/voice.toml")),
    ("pcm", include_str!("../../templates/messages/pcm/money.toml")),
    ("pcm", include_str!("../../templates/messages/pcm/receipts.toml")),
    ("yo", include_str!("../../templates/messages/yo/shop.toml")),
    ("yo", include_str!("../../templates/messages/yo/bookings.toml")),
    ("yo", include_str!("../../templates/messages/yo/reception.toml")),
    ("yo", include_str!("../../templates/messages/yo/buying.toml")),
    ("yo", include_str!("../../templates/messages/yo/voice.toml")),
    ("yo", include_str!("../../templates/messages/yo/money.toml")),
    ("yo", include_str!("../../templates/messages/yo/receipts.toml")),
    ("ha", include_str!("../../templates/messages/ha/shop.toml")),
    ("ha", include_str!("../../templates/messages/ha/bookings.toml")),
    ("ha", include_str!("../../templates/messages/ha/reception.toml")),
    ("ha", include_str!("../../templates/messages/ha/buying.toml")),
    ("ha", include_str!("../../templates/messages/ha/voice.toml")),
    ("ha", include_str!("../../templates/messages/ha/money.toml")),
    ("ha", include_str!("../../templates/messages/ha/receipts.toml")),
    ("ig", include_str!("../../templates/messages/ig/shop.toml")),
    ("ig", include_str!("../../templates/messages/ig/bookings.toml")),
    ("ig", include_str!("../../templates/messages/ig/reception.toml")),
    ("ig", include_str!("../../templates/messages/ig/buying.toml")),
    ("ig", include_str!("../../templates/messages/ig/voice.toml")),
    ("ig", include_str!("../../templates/messages/ig/money.toml")),
    ("ig", include_str!("../../templates/messages/ig/receipts.toml")),
    ("es", include_str!("../../templates/messages/es/shop.toml")),
    ("es", include_str!("../../templates/messages/es/bookings.toml")),
    ("es", include_str!("../../templates/messages/es/reception.toml")),
    ("es", include_str!("../../templates/messages/es/buying.toml")),
    ("es", include_str!("../../templates/messages/es/voice.toml")),
    ("es", include_str!("../../templates/messages/es/money.toml")),
    ("es", include_str!("../../templates/messages/es/receipts.toml")),
    ("fr", include_str!("../../templates/messages/fr/shop.toml")),
    ("fr", include_str!("../../templates/messages/fr/bookings.toml")),
    ("fr", include_str!("../../templates/messages/fr/reception.toml")),
    ("fr", include_str!("../../templates/messages/fr/buying.toml")),
    ("fr", include_str!("../../templates/messages/fr/voice.toml")),
    ("fr", include_str!("../../templates/messages/fr/money.toml")),
    ("fr", include_str!("../../templates/messages/fr/receipts.toml")),
    ("pt", include_str!("../../templates/messages/pt/shop.toml")),
    ("pt", include_str!("../../templates/messages/pt/bookings.toml")),
    ("pt", include_str!("../../templates/messages/pt/reception.toml")),
    ("pt", include_str!("../../templates/messages/pt/buying.toml")),
    ("pt", include_str!("../../templates/messages/pt/voice.toml")),
    ("pt", include_str!("../../templates/messages/pt/money.toml")),
    ("en", include_str!("../../templates/messages/en/people.toml")),
    ("pcm", include_str!("../../templates/messages/pcm/people.toml")),
    ("yo", include_str!("../../templates/messages/yo/people.toml")),
    ("ha", include_str!("../../templates/messages/ha/people.toml")),
    ("ig", include_str!("../../templates/messages/ig/people.toml")),
    ("es", include_str!("../../templates/messages/es/people.toml")),
    ("fr", include_str!("../../templates/messages/fr/people.toml")),
    ("pt", include_str!("../../templates/messages/pt/people.toml")),
    ("pt", include_str!("../../templates/messages/pt/receipts.toml")),
    ("sw", include_str!("../../templates/messages/sw/shop.toml")),
    ("sw", include_str!("../../templates/messages/sw/bookings.toml")),
    ("sw", include_str!("../../templates/messages/sw/reception.toml")),
    ("sw", include_str!("../../templates/messages/sw/buying.toml")),
    ("sw", include_str!("../../templates/messages/sw/voice.toml")),
    ("sw", include_str!("../../templates/messages/sw/money.toml")),
    ("sw", include_str!("../../templates/messages/sw/people.toml")),
    ("sw", include_str!("../../templates/messages/sw/receipts.toml")),
    ("ar", include_str!("../../templates/messages/ar/shop.toml")),
    ("ar", include_str!("../../templates/messages/ar/bookings.toml")),
    ("ar", include_str!("../../templates/messages/ar/reception.toml")),
    ("ar", include_str!("../../templates/messages/ar/buying.toml")),
    ("ar", include_str!("../../templates/messages/ar/voice.toml")),
    ("ar", include_str!("../../templates/messages/ar/money.toml")),
    ("ar", include_str!("../../templates/messages/ar/people.toml")),
    ("ar", include_str!("../../templates/messages/ar/receipts.toml")),
];

/// Places that count something, for the forms of a phrase.
const COUNTS: [&str; 3] = ["n", "left", "most"];

fn phrases() -> &'static Phrases {
    static ALL: OnceLock<Phrases> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Phrases::new();
        for (code, text) in FILES {
            let more: toml::Table = text.parse().expect("phrase files are checked by a test");
            all.entry(code).or_default().extend(more);
        }
        all
    })
}

/// The text of a key in one language: the form for `count` where it has forms, else the one text.
fn own(lang: Lang, key: &str, count: Option<i64>) -> Option<&'static str> {
    let all = phrases().get(lang.code())?;
    let of = |key: &str| all.get(key)?.as_str();
    let form = |form: &str| of(&format!("{key}.{form}"));
    count.and_then(|n| form(plural::form(lang, n))).or_else(|| of(key)).or_else(|| form("other"))
}

/// The text for `key` in `lang` with its places filled. An unknown key is a defect: it is said as the key itself, and
/// a test keeps that from happening.
pub fn say(lang: Lang, key: &str, places: &[(&str, &str)]) -> String {
    let count = COUNTS.iter().find_map(|c| places.iter().find(|(k, _)| k == c)).and_then(|(_, v)| v.replace(',', "").parse().ok());
    let text = own(lang, key, count).or_else(|| own(Lang::En, key, count));
    fill(text.unwrap_or(key), places)
}

/// That something did not work. Services say why in English only, so others are told that a person helps.
pub fn failure(lang: Lang, error: &str) -> String {
    match lang {
        Lang::En | Lang::Pcm if !error.is_empty() => say(lang, "failed", &[("error", error)]),
        _ => say(lang, "failed_plain", &[]),
    }
}

/// The same in a tone ("formal"): the key's own text for it, or the usual one.
pub fn say_toned(lang: Lang, tone: &str, key: &str, places: &[(&str, &str)]) -> String {
    if tone == "warm" {
        return say(lang, key, places);
    }
    let toned = format!("{key}_{tone}");
    if exists(&toned) { say(lang, &toned, places) } else { say(lang, key, places) }
}

/// Whether a key exists in English.
pub fn exists(key: &str) -> bool {
    own(Lang::En, key, None).is_some()
}

/// One pass over the text: a place's value is never read for places again, so customer text cannot fill others.
fn fill(text: &str, places: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        let name = &rest[1..close];
        match places.iter().find(|(k, _)| *k == name) {
            Some((_, v)) => out.push_str(v),
            None => out.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_sentences_of_services_are_told_to_those_who_read_english() {
        assert!(failure(Lang::En, "Too late.").contains("Too late."));
        for lang in [Lang::Es, Lang::Fr, Lang::Pt, Lang::Yo, Lang::Ha, Lang::Ig, Lang::Sw, Lang::Ar] {
            let said = failure(lang, "Too late.");
            assert!(!said.contains("Too late.") && said != failure(Lang::En, ""), "{said}");
        }
    }

    #[test]
    fn what_is_counted_takes_its_form() {
        let left = |lang, n: &str| say(lang, "only_left", &[("item", "x"), ("left", n)]);
        for (n, wanted) in [
            ("0", "لم يبقَ شيء من x."),
            ("1", "بقيت قطعة واحدة فقط من x."),
            ("2", "بقيت قطعتان فقط من x."),
            ("3", "بقيت 3 قطع فقط من x."),
            ("11", "بقيت 11 قطعة فقط من x."),
            ("100", "بقيت 100 قطعة فقط من x."),
            ("103", "بقيت 103 قطع فقط من x."),
        ] {
            assert_eq!(left(Lang::Ar, n), wanted);
        }
        assert_eq!(left(Lang::Es, "1"), "De x solo queda 1.");
        assert_eq!(left(Lang::Es, "4"), "De x solo quedan 4.");
        assert_eq!(left(Lang::Ha, "4"), "x 4 kaɗai ya rage.", "no forms are needed");
        let points = |n: &str| say(Lang::En, "points_earned", &[("n", n), ("balance", "9"), ("worth", "₦9")]);
        assert!(points("1").starts_with("1 point for") && points("1,200").starts_with("1,200 points for"));
    }

    #[test]
    fn values_are_not_read_for_places() {
        assert_eq!(fill("Hi {name}, {total}", &[("name", "{total}"), ("total", "5")]), "Hi {total}, 5");
    }
}
