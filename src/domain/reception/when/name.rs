//! In whose name.

use super::text::Folded;
use super::{Asked, Found, Place, claim};
use crate::domain::text::fold;
use regex::Regex;
use std::sync::OnceLock;

/// Which part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The first name.
    First,
    /// The last name.
    Last,
}

/// Words that begin with a capital and are no names.
const NOT: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "i",
    "im",
    "the",
    "a",
    "an",
    "at",
    "on",
    "in",
    "to",
    "my",
    "we",
    "our",
    "it",
    "its",
    "yes",
    "no",
    "ok",
    "okay",
    "hi",
    "hello",
    "hey",
    "please",
    "thanks",
    "thank",
    "can",
    "could",
    "would",
    "is",
    "are",
    "was",
    "and",
    "for",
    "of",
    "today",
    "tonight",
    "tomorrow",
    "this",
    "that",
    "there",
    "table",
    "booking",
    "reservation",
    "restaurant",
    "sorry",
    "sure",
    "just",
    "not",
    "but",
    "with",
    "party",
    "name",
    "names",
    "under",
    "time",
    "lunch",
    "dinner",
    "breakfast",
    "people",
    "person",
    "adults",
    "kids",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "mr",
    "mrs",
    "ms",
    "dr",
    "madam",
    "sir",
    "what",
    "when",
    "where",
    "how",
    "why",
    "who",
    "you",
    "your",
    "me",
    "cancel",
    "change",
    "book",
    "need",
    "want",
    "have",
    "had",
    "will",
    "also",
    "about",
    "actually",
    "maybe",
    "noon",
    "pm",
    "am",
    "half",
    "quarter",
    "looking",
    "going",
    "afraid",
    "calling",
    "trying",
    "running",
    "here",
    "now",
    "so",
    "very",
    "really",
    "coming",
    "late",
    "planning",
    "interested",
    "from",
    "by",
    "as",
    "if",
    "do",
    "does",
    "any",
    "some",
    "all",
    "right",
    "correct",
    "wrong",
    "good",
    "great",
    "fine",
    "thinking",
    "hoping",
    "wondering",
    "bringing",
    "allergic",
    "vegan",
    "vegetarian",
    "celebrating",
    "unable",
    "happy",
    "glad",
    "aware",
    "waiting",
    "getting",
    "thats",
    "ill",
    "id",
    "dont",
    "cant",
    "lets",
    "perfect",
    "alright",
    "ah",
    "oh",
    "well",
    "way",
    "idea",
    "still",
    "done",
    "new",
    "ready",
    "silly",
    "crazy",
    "strange",
    "weird",
    "incorrect",
    "nothing",
    "never",
    "mind",
    "stop",
    "help",
    "wait",
    "hold",
    "more",
    "less",
    "than",
    "or",
    "be",
];

fn plain(word: &str) -> bool {
    let w: String = word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    w.is_empty() || NOT.contains(&w.as_str()) || w.chars().any(char::is_numeric) || super::east::is_no_name(&fold(&w))
}

/// A run of name words at the beginning of `rest`: their places. `strict` wants capitals.
fn run(rest: &str, base: usize, strict: bool) -> Vec<(usize, usize)> {
    static WORD: OnceLock<Regex> = OnceLock::new();
    let re = WORD.get_or_init(|| Regex::new("^[\\s\"“]*([\\p{L}][\\p{L}'’.-]*)").expect("a fixed pattern"));
    let (mut out, mut at) = (Vec::new(), 0);
    while out.len() < 3 {
        let Some(m) = rest.get(at..).and_then(|r| re.captures(r)).and_then(|c| c.get(1)) else { break };
        let word = m.as_str().trim_end_matches(['.', '\'', '’', '-']);
        let own = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        let capital = own.chars().next().is_some_and(char::is_uppercase);
        if plain(own) || strict && !capital {
            break;
        }
        out.push((base + at + m.start(), base + at + m.start() + own.len()));
        let stopped = own.len() < m.as_str().len();
        at += m.end();
        if stopped {
            break;
        }
    }
    out
}

/// First and last names in a text.
pub(super) fn find(t: &Folded, text: &str, asked: &[Asked], taken: &mut Vec<Place>) -> Vec<Found<Name>> {
    if let Some(told) = told_apart(text) {
        return told;
    }
    let wanted = asked.iter().any(|a| matches!(a, Asked::FirstName | Asked::LastName));
    // Sure cues take small letters too; weak ones only names written as such.
    for (re, strict) in cues() {
        for m in re.find_iter(&t.text) {
            let start = if m.end() < t.text.len() { t.original(m.end(), m.end() + 1).0 } else { text.len() };
            let words = run(text.get(start..).unwrap_or(""), start, *strict);
            let weak_alone = *strict && words.len() < 2 && !m.as_str().contains("name") && !m.as_str().contains("under") && !wanted;
            let clear = words.iter().all(|(f, e)| {
                taken.iter().all(|(tf, te)| {
                    let (of, oe) = t.original(*tf, *te);
                    *e <= of || oe <= *f
                })
            });
            if !words.is_empty() && !weak_alone && clear {
                let last = !["my name", "call me", "names"].iter().any(|w| m.as_str().contains(w));
                return split(&words, asked, false, last);
            }
        }
    }
    if let Some(first) = opening(text) {
        return split(&first, asked, false, false);
    }
    if !wanted {
        return Vec::new();
    }
    bare(t, text, asked, taken)
}

fn cues() -> &'static Vec<(Regex, bool)> {
    static ALL: OnceLock<Vec<(Regex, bool)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let list: [(&str, bool); 8] = [
            ("\\bknown as\\s+|\\b(?:i'?m|i am|she's|he's) called\\s+|\\bcall (?:me|be)\\s+|\\bi'?m with\\s+", true),
            ("\\b(?:my|the|his|her|our) names?(?:'s| is| na| will be| would be)\\s+|\\bnames? (?:is|na)(?: for the (?:reservation|booking) is)?\\s+|\\bme llamo\\s+|\\bmi nombre es\\s+|\\bje m'appelle\\s+|\\bmon nom est\\s+|\\bmeu nome e\\s+|\\bme chamo\\s+", false),
            ("\\bjina langu ni\\s+|\\bnaitwa\\s+|\\bkwa jina(?: la)?\\s+|\\bjina ni\\s+|\\bاسمي\\s+|\\bباسم\\s+|\\bالاسم\\s+", false),
            ("\\b(?:under|in|on|by|with|to) (?:the |my |a )?(?:last |first |full )?names?(?: of| is|,)?\\s+|\\ba nombre de\\s+|\\bau nom de\\s+|\\bem nome de\\s+|\\bmy names?,?\\s+", false),
            ("\\bnames?[:,]?\\s+", true),
            ("\\b(?:listed |reserved |booked |made )?under\\s+(?:mrs?\\.?\\s+|ms\\.?\\s+|miss\\s+|dr\\.?\\s+)?|\\bthis is\\s+|\\bit'?s\\s+|\\bi'?m\\s+|\\bi am\\s+|\\bits me\\s+|\\bcall me\\s+", true),
            ("\\b(?:reservation|booking|table|booked|reserved|lunch|dinner|appointment)[^.?!]{0,40}?\\b(?:for|by)\\s+(?:i think )?(?:mrs?\\.?\\s+|ms\\.?\\s+|miss\\s+|dr\\.?\\s+)?", true),
            ("\\bfor (?:the\\s+)?(?:mrs?\\.?\\s+|ms\\.?\\s+|miss\\s+|dr\\.?\\s+)?|\\bby (?:mrs?\\.?\\s+|ms\\.?\\s+|miss\\s+|dr\\.?\\s+)?|\\bof (?:mrs?\\.?\\s+|ms\\.?\\s+|miss\\s+|dr\\.?\\s+)?", true),
        ];
        list.into_iter().map(|(p, strict)| (Regex::new(p).expect("a fixed pattern"), strict)).collect()
    })
}

/// "Ada Obi here", "Ada Obi is my name": two names that open a text and say who writes.
fn opening(text: &str) -> Option<Vec<(usize, usize)>> {
    static SKIP: OnceLock<Regex> = OnceLock::new();
    let skip = SKIP.get_or_init(|| {
        Regex::new("(?i)^\\W*(?:(?:hello|hi|hey|yes|no|probably|good (?:morning|evening|afternoon))\\b[\\s,.!]*)*")
            .expect("a fixed pattern")
    });
    let start = skip.find(text).map_or(0, |m| m.end());
    let words = run(text.get(start..)?, start, true);
    let rest = text.get(words.last()?.1..)?.trim_start_matches([' ', ',']).to_lowercase();
    let says = [
        "is my name",
        "here",
        "has a ",
        "has the ",
        "has done",
        "has made",
        "party of",
        "is the name",
        "tomorrow",
        "today",
        "tonight",
        "is my first",
        "is my last",
    ];
    (words.len() >= 2 && says.iter().any(|s| rest.starts_with(s))).then_some(words)
}

/// "First name Carry, last name Jocoy".
fn told_apart(text: &str) -> Option<Vec<Found<Name>>> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        Regex::new("(?i)\\b(first|given|last|family|sur)[ -]?name(?:'s| is| as|:| would be)?\\s*,?\\s+(?:is\\s+)?([\\p{L}][\\p{L}'’-]*)")
            .expect("a fixed pattern")
    });
    let mut out = Vec::new();
    for c in re.captures_iter(text) {
        let (Some(which), Some(m)) = (c.get(1), c.get(2)) else { continue };
        if plain(m.as_str()) {
            continue;
        }
        let first = matches!(which.as_str().to_lowercase().as_str(), "first" | "given");
        out.push(Found { from: m.start(), to: m.end(), value: if first { Name::First } else { Name::Last } });
    }
    (!out.is_empty()).then_some(out)
}

/// Words that are nothing else when we asked for a name.
fn bare(t: &Folded, text: &str, asked: &[Asked], taken: &mut Vec<Place>) -> Vec<Found<Name>> {
    let trimmed = text.trim_start();
    let start = text.len() - trimmed.len();
    let words = run(trimmed, start, false);
    let end = words.last().map_or(start, |w| w.1);
    let rest = text.get(end..).unwrap_or("").trim_matches(|c: char| !c.is_alphanumeric());
    if !words.is_empty() && (rest.is_empty() || plain_rest(rest)) {
        claim(taken, (0, t.text.len()));
        return split(&words, asked, true, true);
    }
    // "It should be 3 people, Tuyet Winemiller", "Yes, Ada Obi": capitals after a pause.
    for (i, _) in text.match_indices([',', '.', '!']) {
        let words = run(text.get(i + 1..).unwrap_or(""), i + 1, true);
        if !words.is_empty() {
            return split(&words, asked, false, true);
        }
    }
    Vec::new()
}

fn plain_rest(rest: &str) -> bool {
    let rest = rest.to_lowercase();
    ["please", "is my name", "is the name", "is what you can call me", "thanks", "thank you", "for the booking", "is my full name"]
        .iter()
        .any(|r| rest.starts_with(r))
}

/// One word is the name that was asked for last, or after a sure cue the last name; of several the last is the last.
fn split(words: &[(usize, usize)], asked: &[Asked], answer: bool, last_alone: bool) -> Vec<Found<Name>> {
    let found = |w: &(usize, usize), value| Found { from: w.0, to: w.1, value };
    match words {
        [] => Vec::new(),
        [one] => {
            let wanted: Vec<Asked> = asked.iter().copied().filter(|a| matches!(a, Asked::FirstName | Asked::LastName)).collect();
            let twice = wanted.len() > 2 || wanted.len() == 1;
            let last = match wanted.last() {
                Some(Asked::FirstName) if twice => false,
                Some(Asked::LastName) if twice => true,
                _ if !answer => last_alone,
                _ => wanted.is_empty() || wanted.first() == Some(&Asked::LastName),
            };
            vec![found(one, if last { Name::Last } else { Name::First })]
        }
        [first, .., last] => vec![found(first, Name::First), found(last, Name::Last)],
    }
}
