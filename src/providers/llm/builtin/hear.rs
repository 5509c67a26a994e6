//! What a customer tells about themselves, read with fixed patterns: an allergy, an address, a budget. What no pattern
//! is sure of is not remembered.

use crate::domain::house::fact::{Kind, Proposal};
use regex::{Captures, Regex, RegexSet};
use std::sync::OnceLock;

/// What was heard in one text.
#[derive(Debug, Default, PartialEq)]
pub struct Heard {
    /// Facts to keep, with where their words stand in the text.
    pub facts: Vec<(Proposal, std::ops::Range<usize>)>,
    /// What to forget; an empty text for everything.
    pub forget: Option<String>,
    /// Asks what is known.
    pub asks: bool,
}

/// What a pattern means.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Is {
    /// A fact of this kind; its value may be a list.
    Fact(Kind),
    /// Something they do not eat.
    Not,
    /// How many come.
    People,
    /// A property with an area.
    Home,
    ForgetAll,
    Forget,
    Asks,
}

/// Patterns over folded text, the surest first: `d` is the value, `l` a label, `a` an area.
const PATTERNS: &[(Is, &str)] = &[
    (
        Is::ForgetAll,
        r"\b(?:forget|delete|erase|wipe|remove|comot|clear) (?:about me\b|me\b|(?:everything|anything|what|whatever|all|all that|wetin)(?: that)? (?:you|una|u) (?:know|have|noted|note|saved|stored|remember|sabi)\b|my (?:data|information|info|details|memory)\b)|\bolvid[ae](?: todo)? lo que sabes? de mi\b|\boubliez? (?:tout )?ce que (?:vous savez|tu sais) de moi\b|\besque(?:ca|ce) (?:tudo )?o que sabe (?:sobre|de) mim\b|\bmanta da (?:ni|abin da ka sani)|\bgbagbe (?:mi|ohun ti (?:o|e) mo)|\bchefuo (?:m|ihe)|\bsahau (?:yote )?(?:unachojua|ulichoandika|unachokumbuka) kunihusu|\bfuta (?:taarifa|data) zangu|\bانسي? (?:كل )?ما تعرفه? عني|\b(?:احذف|امسح) بياناتي",
    ),
    (
        Is::Forget,
        r"\b(?:forget|delete|erase|remove) (?:that )?(?P<d>my (?:\w+ )?(?:address|allergy|allergies|birthday|anniversary|budget|preferences?|diet|office|home|dog|cat|area)\b|i(?:'m| am| have| like| live) [^.!?\n]{3,60})",
    ),
    (Is::Forget, r"\b(?:not|no longer|no more|never) allergic to (?P<d>[^.,;:!?\n]{2,60})"),
    (
        Is::Asks,
        r"\bwhat do you (?:know|remember|have) about me|\bwhat (?:have you|did you|you have) (?:noted?|remember(?:ed)?|saved?|kept) about me|\bwetin you (?:know|sabi) about me|\bkini (?:o|e) mo nipa mi|\bme (?:ka|kuka) sani game da ni|\bgini ka (?:i|unu) ma banyere m|\b(?:unajua|unakumbuka) nini kunihusu|\bماذا تعرف عني",
    ),
    (
        Is::Fact(Kind::Allergy),
        r"\b(?:i ?'?m|i am|i'm|we ?'?re|we are|i get|i dey|he is|she is|he's|she's|my (?P<l>\w+) (?:is|dey)) (?:also |very |severely |really |badly |so |seriously )*allergic to (?P<d>[^.;:!?\n]{2,80})",
    ),
    (
        Is::Fact(Kind::Allergy),
        r"\b(?:i|we) (?:have|get|'ve got|have got) (?:an? |severe |bad |serious )*allerg(?:y|ies) to (?P<d>[^.;:!?\n]{2,80})",
    ),
    (
        Is::Fact(Kind::Allergy),
        r"\b(?:nina|tuna) (?:mzio|aleji) (?:wa|ya|na|kwa) (?P<d>[^.,;:!?\n]{2,40})|\b(?:عندي|لدي|معي) حساسيه (?:من|ضد|تجاه) (?P<e>[^.,;:!?\n]{2,40})",
    ),
    (Is::Fact(Kind::Allergy), r"\b(?:i|we) (?:have|get|have got) (?:an? |severe |bad |serious )*(?P<d>[a-z]{3,20}) allergy\b"),
    (
        Is::Fact(Kind::Diet),
        r"\b(?:i ?'?m|i am|we ?'?re|we are|i be|my (?P<l>\w+) is) (?:an? |strictly |strict )*(?P<d>vegan|vegetarian|pescatarian|diabetic|coeliac|celiac|lactose intolerant)\b",
    ),
    (
        Is::Not,
        r"\b(?:(?:i|we) (?:can't|cannot|can not|cant|don't|dont|do not|never|no dey|no fit|no de) (?:eat|chop|drink)|mi o (?:le |n |ki n )?(?:je|mu)|ba ?na cin|ba ?na sha|anaghi ?m (?:eri|anu)) (?P<d>[^.;:!?\n]{3,60})",
    ),
    (Is::Fact(Kind::Preference), r"\bi (?:always|usually|normally|generally) (?:want|like|take|prefer|order|love) (?P<d>[^.;:!?\n]{3,60})"),
    (
        Is::Fact(Kind::Preference),
        r"\bi (?:like|love|prefer) (?:it|them|my food|everything|my [a-z]+) (?P<d>(?:very |extra |really |a bit |not too |less |well )*(?:spicy|hot|peppery|mild|sweet|cold|warm|soft|crispy|dry|well done|salty|plain|strong|weak|black|sugarless|without [a-z]+))\b",
    ),
    (
        Is::Fact(Kind::Preference),
        r"\bi prefer (?P<d>(?:an? )?(?:quiet|window|corner|outdoor|indoor|ground floor|upper floor|top floor|sea view|river view|non[- ]smoking|smoking|twin|double|king|early|late|morning|evening|afternoon|female|male)\b[^.,;:!?\n]{0,40})",
    ),
    (
        Is::Fact(Kind::Address),
        r"\b(?:my|our) (?P<l>office|home|house|shop|workplace|flat|apartment)(?: address)? (?:is|dey|na) (?:at |in |on |for )?(?P<d>[^.;!?\n]{4,100})",
    ),
    (
        Is::Fact(Kind::Address),
        r"\b(?:my address is|my address na|i live at|i stay at|i dey stay for|adiresi mi ni|adireshina|adresi m bu)[: ]+(?P<d>[^.;!?\n]{4,100})",
    ),
    (Is::People, r"\bwe(?: are|'re) (?P<d>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?P<a>[^.,;:!?\n]{0,24})"),
    (
        Is::Fact(Kind::Household),
        r"\b(?:(?:i|we) (?:have|get|also have|will have|'ve got)|and have|(?:coming|come|travel|travelling|bringing|bring) (?:with )?) ?(?P<d>(?:an? |my |our |one |two |three |\d )(?:small |little |big |old )*(?:dog|cat|baby|toddler|kid|child|wheelchair|stroller|pet|guide dog)s?|(?:two |three |\d )(?:children|kids|babies))\b",
    ),
    (
        Is::Fact(Kind::Budget),
        r"\bbudget(?: is| of| na|:| =)?(?: about| around| up to| max| maximum| not more than| between)? ?(?P<d>[₦$€£]?\s?\d[\d.,]*\d?\s?(?:k|m|bn|million|thousand|billion)?\b(?: ?(?:-|to|and) ?[₦$]?\d[\d.,]*\s?(?:k|m|million|thousand)?\b)?(?: ?(?:naira|dollars|usd|ngn))?(?: (?:per|a) (?:year|month|night|annum))?)",
    ),
    (
        Is::Home,
        r"\b(?:looking for|look for|searching for|i need|we need|i want|i'd like|want to (?:rent|buy)|interested in|dey find|dey look for) (?P<d>(?:to (?:rent|buy) )?(?:an? |any )?(?:(?:\d|one|two|three|four|five)[- ]?(?:bed(?:room)?s?)? ?)?(?:[a-z]+ ){0,2}(?:flat|apartment|house|duplex|bungalow|land|plot|office space|shop space|studio|self[- ]contain|penthouse|terrace|maisonette)s?)\b(?: (?:in|at|around|near|within) (?P<a>[^.,;:!?\n]{3,40}))?",
    ),
    (
        Is::Fact(Kind::Occasion),
        r"\bmy (?P<l>(?:(?:wife|husband|daughter|son|mother|mum|father|dad|partner)'?s? )?(?:birthday|anniversary)) is (?:on )?(?P<d>[^.,;:!?\n]{3,30})",
    ),
    (Is::Fact(Kind::Other), r"\b(?:remember|note|keep in mind|take note|know) that (?P<d>(?:i|my|we|our)\b[^.;!?\n]{4,120})"),
];

/// Most texts tell nothing, so one look says which patterns may fit, and only those are made. Each is large: what follows up to a stop,
/// counted, in every script.
struct Table {
    any: RegexSet,
    each: Vec<OnceLock<Regex>>,
}

impl Table {
    fn pattern(&self, i: usize) -> &Regex {
        self.each[i].get_or_init(|| Regex::new(PATTERNS[i].1).expect("a fixed pattern"))
    }
}

fn table() -> &'static Table {
    static T: OnceLock<Table> = OnceLock::new();
    T.get_or_init(|| {
        let counted = Regex::new(r"\]\{(\d+),\d+\}").expect("a fixed pattern");
        // Without its counts a pattern is a tenth as large, and fits whatever it fitted with them.
        let wide = |p: &(Is, &str)| counted.replace_all(p.1, |c: &Captures<'_>| if &c[1] == "0" { "]*" } else { "]+" }).into_owned();
        Table {
            any: RegexSet::new(PATTERNS.iter().map(wide)).expect("fixed patterns"),
            each: PATTERNS.iter().map(|_| OnceLock::new()).collect(),
        }
    })
}

/// Reads one text.
pub fn hear(text: &str) -> Heard {
    let mut heard = Heard::default();
    let (folded, at) = fold_map(text);
    let t = table();
    for i in &t.any.matches(&folded) {
        for c in t.pattern(i).captures_iter(&folded) {
            let Some(all) = c.get(0) else { continue };
            let taken = |r: &std::ops::Range<usize>| at[all.start()] < r.end && r.start < at[all.end()];
            if heard.facts.iter().any(|(_, r)| taken(r)) {
                continue;
            }
            let original = |r: std::ops::Range<usize>| text[at[r.start]..at[r.end]].trim();
            one(PATTERNS[i].0, &c, text, &original, &mut heard);
        }
    }
    if heard.forget.is_some() {
        heard.facts.clear();
    }
    heard
}

fn one<'t>(is: Is, c: &Captures<'_>, text: &'t str, original: &dyn Fn(std::ops::Range<usize>) -> &'t str, heard: &mut Heard) {
    let Some(all) = c.get(0) else { return };
    let start = place(text, original(all.range()));
    let upto = |last: &str| start..place(text, last) + last.len();
    let said = c.name("d").or_else(|| c.name("e")).map(|d| d.range());
    let label = c.name("l").map_or("", |l| original(l.range()));
    match (is, said) {
        (Is::ForgetAll, _) => heard.forget = Some(String::new()),
        (Is::Asks, _) => heard.asks = true,
        (Is::Forget, Some(d)) => heard.forget = heard.forget.take().or_else(|| Some(original(d).to_owned())),
        (Is::People, Some(d)) => {
            let after = c.name("a").map_or("", |a| a.as_str()).trim_start();
            if TIME.iter().any(|w| after.starts_with(w)) {
                return;
            }
            let value = original(d);
            if let Some(n) = number(value).filter(|n| *n > 0) {
                add(heard, Kind::Household, "", &format!("{n} people"), text, upto(value));
            }
        }
        (Is::Home, Some(d)) => {
            const AREA_ENDS: &[&str] = &[" for ", " with ", " under ", " below ", " and ", " max", " my ", " budget", " please", " that "];
            let value = original(d);
            let area = c.name("a").map(|a| until(original(a.range()), AREA_ENDS)).filter(|a| a.len() > 2);
            let at = upto(area.unwrap_or(value));
            add(heard, Kind::Need, "", value, text, at.clone());
            if let Some(area) = area {
                add(heard, Kind::Area, "", area, text, at);
            }
        }
        (Is::Not, Some(d)) => {
            let things = list(original(d));
            for w in &things {
                add(heard, Kind::Diet, "", &format!("no {w}"), text, upto(things.last().unwrap_or(w)));
            }
        }
        (Is::Fact(Kind::Allergy), Some(d)) => {
            let things = list(original(d));
            for w in &things {
                let at = if c.name("d").is_some_and(|d| d.end() < all.end() && things.len() == 1) {
                    start..start + original(all.range()).len()
                } else {
                    upto(things.last().unwrap_or(w))
                };
                add(heard, Kind::Allergy, label, w, text, at);
            }
        }
        (Is::Fact(kind), Some(d)) => {
            let value = ends(kind, original(d));
            if fits(kind, value) {
                add(heard, kind, label, value, text, upto(value));
            }
        }
        _ => {}
    }
}

/// Where in `text` a part of it begins.
fn place(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

fn add(heard: &mut Heard, kind: Kind, label: &str, detail: &str, text: &str, at: std::ops::Range<usize>) {
    let quote = text.get(at.clone()).unwrap_or("");
    let detail = detail.trim().trim_end_matches([',', '-', ' ']);
    if detail.len() < 2 || NOTHING.contains(&detail.to_lowercase().as_str()) {
        return;
    }
    let p = Proposal { kind, label: label.to_owned(), detail: detail.to_owned(), quote: quote.to_owned() };
    if !p.is_secret() {
        heard.facts.push((p, at));
    }
}

const NOTHING: &[&str] =
    &["it", "that", "this", "now", "today", "here", "anything", "something", "much", "them", "tomorrow", "tonight", "so", "at", "any"];
const TIME: &[&str] = &["minute", "min", "hour", "day", "km", "week", "month", "year", "street", "block", "mile", "house"];

/// The words of a list: "peanuts, eggs and fish, so please…" is three.
fn list(words: &str) -> Vec<&str> {
    let head = until(
        words,
        &[
            " so ",
            " but ",
            " because ",
            " please",
            " can ",
            " could ",
            " do ",
            " what ",
            " is there",
            " are there",
            " which ",
            " who ",
            " pls",
            " then ",
            " make ",
        ],
    );
    let mut out: Vec<&str> = Vec::new();
    for part in head.split([',', '&', '/']).flat_map(|p| p.split(" and ")).flat_map(|p| p.split(" or ")) {
        let part = part.trim().trim_start_matches("any ").trim_start_matches("all ").trim();
        // "milk too" is milk.
        let part = [" too", " also", " as well", " though", " by the way", " btw"]
            .iter()
            .find_map(|t| {
                part.get(part.len().checked_sub(t.len())?..).filter(|e| e.eq_ignore_ascii_case(t)).map(|_| &part[..part.len() - t.len()])
            })
            .unwrap_or(part)
            .trim_end();
        // "…, I want two plates" is no longer the list.
        let goes_on = ["i ", "we ", "can ", "do ", "is ", "what ", "please", "my ", "give ", "one ", "two "]
            .iter()
            .any(|w| part.to_lowercase().starts_with(w));
        if goes_on || part.split_whitespace().count() > 3 || part.bytes().any(|b| b.is_ascii_digit()) {
            break;
        }
        if !part.is_empty() && !NOTHING.contains(&part.to_lowercase().as_str()) {
            out.push(part);
        }
    }
    out.truncate(5);
    out
}

fn ends(kind: Kind, value: &str) -> &str {
    match kind {
        Kind::Address => until(
            value,
            &[
                " and i ",
                ", i ",
                " and we ",
                " so ",
                " but ",
                " please",
                " thanks",
                ", deliver",
                ", bring",
                " deliver ",
                " can you",
                ", can ",
            ],
        ),
        Kind::Preference => until(value, &[" so ", " but ", " please", " and i ", ", i ", " can ", ","]),
        Kind::Occasion => until(value, &[" and ", " so ", " please", " can "]),
        _ => value,
    }
}

/// Whether a value is of its kind at all.
fn fits(kind: Kind, value: &str) -> bool {
    let digit = value.bytes().any(|b| b.is_ascii_digit());
    let words: Vec<String> = crate::domain::text::fold(value).split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    let street = [
        "street", "road", "avenue", "close", "estate", "crescent", "way", "lane", "drive", "layout", "phase", "plaza", "market", "junction",
    ];
    match kind {
        Kind::Address => digit || words.iter().any(|w| street.contains(&w.as_str())),
        Kind::Preference => !digit && words.len() <= 9,
        Kind::Occasion => digit || words.iter().any(|w| MONTHS.iter().any(|m| w.starts_with(m))),
        _ => true,
    }
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn until<'t>(s: &'t str, stops: &[&str]) -> &'t str {
    let low = s.to_ascii_lowercase();
    let end = stops.iter().filter_map(|w| low.find(w)).min().unwrap_or(s.len());
    s[..end].trim()
}

fn number(word: &str) -> Option<u32> {
    const WORDS: &[&str] = &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let w = word.to_lowercase();
    w.parse().ok().or_else(|| WORDS.iter().position(|x| *x == w).and_then(|n| u32::try_from(n).ok()))
}

/// The folded text, and for each of its bytes (and its end) the place in the text it came from.
fn fold_map(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut at = Vec::with_capacity(text.len() + 1);
    let mut buf = [0u8; 4];
    for (i, c) in text.char_indices() {
        let folded = if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
            at.push(i);
            continue;
        } else {
            crate::domain::text::fold(c.encode_utf8(&mut buf))
        };
        at.extend(std::iter::repeat_n(i, folded.len()));
        out.push_str(&folded);
    }
    at.push(text.len());
    (out, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Vec<String> {
        hear(text).facts.iter().map(|(p, _)| format!("{}={}", p.kind.as_str(), p.text())).collect()
    }

    #[test]
    fn hears_what_people_say_of_themselves() {
        for (text, want) in [
            ("I'm allergic to peanuts", vec!["allergy=peanuts"]),
            ("Hi, I am very allergic to shellfish and eggs, so please be careful", vec!["allergy=shellfish", "allergy=eggs"]),
            ("My son is allergic to milk.", vec!["allergy=son: milk"]),
            ("I have a nut allergy", vec!["allergy=nut"]),
            ("I am allergic to milk too", vec!["allergy=milk"]),
            ("we are allergic to eggs and nuts as well", vec!["allergy=eggs", "allergy=nuts"]),
            ("we are 4 and have a dog", vec!["household=4 people", "household=a dog"]),
            ("My office is at 12 Marina, Lagos", vec!["address=office: 12 Marina, Lagos"]),
            ("I prefer it spicy", vec!["preference=spicy"]),
            ("I'm a vegetarian", vec!["diet=vegetarian"]),
            ("abeg I no dey chop pork", vec!["diet=no pork"]),
            ("mi ò lè jẹ ẹ̀pà", vec!["diet=no ẹ̀pà"]),
            ("Ba na cin gyada", vec!["diet=no gyada"]),
            ("Anaghị m eri ahụekere", vec!["diet=no ahụekere"]),
            ("nina mzio wa karanga", vec!["allergy=karanga"]),
            ("عندي حساسية من الفول السوداني", vec!["allergy=الفول السوداني"]),
            (
                "I'm looking for a 3 bedroom flat in Lekki Phase 1, my budget is ₦5m per year",
                vec!["budget=₦5m per year", "need=a 3 bedroom flat", "area=Lekki Phase 1"],
            ),
            ("my wife's birthday is on 4 March", vec!["occasion=wife's birthday: 4 March"]),
            ("please note that I work nights", vec!["other=I work nights"]),
            ("I prefer a quiet room please", vec!["preference=a quiet room"]),
        ] {
            let mut got = facts(text);
            let mut want: Vec<String> = want.into_iter().map(str::to_owned).collect();
            got.sort();
            want.sort();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn hears_nothing_where_nothing_is_said() {
        for text in [
            "2 jollof rice and a coke",
            "are you allergic to money?",
            "is it spicy?",
            "I would like the large one",
            "we are 5 minutes away",
            "I can't eat now",
            "what is your address?",
            "remember me?",
            "I want a latte",
            "my card number is 4111 1111 1111 1111, please remember that my card is 4111 1111 1111 1111",
            "forget it",
            "forget the order",
        ] {
            assert_eq!(hear(text), Heard::default(), "{text}");
        }
    }

    #[test]
    fn forgets_when_told() {
        assert_eq!(hear("Forget what you know about me").forget.as_deref(), Some(""));
        assert_eq!(hear("abeg forget wetin you know about me").forget.as_deref(), Some(""));
        assert_eq!(hear("انسَ ما تعرفه عني").forget.as_deref(), Some(""));
        assert_eq!(hear("Sahau unachojua kunihusu").forget.as_deref(), Some(""));
        assert_eq!(hear("please delete my data").forget.as_deref(), Some(""));
        assert_eq!(hear("forget my office address").forget.as_deref(), Some("my office address"));
        assert_eq!(hear("I am no longer allergic to peanuts").forget.as_deref(), Some("peanuts"));
        assert!(hear("what do you know about me?").asks);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(words in ".*", tail in "(i'm allergic to|my office is|we are|budget|forget my|remember that i) .{0,60}") {
            let _ = hear(&words);
            let text = format!("{words} {tail}");
            for (p, r) in hear(&text).facts {
                proptest::prop_assert!(text.get(r.clone()).is_some(), "{:?} {:?}", p, r);
            }
        }
    }
}
