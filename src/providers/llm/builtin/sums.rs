//! Numbers that count no things: sums of money, times, telephones, numbers of orders and houses.

use super::acts::Act;
use super::cues::Cue;
use super::scan::{Scan, What};
use super::words::{Gap, Word, Words};

/// The numbers and sums in some words.
pub fn about(scan: &Scan, from: usize, to: usize) -> Act {
    Act::About(scan.words[from..to].iter().filter_map(|w| w.number.or(w.amount)).collect())
}

/// Whether something is asked for; "for order 1001" asks for nothing.
pub fn wants(scan: &Scan, from: usize, to: usize) -> bool {
    let asks = |c: &super::cues::CueAt| matches!(c.cue, Cue::Want | Cue::More) && scan.words[c.from].text != "order";
    scan.cues.iter().any(|c| c.from >= from && c.to <= to && asks(c))
}

/// Whether a number so large in these words is a sum of money rather than of things.
pub fn speaks_of_money(scan: &Scan, from: usize, to: usize, n: i64) -> bool {
    let money = ["pay", "paid", "paying", "payment", "money", "balance", "deposit", "transfer", "sent", "send", "bank", "account", "price"];
    n >= 100 && scan.words[from..to].iter().any(|w| money.contains(&w.text.as_str()))
}

/// Whether a number without a thing says how many: not in a question, no price, time, size, number of people or of a house.
pub fn counts_things(scan: &Scan, from: usize, to: usize, n: i64) -> bool {
    static ELSE: Words = Words::new(
        "is its isnt was were are or at by around about not said last people persons guests adults size gate flat block house apartment room \
        phone call reach budget worth cash note have had ate price expensive till until between",
    );
    let told = |i: usize| scan.cues.iter().any(|c| c.from <= i && i < c.to && !matches!(c.cue, Cue::Where | Cue::Address));
    // "The kids will have 2" has none yet.
    let to_come = |i: usize| scan.words[i].text == "have" && i > from && matches!(scan.words[i - 1].text.as_str(), "will" | "ll" | "to");
    // "5 yards white at 8k" says for how much.
    let for_sum = |i: usize| scan.words[i].text == "at" && scan.words.get(i + 1).is_some_and(is_sum);
    let other = |i: usize| !told(i) && ELSE.has(&scan.words[i].text) && !to_come(i) && !for_sum(i);
    let at = (from..to).find(|i| scan.words[*i].number == Some(n));
    // "no, 2" corrects, "the gate is no 7" tells where.
    let for_them =
        at.is_some_and(|i| i > from && matches!(scan.words[i - 1].text.as_str(), "for" | "no") && (i > 1 || scan.words[0].text == "for"));
    // "in 12" says when, or how large.
    let when = at.is_some_and(|i| i > from && scan.words[i - 1].text == "in");
    let asked = scan.words[to - 1].after == Gap::Ask && !wants(scan, from, to);
    let large = n > 200 && !wants(scan, from, to) && !scan.has(Cue::Change, from, to);
    !(asked || large || for_them || when || (from..to).any(other) || speaks_of_money(scan, from, to, n))
}

/// The price in a condition: "if it is under 3k", "if not more than 500", "if you can do it for 4000".
pub fn price_limit(words: &[Word]) -> Option<i64> {
    let condition = words.iter().position(|w| w.text == "if").or_else(|| asks_under(words))?;
    let leads = |w: &str| matches!(w, "if" | "than" | "under" | "below" | "within" | "for" | "at" | "is" | "its" | "be" | "na" | "costs");
    words[condition..].windows(2).filter(|w| leads(&w[0].text)).find_map(|w| w[1].amount.or_else(|| thousands(&w[1].text)))
}

/// "what drinks do you have under 700?": where the limit is said.
fn asks_under(words: &[Word]) -> Option<usize> {
    let asks = words.iter().any(|w| matches!(w.text.as_str(), "what" | "which" | "wetin" | "any" | "anything" | "something"));
    words.iter().position(|w| matches!(w.text.as_str(), "under" | "below" | "within" | "than")).filter(|_| asks)
}

/// "3k", "2.5k" as a number.
pub fn thousands(word: &str) -> Option<i64> {
    let (whole, part) = word.strip_suffix('k').map(|n| n.split_once('.').unwrap_or((n, "")))?;
    let part: i64 = format!("{part:0<3}").parse().ok().filter(|n| (0..1_000).contains(n))?;
    whole.parse::<i64>().ok().filter(|n| (0..1_000_000).contains(n)).map(|n| n * 1_000 + part)
}

/// A number this large without a thing is a price.
pub const LEAST_PRICE: i64 = 100;

/// Whether a word may be a sum of money: "₦900", "3k", "5000".
pub fn is_sum(w: &Word) -> bool {
    w.amount.is_some() || w.number.is_some_and(|n| n >= LEAST_PRICE) || thousands(&w.text).is_some()
}

/// "I have not paid yet", "I never pay".
pub fn denies(scan: &Scan, from: usize, to: usize) -> bool {
    let no = ["not", "never", "havent", "hasnt", "didnt", "dont", "cant", "couldnt", "nt", "yet", "unpaid"];
    scan.words[from..to].iter().any(|w| no.contains(&w.text.as_str()))
}

/// "just sent 6600", "na 6,600 I pay": a sum and a word for what happened with it.
pub fn sends_money(scan: &Scan, from: usize, to: usize) -> bool {
    let words = &scan.words[from..to];
    let any = |list: &[&str]| words.iter().any(|w| list.contains(&w.text.as_str()));
    let sum = words.iter().any(is_sum);
    let done = any(&["sent", "transferred", "paid", "deposited"]) || any(&["made", "done", "don", "did"]) && any(&["transfer", "payment"]);
    // "100 bottles of water, I pay on delivery" is an order.
    let things = scan.spans.iter().any(|s| s.from >= from && s.to <= to && matches!(s.what, What::Items(_)));
    let to_come = ["will", "ill", "can", "could", "may", "should", "if", "when", "how", "go", "wan", "want", "delivery"];
    sum && (done || !things && any(&["transfer", "pay"])) && !any(&to_come) && !denies(scan, from, to)
}

#[cfg(test)]
mod tests {
    use super::super::words::cut;
    use super::*;

    #[test]
    fn prices_in_conditions() {
        let of = |t: &str| price_limit(&cut(t));
        assert_eq!(of("add milo if it's under 3k"), Some(3_000));
        assert_eq!(of("take the gown if it is not more than 42.5k"), Some(42_500));
        assert_eq!(of("if 700 add it"), Some(700));
        assert_eq!(of("if you fit do margherita for 4k I go take 2"), Some(4_000));
        assert_eq!((of("2 coke, if you have it"), of("I have 5k, give me 2 cokes"), of("if you can, 2 for 3 people")), (None, None, None));
        assert_eq!((of("if under 99999999999999999999k"), of("if under k"), of("if under 1.k")), (None, None, None));
    }
}
