//! Addresses in a text, with or without words that lead to them.

use super::acts::HEADS;
use super::cues::{Cue, is_filler};
use super::scan::Scan;
use super::words::{Gap, TIME, Word};

/// Words that end the name of a street.
fn is_street(w: &str) -> bool {
    matches!(
        w,
        "street"
            | "road"
            | "avenue"
            | "close"
            | "crescent"
            | "شارع"
            | "estate"
            | "lane"
            | "drive"
            | "boulevard"
            | "rd"
            | "ave"
            | "way"
            | "str"
            | "layout"
            | "expressway"
            | "junction"
    )
}

/// "7", "12b": the number of a house.
fn is_house(w: &str) -> bool {
    let digits = w.trim_end_matches(|c: char| ('a'..='h').contains(&c));
    !digits.is_empty() && digits.len() < 5 && w.len() - digits.len() < 2 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Whether names follow a number and none of them is on the menu.
fn names_no_thing(scan: &Scan, number: usize) -> bool {
    let end = (number + 1..=scan.words.len()).find(|k| scan.words[k - 1].after != Gap::None).unwrap_or(scan.words.len());
    let own = |k: &usize| !is_filler(&scan.words[*k].text) && scan.words[*k].text.len() > 2;
    (number + 1..end).filter(own).count() > 1 && !scan.spans.iter().any(|s| s.from < end && number < s.to)
}

/// "no 7 Ajose street": a house number and a street, with or without "deliver to" before.
pub fn street(scan: &Scan, from: usize) -> Option<(usize, usize)> {
    // "2 of them, by the way" is no place.
    let small = |i: usize| {
        matches!(scan.words[i].text.as_str(), "of" | "them" | "the" | "my" | "by" | "on" | "in" | "your" | "this" | "any" | "no")
    };
    let s = (from + 1..scan.words.len()).find(|i| is_street(&scan.words[*i].text))?;
    let digit = |i: &usize| is_house(&scan.words[*i].text);
    let number = (from.max(s.saturating_sub(4))..s).rev().find(digit)?;
    let things = scan.spans.iter().any(|x| x.from > number && x.to <= s + 1) || (number..s).any(|k| scan.words[k].after >= Gap::Stop);
    if things
        || (number + 1..s).any(small)
        || scan.cues.iter().any(|c| c.from >= from && c.to <= number && matches!(c.cue, Cue::Delivery | Cue::Address))
    {
        return None;
    }
    let lead = |w: &str| matches!(w, "no" | "number" | "block" | "flat" | "house" | "plot");
    let start = if number > from && lead(&scan.words[number - 1].text) { number - 1 } else { number };
    let end = (s + 1..scan.words.len()).find(|i| scan.words[*i - 1].after >= Gap::Stop || reaches(scan, *i)).unwrap_or(scan.words.len());
    Some((start, end))
}

/// "do you deliver to Potsdam?": whether a place is named that may be too far.
pub fn names_a_place(text: &str) -> bool {
    let words = super::words::cut(text);
    let to = words.windows(2).position(|w| {
        (w[0].text.starts_with("deliver") || matches!(w[0].text.as_str(), "ship" | "shipping"))
            && matches!(w[1].text.as_str(), "to" | "in" | "at" | "around")
    });
    let next = to.and_then(|k| words[k + 2..].iter().find(|w| !matches!(w.text.as_str(), "the" | "an" | "a")));
    let here = |w: &str| {
        matches!(w, "area" | "address" | "location" | "door" | "doorstep" | "city" | "town" | "hostel" | "hotel" | "offices" | "schools")
    };
    next.is_some_and(|w| !is_filler(&w.text) && w.number.is_none() && !here(&w.text))
}

/// "…deliver to Yaba?" asks, it does not order.
pub fn asks_whether(scan: &Scan, from: usize, to: usize) -> bool {
    let before = from.checked_sub(1).map_or("", |b| scan.words[b].text.as_str());
    scan.words[to - 1].after == Gap::Ask && matches!(before, "you" | "una" | "dey" | "to" | "guys" | "")
}

/// "24 Coker road, Fish market": whether these words are a place, though names in it are on the menu: a house, and a street soon after.
pub fn is_place(scan: &Scan) -> bool {
    let word = |i: usize| scan.words.get(i).map_or("", |w| w.text.as_str());
    let lead = usize::from(matches!(word(0), "no" | "number" | "flat" | "house" | "block" | "plot"));
    let near = |i: &usize| scan.words[*i].number.is_none() && scan.words[*i - 1].after < Gap::Stop;
    is_house(word(lead)) && (lead + 1..scan.words.len()).take(5).take_while(near).any(|i| is_street(word(i)))
}

/// "sorry, number 12 not 10": the address with the house it should have been; none where `counted` says that so many of a thing are meant.
pub fn renumbered(address: &str, words: &[Word], counted: impl Fn(&str) -> bool) -> Option<String> {
    let not = (1..words.len().saturating_sub(1)).find(|i| words[*i].text == "not")?;
    let (right, wrong) = (words[not - 1].text.as_str(), words[not + 1].text.as_str());
    let is_there = |part: &str| part.trim_end_matches([',', '.']).eq_ignore_ascii_case(wrong);
    (is_house(right) && is_house(wrong) && !counted(wrong) && address.split(' ').any(is_there)).then(|| {
        let parts = address.split(' ').map(|p| if is_there(p) { p.to_ascii_lowercase().replacen(wrong, right, 1) } else { p.to_owned() });
        parts.collect::<Vec<_>>().join(" ")
    })
}

/// Where the address ends because an order goes on: "…7 Ogunlana, 2 large jollof", "…Allen Avenue and 1 coke".
fn orders_on(scan: &Scan, i: usize) -> bool {
    let (pause, and) = (scan.words[i - 1].after == Gap::Comma, scan.words[i].text == "and");
    let number = if and { i + 1 } else { i };
    let counts = scan.words.get(number).is_some_and(|w| w.number.is_some_and(|n| n < 1_000));
    let thing = scan.spans.iter().any(|s| s.from > number && s.from <= number + 3 && s.full);
    let street = (number + 1..scan.words.len()).take(4).any(|k| is_street(&scan.words[k].text));
    (pause || and) && counts && thing && !street
}

/// "deliver to 12 Allen Avenue, Ikeja": the address and where it ends.
pub fn address(scan: &Scan, text: &str, from: usize) -> Option<(String, usize)> {
    let c = scan.cue_at(from).filter(|c| matches!(c.cue, Cue::Delivery | Cue::Address))?;
    let mut k = c.to;
    let mut led = c.cue == Cue::Address
        || matches!(
            scan.words[c.to - 1].text.as_str(),
            "to" | "come" | "hadi" | "mpaka" | "katika" | "kwenye" | "kwa" | "الي" | "علي" | "في"
        )
        || scan.words[c.to - 1].after == Gap::Comma
        // "deliver 5 Fola Osibo"
        || scan.words.get(c.to).is_some_and(|w| is_house(&w.text)) && names_no_thing(scan, c.to)
        // "delivery 4 Ikorodu road"
        || scan.words.get(c.to).is_some_and(|w| is_house(&w.text)) && scan.words[c.to..].iter().take(6).any(|w| is_street(&w.text));
    while k < scan.words.len()
        && matches!(
            scan.words[k].text.as_str(),
            "it" | "am"
                | "ya"
                | "e"
                | "shi"
                | "ta"
                | "them"
                | "please"
                | "to"
                | "at"
                | "for"
                | "si"
                | "zuwa"
                | "na"
                | "is"
                | "wa"
                | "here"
                | "come"
                | "the"
                | "order"
                | "hadi"
                | "mpaka"
                | "katika"
                | "kwenye"
                | "kwa"
                | "الي"
                | "علي"
                | "في"
                | "لي"
        )
    {
        led |= matches!(
            scan.words[k].text.as_str(),
            "to" | "at" | "come" | "si" | "zuwa" | "na" | "hadi" | "mpaka" | "katika" | "kwenye" | "kwa" | "الي" | "علي" | "في"
        ) || scan.words[k].after == Gap::Comma;
        k += 1;
    }
    if k + 2 < scan.words.len()
        && matches!(scan.words[k].text.as_str(), "by" | "before" | "around")
        && scan.words[k + 1].text == TIME
        && matches!(scan.words[k + 2].text.as_str(), "to" | "at")
        && (scan.words.get(k + 3).is_some_and(|w| is_house(&w.text)) || scan.words[k + 2..].iter().take(7).any(|w| is_street(&w.text)))
    {
        // "deliver by 10am to 4 Marina road"
        (k, led) = (k + 3, true);
    }
    // "Skip delivery, I'll pick up"
    let skipped = from > 0 && matches!(scan.words[from - 1].text.as_str(), "skip" | "no" | "not" | "without");
    let fetches = scan.cue_at(k).is_some_and(|c| c.cue == Cue::Pickup);
    // "Delivery. 33 Adeniyi Jones, Ikeja"
    let housed = |k: usize| {
        is_house(&scan.words[k].text)
            && (names_no_thing(scan, k) || (k + 1..scan.words.len()).take(5).any(|i| is_street(&scan.words[i].text)))
    };
    let stops = k > 0 && k < scan.words.len() && scan.words[k - 1].after >= Gap::Stop;
    led |= stops && housed(k);
    if !led || skipped || fetches || k >= scan.words.len() || stops && !housed(k) {
        return None;
    }
    let stop = |i: &usize| scan.words[*i - 1].after >= Gap::Stop && *i - k > 1;
    let head = |i: &usize| {
        let h = |k: usize| {
            scan.cue_at(k).is_some_and(|c| {
                HEADS.contains(&c.cue) && !matches!(c.cue, Cue::Stock | Cue::Want | Cue::No | Cue::Yes)
                    || matches!(scan.cue_at(k), Some(c) if c.cue == Cue::Thanks)
            })
        };
        h(*i) || scan.words[*i].text == "and" && scan.cue_at(*i + 1).is_some()
    };
    let mut to =
        (k + 1..scan.words.len()).find(|i| stop(i) || head(i) || reaches(scan, *i) || orders_on(scan, *i)).unwrap_or(scan.words.len());
    let next = to;
    while to > k
        && matches!(
            scan.words[to - 1].text.as_str(),
            "please" | "pls" | "abeg" | "biko" | "jowo" | "and" | "thanks" | "tafadhali" | "asante"
        )
    {
        to -= 1;
    }
    let worth = scan.words[k..to].iter().any(|w| !is_filler(&w.text) || w.number.is_some());
    worth.then(|| (text[scan.words[k].from..scan.words[to - 1].to].to_owned(), next))
}

/// "my number is 0803…", "I will pay": where somebody is reached and what they will do, not where they live.
fn reaches(scan: &Scan, i: usize) -> bool {
    let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
    let means = |w: &str| matches!(w, "phone" | "contact" | "tel" | "mobile" | "whatsapp");
    let telephone = word(i).len() > 9 && scan.words[i].number.is_some();
    let mine = word(i) == "my" && (means(word(i + 1)) || matches!(word(i + 1), "number" | "line"));
    let when = matches!(word(i), "because" | "today" | "tomorrow" | "tonight" | "asap")
        || matches!(word(i), "before" | "by" | "around" | "at") && word(i + 1) == TIME;
    // "bring change for 5k"
    let brings = matches!(word(i), "bring" | "come" | "carry") && matches!(word(i + 1), "change" | "with" | "pos");
    telephone || mine || when || brings || means(word(i)) || word(i) == "i"
}
