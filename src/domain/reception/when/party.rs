//! How many people, and how many nights.

use super::text::{Folded, NUMBER, number};
use super::{Asked, Place, claim};
use regex::Regex;
use std::sync::OnceLock;

/// Words for people; plural ones count only with a number.
const PEOPLE: &str = "people|persons?|peoples|ppl|pax|adults?|grown-?ups?|kids?|child(?:ren)?|guests?|men|women|man|woman|boys?|girls?|friends?|wife|husband|hubby|partner|spouse|sons?|daughters?|parents?|mom|mum|mother|dad|father|brothers?|sisters?|siblings?|sis|bro|boss|colleagues?|coworkers?|couples?|bab(?:y|ies)|infants?|toddlers?|seniors?|elder(?:s|ly)?|teens?|teenagers?|boyfriend|girlfriend|fiancee?|family|others?|cousins?|nephews?|nieces?|twins|grand(?:mother|father|ma|pa|parents|kids|children|son|daughter)|aunt|uncle|diners|personas?|adultos?|ninos?|personnes?|adultes?|enfants?|pessoas?|criancas?|gente|pikin|ladies|gentlemen|employees|clients?|buddies|mates?|in-laws|students?|members?|highchairs?";

fn people() -> &'static Regex {
    static RE: OnceLock<Regex> = OnceLock::new();
    RE.get_or_init(|| Regex::new(&format!("^(?:{PEOPLE})$")).expect("a fixed pattern"))
}

/// A word or a comma.
#[derive(Debug, Clone, Copy)]
struct Piece<'t> {
    from: usize,
    to: usize,
    word: &'t str,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| Regex::new("[a-z0-9]+(?:[-'][a-z]+)*|[,&+]").expect("a fixed pattern"));
    re.find_iter(text).map(|m| Piece { from: m.start(), to: m.end(), word: m.as_str() }).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    Me,
    Number,
    Own,
    And,
    Of,
    Other,
}

fn kind(word: &str) -> Kind {
    match word {
        "me" | "myself" | "i" | "yo" | "moi" | "eu" => Kind::Me,
        "my" | "our" | "the" | "a" | "an" | "her" | "his" | "their" | "mi" | "mis" | "mon" | "ma" | "mes" | "meu" | "minha" | "other"
        | "more" | "additional" | "small" | "little" | "young" | "another" => Kind::Own,
        "and" | "&" | "," | "+" | "plus" | "y" | "et" | "e" => Kind::And,
        "of" => Kind::Of,
        w if people().is_match(w) => Kind::Person,
        w if number(w).is_some() && w != "first" && w != "second" => Kind::Number,
        _ => Kind::Other,
    }
}

/// Numbers of people in a text.
pub(super) fn find(t: &Folded, asked: &[Asked], taken: &mut Vec<Place>) -> Vec<(Place, Option<i64>)> {
    let mut out = sized(t, taken);
    if out.is_empty() {
        out = groups(t, asked, taken);
    }
    if out.is_empty() {
        out = counted(t, taken);
    }
    out.sort_by_key(|(at, _)| at.0);
    out
}

/// "2 adults and 3 kids", "me and my wife".
fn groups(t: &Folded, asked: &[Asked], taken: &mut Vec<Place>) -> Vec<(Place, Option<i64>)> {
    let all = pieces(&t.text);
    let mut out = Vec::new();
    let mut i = 0;
    while i < all.len() {
        let end = run_end(t, &all, i, taken);
        if end == i {
            i += 1;
            continue;
        }
        if let Some((from, to)) = core(t, &all, i, end, asked) {
            let at = (all[from].from, all[to - 1].to);
            let weak = (from..to).all(|i| kind(all[i].word) != Kind::Number) && !out.is_empty();
            if !weak && !adds(t.before(at.0)) && claim(taken, at) {
                out.push((at, count(&all[from..to])));
            }
        }
        i = end;
    }
    out
}

/// The end of a run of words that may speak of people together.
fn run_end(t: &Folded, all: &[Piece<'_>], from: usize, taken: &[Place]) -> usize {
    let free = |p: &Piece<'_>| taken.iter().all(|(f, e)| p.to <= *f || *e <= p.from);
    let joined = |a: &Piece<'_>, b: &Piece<'_>| t.text.get(a.to..b.from).is_some_and(|gap| gap.trim().is_empty());
    let mut end = from;
    while let Some(p) = all.get(end) {
        let fits = kind(p.word) != Kind::Other && free(p) && (end == from || joined(&all[end - 1], p));
        if !fits {
            break;
        }
        end += 1;
    }
    end
}

/// The part of a run that says who comes; none when it says nothing of the kind.
fn core(t: &Folded, all: &[Piece<'_>], from: usize, to: usize, asked: &[Asked]) -> Option<(usize, usize)> {
    let k = |i: usize| kind(all[i].word);
    let (mut a, mut b) = (from, to);
    while a < b && matches!(k(a), Kind::And | Kind::Of) {
        a += 1;
    }
    while b > a && !matches!(k(b - 1), Kind::Person | Kind::Me | Kind::Number) {
        b -= 1;
    }
    if a >= b {
        return None;
    }
    let before = t.before(all[a].from).trim_end();
    // "can I", "give me": the first "me" is somebody only when more follow it.
    if k(a) == Kind::Me && (b - a < 3 || k(a + 1) != Kind::And) {
        let alone = b - a == 1
            && (before.ends_with("just")
                || before.ends_with("only")
                || asked.contains(&Asked::Party) && all[a].word != "i" && !before.ends_with("for") && all.len() < 4);
        if alone {
            return Some((a, b));
        }
        return if b - a > 1 { core(t, all, a + 1, to, asked) } else { None };
    }
    let persons = (a..b).filter(|i| k(*i) == Kind::Person).count();
    let numbers = (a..b).filter(|i| k(*i) == Kind::Number).count();
    let me = (a..b).any(|i| k(i) == Kind::Me);
    if persons == 0 && !(me && numbers > 0) {
        return None;
    }
    // "my friend is vegan" speaks of nobody who comes; a list, a number or "me" does.
    let listed = (a..b).filter(|i| k(*i) == Kind::And).count() > 0 && persons + usize::from(me) > 1;
    let about = before.ends_with("for")
        || before.ends_with("with")
        || before.ends_with("be")
        || before.ends_with("it's")
        || asked.contains(&Asked::Party);
    let only_me_at_end = me && persons == 0;
    if numbers == 0 && !listed && !(about && persons > 0 && (b - a) > 1) || only_me_at_end && numbers == 0 {
        return None;
    }
    // "another person", "one more person" adds to what is there and is told by the one who changes it.
    if numbers == 0 && all[a].word == "another" {
        return None;
    }
    // The last "i" belongs only to a list: "my wife and i".
    if all[b - 1].word == "i" && (b - a < 3 || k(b - 2) != Kind::And) {
        return Some((a, b - 1)).filter(|(a, b)| a < b);
    }
    // A number at the end without a word for people begins something else: "4 people, 7".
    while b > a + 1 && k(b - 1) == Kind::Number && !(me && persons == 0) {
        b -= 1;
        while b > a && matches!(k(b - 1), Kind::And | Kind::Own | Kind::Of) {
            b -= 1;
        }
    }
    (a < b).then_some((a, b))
}

/// How many a list of people is; none when a plural has no number.
fn count(run: &[Piece<'_>]) -> Option<i64> {
    let (mut sum, mut pending): (i64, Option<i64>) = (0, None);
    let mut unsaid = false;
    for (i, p) in run.iter().enumerate() {
        match kind(p.word) {
            Kind::Number => {
                sum += pending.take().unwrap_or(0);
                pending = number(p.word);
            }
            Kind::Me => {
                sum += pending.take().unwrap_or(0) + 1;
            }
            Kind::Person => {
                let couple = p.word.starts_with("couple");
                let each = if couple { 2 } else { 1 };
                // "a couple of friends": the friends are those of the couple.
                if couple && run.get(i + 1).is_some_and(|n| n.word == "of") {
                    pending = Some(pending.unwrap_or(1) * 2);
                    continue;
                }
                match pending.take() {
                    Some(n) => sum += n * each,
                    None if matches!(p.word, "parents" | "twins" | "grandparents" | "in-laws") => sum += 2,
                    None if plural(p.word) => unsaid = true,
                    None => sum += each,
                }
            }
            Kind::And | Kind::Own | Kind::Of | Kind::Other => {}
        }
    }
    sum += pending.unwrap_or(0);
    (!unsaid && sum > 0).then_some(sum)
}

fn plural(word: &str) -> bool {
    matches!(word, "people" | "children" | "men" | "women" | "babies" | "family" | "others" | "gente" | "ppl" | "pax")
        || word.ends_with('s') && !matches!(word, "boss" | "sis")
}

/// 530 and 1130 are times of the clock, 400 guests are guests.
fn clock_like(n: i64) -> bool {
    n / 100 <= 12 && matches!(n % 100, 15 | 30 | 45)
}

/// "add two more" says how many more, not how many.
fn adds(before: &str) -> bool {
    let before = before.trim_end();
    ["add", "adding", "extra", "additional", "plus", "add another", "add about", "bring", "only has", "booked"]
        .iter()
        .any(|w| before.ends_with(w))
}

/// "family of 4", "the 8 of us", "us two".
fn sized(t: &Folded, taken: &mut Vec<Place>) -> Vec<(Place, Option<i64>)> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        let n = NUMBER;
        Regex::new(&format!("\\b(?:family|party|group|total|table) of (?:the |about |around )?(?P<a>{n})\\b|\\b(?P<b>(?:the )?{n}) of us\\b|\\bus (?P<c>{n})\\b")).expect("a fixed pattern")
    });
    let mut out = Vec::new();
    for c in re.captures_iter(&t.text) {
        let Some(m) = c.name("a").or_else(|| c.name("b")).or_else(|| c.name("c")) else { continue };
        let n = number(m.as_str().trim_start_matches("the "));
        let more = c.name("a").is_some() && people_follow(t.after(m.end()));
        if !more && n.is_some_and(|n| n > 0) && ends(t.after(m.end())) && claim(taken, (m.start(), m.end())) {
            out.push(((m.start(), m.end()), n));
        }
    }
    out
}

/// Whether people are what the number before counts.
pub(super) fn people_follow(rest: &str) -> bool {
    pieces(rest).first().is_some_and(|p| kind(p.word) == Kind::Person)
        || rest.trim_start().starts_with("and ")
        || rest.trim_start().starts_with("plus ")
}

/// What may follow a number of people that has no word of its own.
fn ends(rest: &str) -> bool {
    static NOT: OnceLock<Regex> = OnceLock::new();
    let not = NOT.get_or_init(|| {
        Regex::new("^(?:\\s*(?:am|pm|a\\.m|p\\.m|o'?\\s?clock|st|nd|rd|th|days?|weeks?|months?|nights?|noches?|nuits?|noites?|minutes?|mins?|hours?|hrs?|h|horas?|heures?|ish|plates?|bottles?|tables?|rooms?|in the|at night|past|stars?|pounds|euros|times|more minutes|%)\\b|[:/]\\d|\\.\\d|,\\d\\d\\d|\\d|-?ish)").expect("a fixed pattern")
    });
    !not.is_match(rest)
}

/// "table for 4", "we are 13", "party of six", "11 of us".
fn counted(t: &Folded, taken: &mut Vec<Place>) -> Vec<(Place, Option<i64>)> {
    static RE: OnceLock<Vec<Regex>> = OnceLock::new();
    let list = RE.get_or_init(|| {
        let n = format!("(?P<n>{NUMBER})\\b");
        let p = |s: String| Regex::new(&s).expect("a fixed pattern");
        vec![
            p(format!("\\b(?:party|group|total|table)\\s+(?:is|for|size of|size to|will be)\\s+(?:the\\s+|about\\s+|around\\s+)?{n}")),
            p(format!("\\b(?:we are|we're|we will be|we'll be|we go be|we be|somos|seremos|nous sommes|on est|nous serons|on sera|there are|there're|there will be|there'll be|there is|will have|will be|it's for|its for|it is for)\\s+(?:now\\s+|about\\s+|around\\s+|only\\s+|just\\s+)?{n}")),
            p(format!("\\b(?:for|para|pour|pra|seats?|seating|accommodate|fit|host|of|na for)\\s+(?:the\\s+|a\\s+|about\\s+|around\\s+|only\\s+|just\\s+|like\\s+)?{n}")),
            p(format!("\\b{n}\\s+(?:seats|is the (?:number|amount)|total|diners|top)\\b")),
            p(format!("\\b(?:to|it's|it is|its|be|is|make it|have|are|actually|now|with|number of people|only|just|instead)\\s+(?:now\\s+|about\\s+|the\\s+)?{n}")),
        ]
    });
    for re in list {
        let mut out = Vec::new();
        for c in re.captures_iter(&t.text) {
            let Some(m) = c.name("n") else { continue };
            let at = (m.start(), m.end());
            // Three digits without a word for people are a time: "around 530".
            let Some(n) = number(m.as_str()).filter(|n| (1..1000).contains(n) && (*n < 100 || !clock_like(*n))) else { continue };
            if ends(t.after(m.end())) && !adds(t.before(m.start())) && claim(taken, at) {
                out.push((at, Some(n)));
            }
        }
        if !out.is_empty() {
            return out;
        }
    }
    Vec::new()
}

/// A number that stands alone when we asked how many.
pub(super) fn find_bare(t: &Folded, asked: &[Asked], taken: &mut Vec<Place>) -> Vec<(Place, Option<i64>)> {
    static RE: OnceLock<Regex> = OnceLock::new();
    if !asked.contains(&Asked::Party) {
        return Vec::new();
    }
    let re = RE.get_or_init(|| Regex::new(&format!("\\b(?P<n>{NUMBER})\\b")).expect("a fixed pattern"));
    for c in re.captures_iter(&t.text) {
        let Some(m) = c.name("n") else { continue };
        let Some(n) = number(m.as_str()).filter(|n| *n > 0) else { continue };
        if ends(t.after(m.end())) && claim(taken, (m.start(), m.end())) {
            return vec![((m.start(), m.end()), Some(n))];
        }
    }
    Vec::new()
}

/// "for two nights", and the bare answer to how many.
pub(super) fn nights(t: &Folded, asked: &[Asked], taken: &mut Vec<Place>) -> Option<i64> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE
        .get_or_init(|| Regex::new(&format!("\\b(?P<n>{NUMBER}|a|an)\\s+(?:nights?|noches?|nuits?|noites?)\\b")).expect("a fixed pattern"));
    if let Some(c) = re.captures(&t.text)
        && let (Some(all), Some(n)) = (c.get(0), c.name("n").and_then(|m| number(m.as_str())))
    {
        claim(taken, (all.start(), all.end()));
        return Some(n);
    }
    static WEEKS: OnceLock<Regex> = OnceLock::new();
    let weeks = WEEKS.get_or_init(|| Regex::new(&format!("\\bfor\\s+(?P<n>{NUMBER}|a|an)\\s+weeks?\\b")).expect("a fixed pattern"));
    if let Some(c) = weeks.captures(&t.text)
        && let (Some(all), Some(n)) = (c.get(0), c.name("n").and_then(|m| if m.as_str() == "a" { Some(1) } else { number(m.as_str()) }))
    {
        claim(taken, (all.start(), all.end()));
        return Some(n * 7);
    }
    static DAYS: OnceLock<Regex> = OnceLock::new();
    let days = DAYS.get_or_init(|| {
        Regex::new(&format!("\\b(?:lodge|stay|room|rooms|sleep)\\b.{{0,30}}?\\bfor\\s+(?P<n>{NUMBER})\\s+days?\\b"))
            .expect("a fixed pattern")
    });
    if let Some(m) = days.captures(&t.text).and_then(|c| c.name("n"))
        && let Some(n) = number(m.as_str())
    {
        claim(taken, (m.start(), m.end()));
        return Some(n);
    }
    let alone = t.text.trim_matches(|c: char| !c.is_alphanumeric());
    let n = number(alone).filter(|_| asked.contains(&Asked::Nights))?;
    claim(taken, (0, t.text.len()));
    Some(n)
}
