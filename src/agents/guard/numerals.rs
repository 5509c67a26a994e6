//! Numbers written in words. English ones are read; an amount in words of another language is to be written in digits.

use super::figures::{Figure, Sort};
use super::sentences::{Sentence, sentences};
use crate::domain::numeral;

/// Names of currencies as they are spoken.
pub(super) const SPOKEN: &str = "naira|nairas|dollar*|dolar*|euro|euros|pound|pounds|cedi*|shilling*|shilingi|rand|rands|franc|francs|francos|cfa|fcfa|\
    peso|pesos|reais|rupee*|dirham*|riyal*|nera|kobo|cent|cents|نايرا|نيره|دولار|يورو";
/// Beginnings of large numbers in other languages.
const LARGE: &str = "cien|cient*|mil|miles|mille|milles|cent|cents|cem|quinient*|quinhent*|doscient*|duzent*|trescient*|trezent*|cuatrocient*|quatrocent*|\
    seiscent*|seiscient*|setecient*|setecent*|ochocient*|oitocent*|novecient*|novecent*|elfu|mia|laki|dubu|dari|egberun|ogorun|igba|puku|nari|الف|الاف|مئه|مائه|\
    ميه";
/// Words that say how many are left.
pub(super) const LEFT: &str = "left|remaining|remain|remains|in stock|quedan|queda|restantes|reste|restent|il reste|resta|restam|imebaki|zimebaki|saura|باقي|بقي|متبقي*";

fn unit(word: &str) -> Option<i64> {
    Some(match word {
        "zero" => 0,
        "one" => 1,
        "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" | "dozen" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" | "fourty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        _ => return None,
    })
}

fn times(word: &str) -> Option<i64> {
    match word {
        "hundred" => Some(100),
        "thousand" => Some(1_000),
        "million" => Some(1_000_000),
        _ => None,
    }
}

/// The number that begins at a token, and the token behind it: "two thousand five hundred", "a hundred and fifty".
fn read(s: &Sentence, from: usize) -> Option<(i64, usize)> {
    let word = |i: usize| s.tokens.get(i).map_or("", |t| t.text.as_str());
    let (mut at, mut sum, mut part, mut any) = (from, 0i64, 0i64, false);
    if word(at) == "a" && times(word(at + 1)).is_some() {
        (part, at) = (1, at + 1);
    }
    loop {
        if let Some(n) = unit(word(at)) {
            part = part.checked_add(n)?;
        } else if let Some(n) = times(word(at)) {
            part = part.max(1).checked_mul(n)?;
            if n >= 1_000 {
                sum = sum.checked_add(part)?;
                part = 0;
            }
        } else if any && word(at) == "and" && (unit(word(at + 1)).is_some()) && (part >= 100 || sum > 0) {
            at += 1;
            continue;
        } else {
            break;
        }
        any = true;
        at += 1;
    }
    any.then_some((sum.checked_add(part)?, at))
}

/// Amounts and counts of what is left that a sentence writes in words.
pub(super) fn figures(words: &str, s: &Sentence) -> Vec<Figure> {
    let mut out = Vec::new();
    let left = s.has(LEFT);
    let mut at = 0;
    while at < s.tokens.len() {
        let Some((n, end)) = read(s, at) else {
            at += 1;
            continue;
        };
        let each = n >= 100 && ["a", "an", "each", "per", "for"].iter().any(|w| s.is_at(end, w));
        let of_money = SPOKEN.split('|').any(|w| s.is_at(end, w)) || each;
        // "One" is as often nobody's number: "only that one is left".
        let counts = left && (n > 1 || s.is_at(at.saturating_sub(1), "only"));
        if of_money || counts {
            let last = &s.tokens[end - 1];
            let to = words[last.at..].char_indices().find(|(_, c)| !c.is_alphanumeric()).map_or(words.len(), |(i, _)| last.at + i);
            let range = s.tokens[at].at..to;
            let sort = if of_money { Sort::Money } else { Sort::Stock };
            let milli = n.saturating_mul(1000);
            out.push(Figure { text: words[range.clone()].to_owned(), at: range, milli, or: None, sort, digits: 2 });
        }
        at = end;
    }
    out
}

/// Whether an amount stands there in words of another language than English.
pub(super) fn is_unread(s: &Sentence) -> bool {
    let amount = |at: usize| {
        let t = s.tokens[at].text.as_str();
        LARGE.split('|').any(|w| s.is_at(at, w)) || numeral::number(t).is_some() && !t.bytes().any(|b| b.is_ascii_digit())
    };
    SPOKEN.split('|').flat_map(|w| s.find(w)).any(|at| {
        let before = at.checked_sub(1);
        let of = before.filter(|b| matches!(s.tokens[*b].text.as_str(), "de" | "des" | "da")).map_or(before, |b| b.checked_sub(1));
        let currency_first = at + 1 < s.tokens.len() && numeral::number(&s.tokens[at + 1].text).is_some();
        of.is_some_and(amount) || currency_first && !s.tokens[at + 1].text.bytes().any(|b| b.is_ascii_digit())
    })
}

/// Small numbers in words, for what is counted by them.
pub(super) fn small(text: &str) -> Vec<i64> {
    let mut out = Vec::new();
    for s in sentences(text) {
        let of = |t: &str| {
            Some(match t {
                "un" | "une" | "uno" | "una" | "um" | "uma" => 1,
                "dos" | "deux" | "dois" | "duas" | "both" | "couple" | "pair" | "meji" | "biyu" | "abuo" => 2,
                "tres" | "trois" | "meta" | "uku" | "ato" => 3,
                "cuatro" | "quatre" | "quatro" | "merin" | "hudu" => 4,
                "cinco" | "cinq" | "marun" | "biyar" => 5,
                "seis" | "mefa" => 6,
                "siete" | "sept" | "sete" => 7,
                "ocho" | "huit" | "oito" => 8,
                "nueve" | "neuf" | "nove" => 9,
                "diez" | "dix" | "dez" | "goma" => 10,
                "douze" | "doce" | "doze" => 12,
                _ => return numeral::number(t),
            })
        };
        out.extend((0..s.tokens.len()).filter_map(|i| read(&s, i).map(|(n, _)| n).or_else(|| of(&s.tokens[i].text))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Vec<(i64, Sort)> {
        sentences(words).iter().flat_map(|s| figures(words, s)).map(|f| (f.milli / 1000, f.sort)).collect()
    }

    #[test]
    fn amounts_in_words_are_read() {
        assert_eq!(of("It is five hundred naira a plate"), [(500, Sort::Money)]);
        assert_eq!(of("two thousand five hundred and fifty naira"), [(2550, Sort::Money)]);
        assert_eq!(of("a hundred dollars"), [(100, Sort::Money)]);
        assert_eq!(of("Only three plates are left"), [(3, Sort::Stock)]);
        assert_eq!(of("A thousand thanks! One moment. Two plates of rice?"), []);
        assert!(is_unread(&sentences("Son quinientos nairas")[0]) && is_unread(&sentences("cinq cents francs")[0]));
        assert!(!is_unread(&sentences("Pay in naira, 500 naira or 3 dollars")[0]));
        assert_eq!(small("deux jus et three cokes"), [2, 3]);
    }
}
