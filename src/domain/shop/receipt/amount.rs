//! Amounts on receipts, and which of them is what was paid.

use super::Row;
use crate::domain::text::fold;
use regex::Regex;
use std::sync::OnceLock;

/// An amount as it stands on a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// In hundredths, whatever the currency.
    pub minor: i64,
    /// Where it begins in the row, in bytes.
    pub at: usize,
    /// ISO code when a sign or code stands beside it.
    pub currency: Option<&'static str>,
    /// It has two digits after the point.
    pub exact: bool,
}

/// Signs and codes of currencies as people print them; the longer ones first.
const SIGNS: [(&str, &str); 30] = [
    ("ngn", "NGN"),
    ("₦", "NGN"),
    ("kes", "KES"),
    ("ksh", "KES"),
    ("ghs", "GHS"),
    ("gh₵", "GHS"),
    ("gh¢", "GHS"),
    ("ugx", "UGX"),
    ("tzs", "TZS"),
    ("zar", "ZAR"),
    ("fcfa", "XOF"),
    ("cfa", "XOF"),
    ("xof", "XOF"),
    ("xaf", "XAF"),
    ("r$", "BRL"),
    ("rs", "BRL"),
    ("brl", "BRL"),
    ("rm", "MYR"),
    ("myr", "MYR"),
    ("usd", "USD"),
    ("us$", "USD"),
    ("eur", "EUR"),
    ("€", "EUR"),
    ("gbp", "GBP"),
    ("£", "GBP"),
    ("inr", "INR"),
    ("₹", "INR"),
    ("#", "NGN"),
    ("n", "NGN"),
    ("$", "USD"),
];

fn pattern() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        let sign = r"(?:ngn|kes|ksh|ghs|gh[₵¢]|ugx|tzs|zar|fcfa|cfa|xof|xaf|r\$|rs|brl|rm|myr|usd|us\$|eur|gbp|inr|[₦€£₹#$]|\bn)";
        let number = r"(?P<whole>\d{1,3}(?:[, .]\d{3})+|\d+)(?:\s?(?P<point>[.,])\s?(?P<cents>\d{2}))?";
        Regex::new(&format!(r"(?i)(?P<before>{sign})?\s*[:=.]?\s*(?P<minus>-\s?)?{number}(?:\s?(?P<after>{sign}))?")).expect("a pattern")
    })
}

/// The amounts in a row: with two digits after the point, or with a currency beside them.
pub fn amounts(row: &str) -> Vec<Amount> {
    pattern().captures_iter(row).filter_map(|c| one(row, &c)).collect()
}

fn one(row: &str, c: &regex::Captures<'_>) -> Option<Amount> {
    let whole = c.name("whole")?;
    let end = c.name("cents").unwrap_or(whole).end();
    let apart = |c: char| c.is_ascii_digit() || matches!(c, '/' | '%' | ':');
    let next = row.get(end..).unwrap_or_default();
    // Part of a longer number, a date, a share or a time.
    let goes_on = next.starts_with(apart)
        || next.trim_start().starts_with('%')
        || next.starts_with(['-', '.']) && next[1..].starts_with(|c: char| c.is_ascii_digit());
    let before_it = row.get(..whole.start()).unwrap_or_default();
    let comes_from = before_it
        .ends_with(|c: char| c.is_ascii_digit() || matches!(c, '/' | ':' | '.') || c.is_alphabetic() && c != 'N' && !sign_ends(before_it));
    if goes_on || comes_from && c.name("before").is_none() || before_it.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // "21 Nov" is no amount in naira, nor "Term 5" one in ringgit: letters of a sign are no part of a word.
    let letter = |c: char| c.is_alphabetic();
    let before =
        c.name("before").filter(|m| !m.as_str().starts_with(letter) || !row.get(..m.start()).unwrap_or_default().ends_with(letter));
    let after = c.name("after").filter(|m| !m.as_str().ends_with(letter) || !row.get(m.end()..).unwrap_or_default().starts_with(letter));
    let sign = before.or(after);
    let currency = sign.and_then(|s| SIGNS.iter().find(|(w, _)| *w == s.as_str().to_lowercase()).map(|(_, code)| *code));
    let exact = c.name("cents").is_some();
    if !exact && currency.is_none() {
        return None;
    }
    let digits: String = whole.as_str().chars().filter(char::is_ascii_digit).collect();
    let major: i64 = digits.parse().ok().filter(|n| *n < 1_000_000_000_000)?;
    let cents: i64 = c.name("cents").map_or(Some(0), |c| c.as_str().parse().ok())?;
    let minor = (major * 100 + cents) * if c.name("minus").is_some() { -1 } else { 1 };
    Some(Amount { minor, at: whole.start(), currency, exact })
}

fn sign_ends(before: &str) -> bool {
    let low = before.to_lowercase();
    SIGNS.iter().any(|(s, _)| low.ends_with(s))
}

/// What was paid, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The amount.
    pub amount: Amount,
    /// Its row.
    pub row: usize,
}

/// What words near an amount say for or against its being what was paid.
const WORDS: [(&str, i32); 65] = [
    ("total", 50),
    ("tota1", 50),
    ("t0tal", 50),
    ("totl", 40),
    ("montant", 50),
    ("valor", 40),
    ("importe", 40),
    ("amount", 26),
    ("amt", 22),
    ("grand", 20),
    ("rounded", 24),
    ("round d total", 24),
    ("after round", 24),
    ("nett", 22),
    ("net total", 20),
    ("net amt", 24),
    ("net amount", 24),
    ("due", 24),
    ("payable", 40),
    ("to pay", 24),
    ("a payer", 24),
    ("a pagar", 24),
    ("inclusive", 16),
    ("incl", 16),
    ("w/gst", 16),
    ("with gst", 16),
    ("paid", 18),
    ("sent", 16),
    ("transferred", 20),
    ("debit", 8),
    ("cash", 6),
    ("sub total", -42),
    ("subtotal", -42),
    ("sub-total", -42),
    ("sub tot", -42),
    ("subtot", -42),
    ("excl", -34),
    ("before", -30),
    ("qty", -70),
    ("quantity", -70),
    ("item", -26),
    ("discount", -60),
    ("desconto", -60),
    ("disc", -40),
    ("saving", -70),
    ("you save", -70),
    ("rounding", -46),
    ("rounding adj", -30),
    ("adjustment", -40),
    ("change", -80),
    ("rendu", -80),
    ("troco", -80),
    ("balance", -70),
    ("tendered", -26),
    ("fee", -60),
    ("charge", -24),
    ("tax", -30),
    ("gst", -24),
    ("vat", -40),
    ("point", -60),
    ("deposit", -20),
    ("service", -16),
    ("suppl", -30),
    ("included", -60),
    ("includes", -60),
];

/// Words that make a tax word harmless: the amount holds the tax.
const HOLDING: [&str; 9] = ["incl", "inclusive", "w/gst", "with gst", "with tax", "inc gst", "inc.", "payable", "after"];

fn says(words: &str) -> i32 {
    let low = fold(words);
    let has = |w: &str| low.contains(w);
    let mut sum: i32 = WORDS.iter().filter(|(w, _)| has(w)).map(|(_, n)| *n).sum();
    if HOLDING.iter().any(|w| has(w)) {
        // "Total incl. GST 6%": neither the tax nor the word for it speaks against it.
        sum += if has("gst") { 24 } else { 0 } + if has("tax") { 30 } else { 0 };
    }
    if has("rounding") && has("total") && !has("adj") {
        sum += 40;
    }
    sum
}

/// The amount that was paid: the one its words, its place, its repetition and "cash less change" speak for most.
pub fn total(rows: &[Row]) -> Option<Total> {
    let found: Vec<(usize, Vec<Amount>)> = rows.iter().enumerate().map(|(i, r)| (i, amounts(&r.text))).collect();
    let all: Vec<i64> = found.iter().flat_map(|(_, a)| a.iter().map(|a| a.minor)).collect();
    let paid = cash_less_change(rows, &found);
    let last = rows.len().max(1);
    let rounds = rows.iter().any(|r| fold(&r.text).contains("round"));
    let given = given_and_back(rows, &all);
    // The largest that stands there more than once.
    let twice = all.iter().filter(|m| all.iter().filter(|n| n == m).count() > 1).max().copied();
    let summary =
        rows.iter().position(|r| ["gst summary", "tax summary", "gst analysis", "gst sum"].iter().any(|w| fold(&r.text).contains(w)));
    let mut best: Option<(i32, Total)> = None;
    for (i, amounts) in &found {
        for (n, a) in amounts.iter().enumerate() {
            if a.minor <= 0 {
                continue;
            }
            let own = rows.get(*i).map_or("", |r| r.text.as_str());
            let mut score = label(rows, &found, *i, own, a, n);
            let same = i32::try_from(all.iter().filter(|m| **m == a.minor).count()).unwrap_or(9).min(4);
            score += 6 * (same - 1);
            score += if paid == Some(a.minor) { 40 } else { 0 };
            score += sums(&all, a.minor, rounds);
            score += given.iter().filter(|(m, _)| *m == a.minor).map(|(_, n)| *n).max().unwrap_or(0);
            score += if twice == Some(a.minor) { 12 } else { 0 };
            score -= if summary.is_some_and(|s| *i > s) { 16 } else { 0 };
            score += if a.currency.is_some() { 4 } else { 0 } + if a.exact { 4 } else { 0 };
            score += i32::try_from(8 * i / last).unwrap_or(0);
            // Of several amounts in a row the last is the sum.
            score += if n + 1 == amounts.len() { 3 } else { 0 };
            if best.as_ref().is_none_or(|(b, _)| score > *b) {
                best = Some((score, Total { amount: a.clone(), row: *i }));
            }
        }
    }
    best.map(|(_, t)| t)
}

/// Amounts that are followed by what was given and what came back, which is the rest: where labels and numbers stand in columns of
/// their own, numbers alone tell.
fn given_and_back(rows: &[Row], all: &[i64]) -> Vec<(i64, i32)> {
    let mut out = Vec::new();
    if !rows.iter().any(|r| ["change", "rendu", "troco", "balance"].iter().any(|w| fold(&r.text).contains(w))) {
        return out;
    }
    for (i, total) in all.iter().enumerate() {
        for (j, given) in all.iter().enumerate().skip(i + 1).take(4) {
            for back in all.iter().skip(j + 1).take(2) {
                if *total > 0 && *back >= 0 && total.checked_add(*back) == Some(*given) {
                    out.push((*total, if *back > 0 { 44 } else { 14 }));
                }
            }
        }
    }
    out
}

/// What arithmetic says for an amount: it is another one rounded to coins, or two others added up of which one is a tax.
fn sums(all: &[i64], minor: i64, rounds: bool) -> i32 {
    let has = |n: i64| all.contains(&n);
    let rounded = rounds && minor % 5 == 0 && (1..=4).any(|n| has(minor - n) || has(minor + n));
    let unrounded =
        rounds && minor % 5 != 0 && (1..=4).any(|n| (minor - n) % 5 == 0 && has(minor - n) || (minor + n) % 5 == 0 && has(minor + n));
    // A tax is 3 to 20 in a hundred of what it is added to.
    let taxed = all.iter().any(|part| {
        let tax = minor - part;
        tax > 0 && *part > 0 && tax * 100 >= part * 3 && tax * 100 <= part * 20 && has(tax)
    });
    let part = all.iter().any(|whole| {
        let tax = whole - minor;
        tax > 0 && minor > 0 && tax * 100 >= minor * 3 && tax * 100 <= minor * 20 && has(tax)
    });
    let is_tax = all.iter().any(|whole| {
        let part = whole - minor;
        minor > 0 && part > 0 && minor * 100 >= part * 3 && minor * 100 <= part * 20 && has(part)
    });
    let yes = |b: bool, n: i32| if b { n } else { 0 };
    yes(rounded, 60) - yes(unrounded, 50) + yes(taxed, 24) - yes(part, 24) - yes(is_tax, 44)
}

/// What the words of an amount say: those of its row, or of the rows before when it stands alone.
fn label(rows: &[Row], found: &[(usize, Vec<Amount>)], i: usize, own: &str, a: &Amount, n: usize) -> i32 {
    let letters = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count();
    // A row of a table of tax: its words belong to the columns.
    if letters(own) >= 3 {
        let before = own.get(..a.at).unwrap_or(own);
        return if letters(before) >= 3 { says(before) } else { says(own) - 6 };
    }
    if let Some(words) = beside(rows, found, i) {
        return says(words);
    }
    let mut weight = 0;
    for back in 1..=4usize {
        let Some(row) = i.checked_sub(back).and_then(|j| rows.get(j)) else { break };
        let amounts = i.checked_sub(back).and_then(|j| found.get(j)).map_or(0, |(_, a)| a.len());
        if letters(&row.text) >= 3 && row.text.trim().len() > 3 {
            let worth = says(&row.text);
            // Words that have an amount of their own speak less for the next.
            let worth = if amounts > 0 { worth / 3 - 8 } else { worth };
            return worth - weight - i32::try_from(n).unwrap_or(0);
        }
        weight += if amounts > 0 { 14 } else { 1 };
    }
    -weight
}

/// Where labels stand in one column and amounts in another, a run of labels is followed by a run of amounts: the label that belongs
/// to the amount of this row, counted from the end of both.
fn beside<'a>(rows: &'a [Row], found: &[(usize, Vec<Amount>)], i: usize) -> Option<&'a str> {
    let letters = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count();
    let is_sign = |t: &str| letters(t) <= 3 && t.trim().len() <= 4 && !t.contains(|c: char| c.is_ascii_digit());
    let text = |j: usize| rows.get(j).map_or("", |r| r.text.as_str());
    let has = |j: usize| found.get(j).is_some_and(|(_, a)| !a.is_empty());
    let number = |j: usize| has(j) && letters(text(j)) <= 3;
    let from = (0..=i).rev().take_while(|j| number(*j) || is_sign(text(*j))).last()?;
    let to = (i..rows.len()).take_while(|j| number(*j) || is_sign(text(*j))).last()?;
    let numbers: Vec<usize> = (from..=to).filter(|j| number(*j)).collect();
    let labels: Vec<usize> = (0..from).rev().take_while(|j| letters(text(*j)) >= 2 && !has(*j)).take(12).collect();
    if numbers.len() < 2 || labels.len() < 2 {
        return None;
    }
    let from_end = numbers.iter().rev().position(|j| *j == i)?;
    labels.get(from_end).map(|j| text(*j))
}

/// What was given less what came back.
fn cash_less_change(rows: &[Row], found: &[(usize, Vec<Amount>)]) -> Option<i64> {
    let near = |words: &[&str], not: &[&str]| {
        let at = rows.iter().rposition(|r| {
            let low = fold(&r.text);
            words.iter().any(|w| low.contains(w)) && !not.iter().any(|w| low.contains(w))
        })?;
        found.iter().skip(at).take(3).find_map(|(_, a)| a.last().map(|a| a.minor))
    };
    let back = near(&["change", "rendu", "troco"], &["no change", "exchange"]).filter(|c| *c >= 0)?;
    let given = near(&["cash", "tender", "paid", "especes", "dinheiro"], &["cashier", "cash bill", "cash sale", "change"])?;
    given.checked_sub(back).filter(|n| *n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::shop::receipt::Seen;

    fn of(text: &str) -> Vec<i64> {
        amounts(text).into_iter().map(|a| a.minor).collect()
    }

    #[test]
    fn amounts_of_many_countries_are_read() {
        assert_eq!(of("Amount  ₦45,750.00"), [4_575_000]);
        assert_eq!(of("N45,750.00"), [4_575_000]);
        assert_eq!(of("TOTAL FCFA           30 700"), [3_070_000]);
        assert_eq!(of("TOTAL R$   1.086,26"), [108_626]);
        assert_eq!(of("2 x 24,90  49,80"), [2_490, 4_980]);
        assert_eq!(of("Ksh3,200.00 paid to MAMA"), [320_000]);
        assert_eq!(of("NGN 20"), [2_000]);
        assert_eq!(of("RM 9.00"), [900]);
    }

    #[test]
    fn dates_times_shares_and_numbers_are_no_amounts() {
        for text in
            ["25/12/2018 8:13:39", "GST 6.00%", "0123456789", "12.345.678/0001-90", "21 Nov 2026", "21.11.2026", "Ref FT26325K9QX71"]
        {
            assert!(of(text).is_empty(), "{text}: {:?}", of(text));
        }
    }

    #[test]
    fn the_amount_paid_is_the_total_and_not_the_change() {
        let slip = "Rice 14 500\nSUBTOTAL 91,26\nDISCOUNT -5,00\nTOTAL R$ 86,26\nCASH 100,00\nCHANGE 13,74";
        assert_eq!(total(&Seen::of_text(slip).rows()).map(|t| t.amount.minor), Some(8_626));
    }
}
