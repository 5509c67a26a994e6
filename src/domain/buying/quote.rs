//! Reading what a seller says about price: free text or a line of a transcript becomes parts of an offer. The words are data: whatever
//! they claim or order, only prices, conditions, a yes or a no come out.

use super::amount::{Amount, compiled, find};
use super::bargain::{self, Cues};
use super::need::Item;
use super::offer::{Carriage, Line, Offer, Price, Question, Tier};
use super::quote_time::{lead, valid};
use super::unit::{Content, Measure, Quantity, Unit, read_quantity};
use crate::domain::money::Currency;
use crate::domain::text::fold;
use crate::domain::time::Time;
use regex::Regex;
use std::sync::OnceLock;

/// What is known when a seller speaks.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What we need.
    pub items: &'a [Item],
    /// The business's currency.
    pub currency: Currency,
    /// What we have asked last: it decides what a bare "30" is.
    pub asked: Option<Question>,
    /// Now.
    pub now: Time,
    /// The business's time zone.
    pub zone: &'a str,
}

/// What a seller said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// Prices of single things.
    pub lines: Vec<Line>,
    /// One price for everything.
    pub package_minor: Option<i64>,
    /// That price came without a word of what it is for.
    pub bare: bool,
    /// Delivery.
    pub carriage: Option<Carriage>,
    /// Days until it comes.
    pub lead_days: Option<i64>,
    /// Until when the price stands.
    pub valid_until: Option<Time>,
    /// What packs hold.
    pub packs: Vec<(Unit, Content)>,
    /// Things they do not have; all of them when none is named.
    pub without: Vec<usize>,
    /// They have nothing of it.
    pub refuses: bool,
    /// "Last price".
    pub firm: bool,
    /// They say that somebody of ours agreed or ordered something. It changes nothing and is shown to the owner.
    pub claims: bool,
    /// Yes, no, and the like.
    pub cues: Cues,
}

impl Heard {
    /// Whether any price was named.
    pub fn names_price(&self) -> bool {
        !self.lines.is_empty() || self.package_minor.is_some()
    }
    /// Whether they take the other side's price. With a price of their own it is an offer, not a yes.
    pub fn accepts(&self) -> bool {
        let c = self.cues;
        !self.names_price() && !self.refuses && (c.sure || (c.yes && !c.asks)) && !c.no && !c.hedge
    }
    /// Puts what was said into an offer that stood before.
    pub fn into_offer(&self, offer: &mut Offer) {
        for line in &self.lines {
            offer.lines.retain(|l| l.item != line.item);
            offer.lines.push(line.clone());
            offer.without.retain(|n| *n != line.item);
        }
        if !self.lines.is_empty() {
            offer.package_minor = None;
        }
        for n in &self.without {
            offer.lines.retain(|l| l.item != *n);
            if !offer.without.contains(n) {
                offer.without.push(*n);
            }
        }
        if let Some(all) = self.package_minor {
            offer.package_minor = Some(all);
        }
        for line in &mut offer.lines {
            let known = self.packs.iter().find(|(u, _)| *u == line.price.per.unit);
            if let (None, Some((_, content))) = (line.price.per.holds, known) {
                line.price.per.holds = Some(*content);
            }
        }
        offer.carriage = self.carriage.unwrap_or(offer.carriage);
        offer.lead_days = self.lead_days.or(offer.lead_days);
        offer.valid_until = self.valid_until.or(offer.valid_until);
    }
}

/// What an amount is the price of.
enum Role {
    Carriage,
    Package,
    Each(Measure),
    From(Quantity),
    Bare,
}

/// Reads what a seller said.
pub fn read(text: &str, c: &Context<'_>) -> Heard {
    let s = fold(text);
    let (packs, holding) = packs(&s);
    let mut h = Heard { cues: bargain::cues(&s), packs, ..Heard::default() };
    sold_out(&s, c, &mut h);
    h.firm = is(&s, FIRM, &FIRM_RE);
    h.claims = is(&s, CLAIMS, &CLAIMS_RE);
    h.lead_days = lead(&s, c);
    h.valid_until = valid(&s, c);
    h.carriage = carriage_words(&s, c.asked);
    let mut found = find(&s, c.currency, None);
    // What a pack holds is no price.
    found.retain(|a| a.marked || !holding.iter().any(|(from, to)| a.from < *to && *from < a.to));
    let mut bare = Vec::new();
    for (n, a) in found.iter().enumerate() {
        let from = n.checked_sub(1).and_then(|p| found.get(p)).map_or(0, |p| p.to);
        match role(&s, a, from) {
            Role::Carriage => h.carriage = Some(if a.minor == 0 { Carriage::Free } else { Carriage::Fee(a.minor) }),
            Role::Package => h.package_minor = Some(a.minor),
            Role::Each(per) => put(&mut h, c, &s, a, per),
            Role::From(from) => tier(&mut h, a.minor, from),
            Role::Bare => bare.push(*a),
        }
    }
    bare_amounts(&s, &bare, c, &mut h);
    least(&s, c, &mut h);
    for line in &mut h.lines {
        if let (None, Some((_, content))) = (line.price.per.holds, h.packs.iter().find(|(u, _)| *u == line.price.per.unit)) {
            line.price.per.holds = Some(*content);
        }
    }
    h
}

static FIRM_RE: OnceLock<Regex> = OnceLock::new();
static CLAIMS_RE: OnceLock<Regex> = OnceLock::new();
const FIRM: &str = r"\b(?:last price|final|firm|fixed|can'?t (?:go|do|come|get) (?:any )?lower|no lower|lowest|best (?:price|i can|we can)|not negotiable|non[- ]negotiable|last last)\b";
const CLAIMS: &str = r"\b(?:your (?:boss|manager|owner|oga|madam|director|colleague|partner|ceo)|(?:already|has been|was) (?:approved|agreed|paid|confirmed)|ignore (?:all|your|the|previous)|system prompt|you (?:must|are (?:now|allowed|authori[sz]ed))|new instructions?|override)\b";

fn is(s: &str, pattern: &'static str, cell: &'static OnceLock<Regex>) -> bool {
    compiled(cell, pattern).is_match(s)
}

/// The part of a text on one side of an amount, up to the end of the sentence.
fn near(s: &str, from: usize, to: usize) -> &str {
    s.get(from..to).unwrap_or("")
}

fn role(s: &str, a: &Amount, from: usize) -> Role {
    static CARRIED: OnceLock<Regex> = OnceLock::new();
    static TO_CARRY: OnceLock<Regex> = OnceLock::new();
    static ALL: OnceLock<Regex> = OnceLock::new();
    static FOR_ALL: OnceLock<Regex> = OnceLock::new();
    let before = near(s, from, a.from).rsplit(['.', ';', '!', '?', '\n']).next().unwrap_or("");
    let end = s.get(a.to..).and_then(|r| r.find([';', '!', '?', '\n'])).map_or(s.len(), |n| a.to + n);
    let after = near(s, a.to, end);
    let carried = compiled(
        &CARRIED,
        r"(?:delivery|delivering|transport\w*|shipping|waybill|logistics|freight|to bring (?:it|them)|dispatch)\s*(?:(?:fee|charge|cost|costs|is|will|be|of|for|at|to|you|your|place|area|just|only|about|extra|another|-|:|=)\s*)*$",
    );
    let to_carry = compiled(
        &TO_CARRY,
        r"^\s*(?:\(?(?:for|as|is|on)\s+)?(?:the\s+)?(?:delivery|transport|shipping|waybill|logistics|freight|dispatch)",
    );
    if carried.is_match(before) || to_carry.is_match(after) {
        return Role::Carriage;
    }
    let each = measure_after(after).or_else(|| measure_before(before));
    if let Some(from) = from_quantity(after) {
        return Role::From(from);
    }
    let all = compiled(
        &ALL,
        r"(?:total|altogether|all (?:in|together)|everything|in all|sum|comes to|whole (?:lot|order)|for all(?: of (?:it|them))?)\s*(?:(?:is|of|comes|to|would|will|be|for|at|delivered|,|:|=)\s*)*$",
    );
    let for_all = compiled(
        &FOR_ALL,
        r"^\s*(?:,\s*)?(?:(?:in|the)\s+)*(?:total|altogether|for everything|for all|all in\b|all together|for (?:the|it) (?:lot|whole|all|order)|for the \w+ order|everything|delivered)",
    );
    if each.is_none() && (all.is_match(before) || for_all.is_match(after)) {
        return Role::Package;
    }
    each.map_or(Role::Bare, Role::Each)
}

/// "per crate of 30", "/kg", "a dozen", "each".
fn measure_after(after: &str) -> Option<Measure> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        let p = format!(
            r"^\s*(?:(?:/|per|for (?:a|an|one|1|each|every|the)|a|an|each|every|the|one)\s*(?:(?P<size>\d+(?:\.\d+)?)\s*-?(?P<sizeunit>{u})\s+)?(?P<unit>{u})\b(?:\s*(?:of|\(|with)\s*(?P<n>\d+(?:\.\d+)?)\s*(?P<inner>{u})?\b)?|(?P<each>each|apiece|a piece|per one)\b)",
            u = Unit::pattern()
        );
        Regex::new(&p).expect("a fixed pattern")
    });
    let c = re.captures(after)?;
    if c.name("each").is_some() {
        return Some(Measure::plain(Unit::Piece));
    }
    measured(&c)
}

/// "a crate of 30 is", "eggs per dozen:", "the 25kg bag goes for".
fn measure_before(before: &str) -> Option<Measure> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        let p = format!(
            r"(?:\b(?:per|a|an|each|one|every|the|1)\s+|^|[,:/(]\s*|\b)(?:(?P<size>\d+(?:\.\d+)?)\s*-?(?P<sizeunit>{u})\s+)?(?P<unit>{u})\b(?:\s*(?:of|\(|with)\s*(?P<n>\d+(?:\.\d+)?)\s*(?P<inner>{u})?\b)?\)?(?:\s+(?:of\s+)?[a-z]+){{0,2}}?\s*(?:(?:is|are|at|for|goes|cost|costs|now|today|price|:|=|-|–|about|just|only|be|will|would|then|to|can|do|i|we|give|you|sell|it)\s*)*$",
            u = Unit::sure_pattern()
        );
        Regex::new(&p).expect("a fixed pattern")
    });
    re.captures(before).and_then(|c| measured(&c))
}

fn measured(c: &regex::Captures<'_>) -> Option<Measure> {
    let of = |name: &str| c.name(name).map(|m| m.as_str());
    let unit = of("unit").and_then(Unit::read)?;
    let inner = of("n").zip(Some(of("inner"))).or_else(|| of("size").zip(Some(of("sizeunit"))));
    match inner.filter(|_| unit.is_pack()).and_then(|(n, u)| Some((read_quantity(n)?, u))) {
        Some((n, u)) => Some(Measure::pack(unit, n, u.and_then(Unit::read).filter(|u| !u.is_pack()).unwrap_or(Unit::Piece))),
        None => Some(Measure::plain(unit)),
    }
}

/// "if you take 10 crates", "from 20 kg", "for 10 or more".
fn from_quantity(after: &str) -> Option<Quantity> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        let u = Unit::sure_pattern();
        let p = format!(
            r"^\s*(?:(?:each|(?:/|per|a)\s*{u})\s*,?\s*)?(?:(?P<sure>if you (?:take|buy|order|get|pick)|from|over|above|when you (?:take|buy)|starting from)\s+(?:at least\s+|up to\s+)?(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<u>{u})?\b|(?:for|on)\s+(?P<m>\d[\d,]*(?:\.\d+)?)\s*(?P<v>{u})?\s*(?:or more|and above|and up|upwards|\+|plus))"
        );
        Regex::new(&p).expect("a fixed pattern")
    });
    let c = re.captures(after)?;
    let n = c.name("n").or_else(|| c.name("m"))?;
    let unit = c.name("u").or_else(|| c.name("v")).and_then(|m| Unit::read(m.as_str())).unwrap_or(Unit::Piece);
    Some(Quantity::new(read_quantity(n.as_str())?, Measure::plain(unit)))
}

/// "crate of 30", "30 in a crate", "25kg bag", "a crate holds 30 pieces".
fn packs(s: &str) -> (Vec<(Unit, Content)>, Vec<(usize, usize)>) {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        let u = Unit::sure_pattern();
        let p = format!(
            r"(?P<pack>{u})\b\s*(?:of|with|holds?|has|have|contains?|is|=|\(|carry|carries|get)\s*(?:about\s+)?(?P<n>\d+(?:\.\d+)?)\s*(?P<inner>{u}|eggs|tubers|fruits)?\b|(?P<m>\d+(?:\.\d+)?)\s*(?P<minner>{u}|eggs|tubers|fruits)?\s*(?:(?:in|inside|per|to|make|makes|dey inside)\s*(?:a|one|each|the|every)?|-)?\s*(?P<mpack>{u})\b"
        );
        Regex::new(&p).expect("a fixed pattern")
    });
    let (mut out, mut places) = (Vec::new(), Vec::new());
    for c in re.captures_iter(s) {
        let of = |a: &str, b: &str| c.name(a).or_else(|| c.name(b)).map(|m| m.as_str());
        let Some(pack) = of("pack", "mpack").and_then(Unit::read).filter(|u| u.is_pack()) else { continue };
        let whole = c.get(0).map_or("", |m| m.as_str());
        let inner = match of("inner", "minner") {
            Some("eggs" | "tubers" | "fruits") => Unit::Piece,
            Some(word) => Unit::read(word).unwrap_or(Unit::Piece),
            // "10 crates" counts crates and "13 per crate" is a price; "30 in a crate" says what one holds.
            None if c.name("mpack").is_some()
                && !["in", "inside", "make"].iter().any(|w| whole.split_whitespace().any(|x| x.starts_with(w))) =>
            {
                continue;
            }
            None => Unit::Piece,
        };
        let Some(thousandths) = of("n", "m").and_then(read_quantity).filter(|n| *n > 1_000) else { continue };
        let is_price =
            c.name("n").is_some() && c.name("inner").is_none() && (whole.contains(" is ") || whole.contains('=')) && thousandths > 500_000;
        if !inner.is_pack() && !is_price {
            out.push((pack, Content { thousandths, unit: inner }));
            places.extend(c.name("n").or_else(|| c.name("m")).map(|m| (m.start(), m.end())));
        }
    }
    (out, places)
}

fn put(h: &mut Heard, c: &Context<'_>, s: &str, a: &Amount, per: Measure) {
    let Some(item) = which(c.items, s, a, per) else { return };
    h.lines.retain(|l| l.item != item);
    h.lines.push(Line { item, price: Price { minor: a.minor, per }, tiers: Vec::new(), least: None });
}

fn tier(h: &mut Heard, minor: i64, from: Quantity) {
    if let Some(line) = h.lines.last_mut() {
        let per = line.price.per;
        // "if you take 10" counts in what the price is for.
        let from = if from.of.unit == Unit::Piece { Quantity::new(from.thousandths, per) } else { from };
        line.tiers.push(Tier { from, minor });
    }
}

/// Where a thing is named in a text: its last word counts, in either number.
fn named_at(name: &str, s: &str) -> Option<usize> {
    let head = fold(name);
    let head = head.split_whitespace().last()?;
    let stem = head.strip_suffix("es").or_else(|| head.strip_suffix('s')).filter(|w| w.len() > 2).unwrap_or(head);
    let at = s.match_indices(stem).map(|(n, _)| n).filter(|n| !s.get(..*n).unwrap_or("").ends_with(char::is_alphanumeric));
    at.last()
}

/// Which of the things a price is for: the one named nearest before it, the one named after it, the one it can be counted for.
fn which(items: &[Item], s: &str, a: &Amount, per: Measure) -> Option<usize> {
    let before = s.get(..a.from).unwrap_or("");
    let named = items.iter().enumerate().filter_map(|(n, i)| named_at(&i.name, before).map(|at| (at, n)));
    // A new sentence or line begins anew.
    let start = before.rfind([';', '\n', '!', '?']).map_or(0, |n| n + 1);
    let after = s.get(a.to..).unwrap_or("");
    let after = after.get(..after.find([',', ';', '\n', '!', '?']).unwrap_or(after.len())).unwrap_or("");
    let later = || items.iter().enumerate().find(|(_, i)| named_at(&i.name, after).is_some()).map(|(n, _)| n);
    named.filter(|(at, _)| *at >= start).max().map(|(_, n)| n).or_else(later).or_else(|| {
        let fits: Vec<usize> = items.iter().enumerate().filter(|(_, i)| i.quantity.count_of(per).is_ok()).map(|(n, _)| n).collect();
        match fits.as_slice() {
            [only] => Some(*only),
            _ if items.len() == 1 => Some(0),
            _ => None,
        }
    })
}

/// Amounts with nothing beside them: what was asked last, or the price of what is needed.
fn bare_amounts(s: &str, bare: &[Amount], c: &Context<'_>, h: &mut Heard) {
    match c.asked {
        Some(Question::Holds) => {
            if let (Some(n), true) = (lone_number(s), h.packs.is_empty()) {
                let pack = c.items.first().map(|_| Content { thousandths: n, unit: Unit::Piece });
                h.packs.extend(pack.into_iter().flat_map(|p| PACKS.iter().map(move |u| (*u, p))));
                return;
            }
        }
        Some(Question::Carriage) if h.carriage.is_none() && !h.names_price() => {
            if let [one] = bare {
                h.carriage = Some(if one.minor == 0 { Carriage::Free } else { Carriage::Fee(one.minor) });
                return;
            }
        }
        Some(Question::Lead) if h.lead_days.is_some() => return,
        _ => {}
    }
    let Some(minor) = bargain::stands_for(s, bare) else { return };
    let marked = bare.iter().any(|a| a.minor == minor && a.marked);
    // A small unmarked number beside a price is a count ("take 10"), not another price.
    if !h.names_price() && (marked || bare.len() == 1 || c.items.len() == 1) {
        h.package_minor = None;
        if let Some(a) = bare.iter().find(|a| a.minor == minor) {
            bare_price(s, a, c, h);
        }
    }
}

const PACKS: [Unit; 15] = [
    Unit::Crate,
    Unit::Tray,
    Unit::Box,
    Unit::Carton,
    Unit::Case,
    Unit::Bag,
    Unit::Sack,
    Unit::Bale,
    Unit::Bottle,
    Unit::Tin,
    Unit::Jar,
    Unit::Bunch,
    Unit::Basket,
    Unit::Packet,
    Unit::Bundle,
];

/// A price without a unit is of the thing that is named, else for one or for all: [`super::policy`] decides, which knows what stood
/// before.
fn bare_price(s: &str, a: &Amount, c: &Context<'_>, h: &mut Heard) {
    let named: Vec<usize> = c.items.iter().enumerate().filter(|(_, i)| named_at(&i.name, s).is_some()).map(|(n, _)| n).collect();
    match (c.items, named.as_slice()) {
        ([_], _) | (_, []) => (h.package_minor, h.bare) = (Some(a.minor), true),
        (items, [one]) => {
            if let Some(i) = items.get(*one) {
                h.lines.push(Line { item: *one, price: Price { minor: a.minor, per: i.quantity.of }, tiers: Vec::new(), least: None });
            }
        }
        _ => h.package_minor = Some(a.minor),
    }
}

fn lone_number(s: &str) -> Option<i64> {
    static RE: OnceLock<Regex> = OnceLock::new();
    let mut all = compiled(&RE, r"\b\d+(?:\.\d+)?\b").find_iter(s);
    let first = all.next()?;
    if all.next().is_some() { None } else { read_quantity(first.as_str()).filter(|n| *n > 1_000) }
}

fn least(s: &str, c: &Context<'_>, h: &mut Heard) {
    static RE: OnceLock<Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        let u = Unit::sure_pattern();
        let p = format!(
            r"\b(?:minimum(?: order)?|min\.?|moq|not less than|smallest order|we (?:only )?sell from|least (?:you can|we sell|order))\s*(?:(?:is|of|order|quantity|take|:)\s*)*(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?P<u>{u})?\b"
        );
        Regex::new(&p).expect("a fixed pattern")
    });
    let Some(m) = re.captures(s) else { return };
    let Some(n) = m.name("n").and_then(|n| read_quantity(n.as_str())) else { return };
    let unit = m.name("u").and_then(|u| Unit::read(u.as_str()));
    let single = c.items.len() == 1;
    for line in h.lines.iter_mut().filter(|_| single || unit.is_some()) {
        let of = unit.map_or(line.price.per, |u| if u == line.price.per.unit { line.price.per } else { Measure::plain(u) });
        line.least = Some(Quantity::new(n, of));
    }
}

fn sold_out(s: &str, c: &Context<'_>, h: &mut Heard) {
    static RE: OnceLock<Regex> = OnceLock::new();
    const OUT: &str = r"\b(?:(?:don'?t|do not|no longer|never|not) (?:have|sell|stock|carry|do)\b|no (?:more )?stock|out of stock|sold out|finished|not available|unavailable|none left|can'?t supply|cannot supply|wrong number|stop (?:texting|messaging|calling)|don'?t (?:text|message|call|contact) )";
    for m in compiled(&RE, OUT).find_iter(s) {
        let start = s.get(..m.start()).and_then(|b| b.rfind(['.', ',', ';', '!', '\n'])).map_or(0, |n| n + 1);
        let end = s.get(m.end()..).and_then(|r| r.find(['.', ',', ';', '!', '\n'])).map_or(s.len(), |n| m.end() + n);
        let clause = near(s, start, end);
        let named: Vec<usize> =
            (0..c.items.len()).filter(|n| c.items.get(*n).is_some_and(|i| named_at(&i.name, clause).is_some())).collect();
        if named.is_empty() || named.len() == c.items.len() {
            h.refuses = true;
        } else {
            h.without.extend(named);
        }
    }
}

fn carriage_words(s: &str, asked: Option<Question>) -> Option<Carriage> {
    static COLLECT: OnceLock<Regex> = OnceLock::new();
    static EXTRA: OnceLock<Regex> = OnceLock::new();
    static FREE: OnceLock<Regex> = OnceLock::new();
    static YES: OnceLock<Regex> = OnceLock::new();
    if is(
        s,
        r"\b(?:pick ?up only|you (?:will |must |have to |can )?(?:collect|pick (?:it|them) up|come and (?:carry|collect))|no delivery\b|(?:don'?t|do not|can'?t|cannot) deliver)",
        &COLLECT,
    ) {
        return Some(Carriage::Collect);
    }
    if is(
        s,
        r"\b(?:(?:excluding|exclusive of|plus|without|not including|before|excl\.?) (?:the )?(?:delivery|transport)|(?:delivery|transport) (?:is )?(?:not included|extra|separate|excluded|on you))",
        &EXTRA,
    ) {
        return Some(Carriage::Unknown);
    }
    let free = r"\b(?:free (?:delivery|transport|shipping)|(?:delivery|transport|shipping) (?:is |on )?(?:free|included|inclusive|on us|on me)|delivered\b|includ(?:es|ing|ed) (?:the )?(?:delivery|transport)|with delivery|no (?:charge|extra) for (?:delivery|transport)|(?:we|i)(?: will| can|'ll)? (?:deliver|bring)\b(?: \w+){0,3}? (?:free\b|for free|myself|ourselves|at no (?:cost|charge)))";
    if is(s, free, &FREE)
        || (asked == Some(Question::Carriage)
            && is(s, r"^\s*(?:yes|yeah|sure|of course|free|included|it is|no charge|it'?s (?:free|included))", &YES))
    {
        return Some(Carriage::Free);
    }
    None
}

#[cfg(test)]
#[path = "quote_tests.rs"]
mod tests;
