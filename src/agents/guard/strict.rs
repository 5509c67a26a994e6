//! The look at words of a model we do not know: sentence by sentence, each figure where one of its sort may come from.

use super::figures::{self, Figure, Sort};
use super::hours::{Doors, stock_fault};
use super::known::Known;
use super::links::{holds, links};
use super::names::Names;
use super::prices::{Till, counts, spoken};
use super::sentences::{Sentence, sentences};
use super::times::{self, Stated};
use super::{Facts, deeds, no_record, no_reference, numerals, references};
use crate::domain::arabic::digits;
use crate::domain::text::fold;

/// Months, folded: a number beside one is a day.
const MONTHS: &str = "jan*|feb*|mar|march|marz*|mars|marco|apr*|abr*|avril|may|mayo|mai|maio|jun*|jul*|aug*|ago*|aout|sep*|set|setembro|oct*|out|outubro|okt*|\
    nov*|dec*|dic*|dez*|machi|mei|agosti|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر";
/// Words that make a sentence speak of paying: a long number in it is an account's.
const PAYS: &str = "pay*|paid|account|acct|transfer*|bank*|send|money|deposit*|cuenta|pag*|transf*|compte|vire*|conta|asusu|banki|akaunti|lipa|حساب|ادفع|حول";
/// Words before a number that make it a price.
const IS: &str = "is|are|its|for|at|costs|cost|a|es|cuesta|coute|est|custa|only|just|na|e|naira|price|now";

pub(super) fn objections(words: &str, facts: &Facts<'_>) -> Vec<String> {
    let known = Known::of(facts);
    let sentences = sentences(words);
    let names = Names::of(&facts.briefing.menu.items);
    let doors = Doors::of(facts.briefing, &known);
    let times: Vec<Stated> = times::stated(words).into_iter().chain(times::clocks(words)).collect();
    let all = figures::all(words);
    let new: Vec<String> = facts.new.iter().map(|t| digits(t).into_owned()).collect();
    let said = || std::iter::once(words).chain(new.iter().map(String::as_str));
    let mut till = Till {
        known: &known,
        names: &names,
        fee: facts.briefing.profile.delivery_fee_minor.saturating_mul(1000) / known.coins,
        counts: counts(said()),
        words: spoken(said()),
        told: Vec::new(),
        topic: Vec::new(),
        coins: known.coins,
    };
    new.iter().for_each(|t| till.about(&super::sentences::sentences(t)));
    let mut out = Vec::new();
    for s in &sentences {
        let here = |at: usize| s.at.contains(&at);
        let clock: Vec<&Stated> = times.iter().filter(|t| here(t.at.start)).collect();
        let spelt = numerals::figures(words, s);
        let stand = all.iter().filter(|f| here(f.at.start) && !clock.iter().any(|t| t.at.start < f.at.end && f.at.start < t.at.end));
        let figures: Vec<&Figure> = stand.chain(&spelt).collect();
        let money: Vec<&Figure> = figures.iter().copied().filter(|f| f.sort == Sort::Money).collect();
        out.extend(till.wrong(s, &money).iter().map(|text| no_record(text)));
        let of_money = s.has(PAYS);
        let others = figures.iter().copied().filter(|f| f.sort != Sort::Money && is_stated(words, s, f));
        out.extend(others.filter(|f| !proves(&known, &names, s, f, of_money)).map(|f| no_record(&f.text)));
        if numerals::is_unread(s) {
            out.push("Write amounts of money in digits.".to_owned());
        }
        out.extend(clock.iter().filter(|t| !known.has_time(t)).map(|t| no_record(&t.text)));
        out.extend(doors.iter().flat_map(|d| d.faults(s, &clock, &known)));
        out.extend(stock_fault(s, &names, !clock.is_empty()));
        out.extend(gift(s, &names, &known).map(|name| format!("{name} is not free.")));
    }
    let rows = &known.rows.text;
    out.extend(references(words).iter().filter(|r| !rows.contains(r.as_str())).map(|r| no_reference(r)));
    let written = |l: &&str| holds(rows, l) || holds(&known.ours.text, l) && !holds(&known.theirs.text, l);
    out.extend(links(words).into_iter().filter(|l| !written(l)).map(|l| format!("\"{l}\" is no address of this business.")));
    out.extend(deeds::false_claims(words, &sentences, facts, rows));
    out
}

/// Whether a number states anything: small counts, days of a month, "24/7" and "100% sure" do not.
fn is_stated(words: &str, s: &Sentence, f: &Figure) -> bool {
    if s.has(numerals::LEFT) {
        return true;
    }
    if f.sort == Sort::Percent {
        return f.milli != 100_000;
    }
    if f.sort != Sort::Bare {
        return true;
    }
    let (before, after) = (&words[..f.at.start], &words[f.at.end..]);
    let round = f.text == "24" && after.starts_with("/7") || f.text == "7" && before.ends_with("24/");
    let ordinal = ["st", "nd", "rd", "th"].iter().any(|e| after.strip_prefix(e).is_some_and(|r| !r.starts_with(char::is_alphanumeric)));
    let place = s.tokens.iter().position(|t| t.at >= f.at.start).unwrap_or(s.tokens.len());
    let month = |at: usize| at < s.tokens.len() && MONTHS.split('|').any(|m| s.is_at(at, m));
    let day =
        f.milli <= 31_000 && (ordinal || month(place + 1) || place > 0 && month(place - 1) || s.is_at(place + 1, "de") && month(place + 2));
    f.digits > 1 && !round && !day
}

fn proves(known: &Known, names: &Names<'_>, s: &Sentence, f: &Figure, of_money: bool) -> bool {
    let left = f.sort == Sort::Stock || f.sort == Sort::Bare && s.has(numerals::LEFT);
    if left && let Some(item) = names.only_one(s) {
        return item.can_sell().is_some_and(|n| n.saturating_mul(1000) == f.milli) || f.is_in(&known.rows.millis);
    }
    if left {
        return f.is_in(&known.counts) || f.is_in(&known.rows.millis);
    }
    if !known.proves(f, of_money) {
        return false;
    }
    // "Jollof is 100" repeats what the customer would like to pay.
    let rows = [&known.counts, &known.rows.millis, &known.menu, &known.ours.millis].into_iter().any(|k| f.is_in(k));
    let place = s.tokens.iter().position(|t| t.at >= f.at.start).unwrap_or(0);
    let price = f.sort == Sort::Bare && f.milli >= 100_000 && place > 0 && IS.split('|').any(|w| s.is_at(place - 1, w));
    let named = names.in_sentence(s);
    rows || !price || named.is_empty() || named.iter().any(|(_, at)| *at == place + 1)
}

/// The thing a sentence gives away.
fn gift<'a>(s: &Sentence, names: &Names<'a>, known: &Known) -> Option<&'a str> {
    let free =
        s.states("is free|are free|its free|comes free|come free|is yours free") && !s.has("not free|isnt free|table|room|slot|seat|at");
    let item = names.in_sentence(s).first().filter(|_| free).map(|(i, _)| names.item(*i))?;
    (item.price_minor > 0 && !fold(&known.rows.text).contains("free")).then_some(item.name.as_str())
}
