//! What things are counted by: yards, wraps, plates; parts of one, "2 and a half"; and the numbers before the lines of a list.

use super::words::{Gap, Word, Words};

/// Lengths and what is poured. A thing that is sold by something else cannot be counted by them.
static MEASURES: Words = Words::new("yard yards yd yds metre metres meter meters mtr mtrs litre litres liter liters ltr ltrs");

/// Words that count a thing and name none.
static UNITS: Words = Words::new(
    "wrap wraps stick sticks roll rolls bundle bundles dish dishes tray trays jar jars strip strips set sets unit units copy copies \
     cone cones pot pots pouch pouches basket baskets paint paints mudu mudus congo congos derica dericas heap heaps bunch bunches \
     slice slices spoon spoons sheet sheets ball balls",
);

/// Words that stand behind a number without a space: "6yds", "12pcs".
static GLUED: Words = Words::new(
    "yard yards yd yds metre metres meter meters pc pcs piece pieces plate plates wrap wraps bottle bottles pack packs portion portions",
);

/// Whether a word counts by a length or a volume, of which there may be a part.
pub fn is_divisible(word: &str) -> bool {
    MEASURES.has(word)
}

/// Whether a word may count things.
pub fn is_unit(word: &str) -> bool {
    UNITS.has(word) || MEASURES.has(word)
}

/// Words for what things come in that every menu may use.
pub fn is_plain_unit(word: &str) -> bool {
    matches!(
        word,
        "pcs"
            | "pc"
            | "piece"
            | "pieces"
            | "plate"
            | "plates"
            | "bottle"
            | "bottles"
            | "pack"
            | "packs"
            | "portion"
            | "portions"
            | "cups"
            | "cup"
    )
}

/// Short ways to write a unit.
pub fn unit_key(word: &str) -> &str {
    match word {
        "yd" | "yds" => "yard",
        "meter" | "meters" | "mtr" | "mtrs" => "metre",
        "liter" | "liters" | "ltr" | "ltrs" => "litre",
        w => super::words::stem(w),
    }
}

/// "2.5": so many and a part of one.
pub fn is_broken(word: &str) -> bool {
    let digits = |d: &str| !d.is_empty() && d.len() < 4 && d.bytes().all(|b| b.is_ascii_digit());
    word.split_once('.').is_some_and(|(whole, part)| digits(whole) && digits(part) && part.bytes().any(|b| b != b'0'))
}

/// Where the unit of "6yds" begins.
pub fn glued(word: &str) -> Option<usize> {
    let digits = word.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    (digits > 0 && digits < word.len() && GLUED.has(&word[digits..])).then_some(digits)
}

/// "2 and a half yards" and "2 1/2 yards" are 2.5, "half a yard" is 0.5.
pub fn join_halves(text: &str, words: &mut Vec<Word>) {
    let mut i = 0;
    while i < words.len() {
        if broken_behind(words, i) {
            // "a plate and a half"
            let n = words[i].number.unwrap_or(1);
            words.drain(i + 2..i + 5);
            (words[i].text, words[i].number) = (format!("{n}.5"), None);
        }
        let word = |k: usize| words.get(i + k).map_or("", |w| w.text.as_str());
        let small = words[i].number.filter(|n| *n < 1_000 && words[i].text != "dozen" && words[i].after == Gap::None);
        let joined = match (small, word(1), word(2), word(3)) {
            (Some(n), "and", "half", next) if counts_on(next) => Some((n, 2)),
            (Some(n), "and", "a", "half") if counts_on(word(4)) => Some((n, 3)),
            (Some(n), "and", "1", "2") if is_slash(text, words, i + 2) && counts_on(word(4)) => Some((n, 3)),
            (Some(n), "1", "2", next) if is_slash(text, words, i + 1) && counts_on(next) => Some((n, 2)),
            (_, "a", next, _) if word(0) == "half" && is_divisible(next) => Some((0, 1)),
            (_, next, _, _) if word(0) == "half" && is_divisible(next) => Some((0, 0)),
            (Some(n), part @ ("2" | "3" | "4"), next, _)
                if n < 4 && is_slash(text, words, i) && names_a_part(n, part) && counts_on(next) && !is_house(&words[i..]) =>
            {
                Some((0, 1))
            }
            _ => None,
        };
        if let Some((n, more)) = joined.filter(|(_, more)| words[i..i + more].iter().all(|w| w.after == Gap::None)) {
            let last = words.drain(i + 1..=i + more).next_back();
            (words[i].text, words[i].number) = (format!("{n}.5"), None);
            if let Some(last) = last {
                (words[i].to, words[i].after) = (last.to, last.after);
            }
        }
        i += 1;
    }
}

/// "a plate and a half", "2 yards and a half".
fn broken_behind(words: &[Word], i: usize) -> bool {
    let Some(five) = words.get(i..i + 5) else { return false };
    let counted = five[0].text == "a" || five[0].number.is_some_and(|n| n < 1_000 && five[0].text != "dozen");
    let unit = is_unit(&five[1].text) || matches!(five[1].text.as_str(), "plate" | "plates" | "portion" | "portions" | "bowl" | "bowls");
    let half = five[2].text == "and" && five[3].text == "a" && five[4].text == "half";
    counted && unit && half && five[..4].iter().all(|w| w.after == Gap::None)
}

/// What may follow a half that counts things: "and a half dozen", "two and a half hours" count otherwise.
fn counts_on(next: &str) -> bool {
    !matches!(
        next,
        "" | "dozen" | "dozens" | "hour" | "hours" | "hr" | "hrs" | "minute" | "minutes" | "k" | "million" | "past" | "year" | "years"
    )
}

/// "1/2 Allen Avenue" is where somebody lives.
fn is_house(words: &[Word]) -> bool {
    static STREET: Words = Words::new("street st road rd avenue ave close crescent way estate lane drive layout junction");
    words.iter().take(6).any(|w| STREET.has(&w.text))
}

/// "1/2" and "3/4", and not "4/2".
fn names_a_part(n: i64, of: &str) -> bool {
    of.parse::<i64>().is_ok_and(|of| n < of)
}

/// "1/2", of which the words are apart.
fn is_slash(text: &str, words: &[Word], i: usize) -> bool {
    matches!((words.get(i), words.get(i + 1)), (Some(a), Some(b)) if text.get(a.to..b.from) == Some("/"))
}

/// "1. jollof 2. coke": what numbers the lines of a list counts nothing.
pub fn drop_list_marks(text: &str, words: &mut Vec<Word>) {
    let lead = |w: &Word| text[..w.from].trim_end_matches('(');
    let begins_line = |w: &Word| lead(w).trim().is_empty() || lead(w).trim_end_matches([' ', '\t']).ends_with(['\n', ':']);
    let first = |w: &Word| w.text == "1" && is_mark(text, w) && begins_line(w);
    let Some(at) = words.iter().position(first) else { return };
    let mut marks = vec![words[at].from];
    for w in &words[at + 1..] {
        let next = i64::try_from(marks.len() + 1).ok();
        let apart = lead(w).ends_with(char::is_whitespace);
        if w.number == next && w.text.bytes().all(|b| b.is_ascii_digit()) && apart && is_mark(text, w) {
            marks.push(w.from);
        }
    }
    if marks.len() > 1 {
        words.retain(|w| !marks.contains(&w.from));
    }
}

/// A number with a stop or a bracket behind it, and then something else.
fn is_mark(text: &str, w: &Word) -> bool {
    let mut behind = text[w.to..].chars();
    matches!(behind.next(), Some('.' | ')')) && behind.next().is_some_and(|c| c == ' ' || c.is_alphabetic())
}

/// "go 4 it", "1 coke 4 my wife": a number that is written for a word. "2 nos" of somebody who keeps books are two pieces.
pub fn tell_written_words(words: &mut [Word]) {
    for i in 0..words.len().saturating_sub(1) {
        let (a, b) = words.split_at_mut(i + 1);
        let (w, next) = (&mut a[i], &mut b[0]);
        if w.after != Gap::None || w.number.is_none() {
            continue;
        }
        if w.text == "4" && matches!(next.text.as_str(), "it" | "me" | "my" | "us" | "him" | "her") {
            (w.text, w.number) = ("for".into(), None);
        } else if next.text == "nos" {
            "pcs".clone_into(&mut next.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::cut;

    #[test]
    fn counts_by_units() {
        let of = |t: &str| cut(t).into_iter().map(|w| (w.text, w.number)).collect::<Vec<_>>();
        let s = |t: &str, n| (t.to_owned(), n);
        assert_eq!(of("6yds lace"), [s("6", Some(6)), s("yds", None), s("lace", None)]);
        assert_eq!(of("2 and a half yards")[0], s("2.5", None));
        assert_eq!(of("2 1/2 yards")[0], s("2.5", None));
        assert_eq!(of("half a yard")[0], s("0.5", None));
        assert_eq!(of("1. coke\n2. 3 zobo"), [s("coke", None), s("3", Some(3)), s("zobo", None)]);
        assert_eq!(of("1. coke")[0], s("1", Some(1)));
        assert_eq!(of("go 4 it")[1], s("for", None));
        assert!(of("in 2 and a half hours").len() > 4);
    }
}
