//! The last look at words before they are sent: every figure must stand in a row or a tool result, and every deed must
//! have been done. Models word replies; they do not make facts.

mod figures;
mod times;

use crate::domain::arabic::digits;
use crate::domain::house::briefing::{Briefing, OpenOrder};
use crate::domain::id::Id;
use crate::domain::reception::tool;
use crate::domain::shop::basket;
use crate::domain::shop::order::Status;
use crate::domain::text::fold;
use crate::providers::llm::{Said, ToolResult};
use figures::{Figure, figures, milli, numbers};
use regex::Regex;
use serde_json::Value;
use std::sync::OnceLock;

/// What words may draw on.
pub struct Facts<'a> {
    /// Rows.
    pub briefing: &'a Briefing,
    /// Tool results of this turn.
    pub results: &'a [&'a ToolResult],
    /// What was said before: a figure may be repeated, and what a person promised holds.
    pub said: &'a [Said],
    /// The customer's new words.
    pub new: &'a [String],
}

/// What is wrong with these words, one sentence a fault for the model and the owner. Empty: they may be sent.
pub fn objections(words: &str, facts: &Facts<'_>) -> Vec<String> {
    let words = &*digits(words);
    let mut out = Vec::new();
    let mut known = None;
    let times = times::stated(words);
    for figure in figures(words, &times) {
        let known = known.get_or_insert_with(|| Known::of(facts));
        if !known.has(&figure) {
            out.push(format!("\"{}\" stands in no record.", figure.text));
        }
    }
    for time in &times {
        if !known.get_or_insert_with(|| Known::of(facts)).has_time(time) {
            out.push(format!("\"{}\" stands in no record.", time.text));
        }
    }
    for reference in references(words) {
        if !known.get_or_insert_with(|| Known::of(facts)).text.contains(&reference) {
            out.push(format!("\"{reference}\" is not a reference of this customer."));
        }
    }
    out.extend(false_claims(words, facts));
    out.dedup();
    out
}

fn pattern(cell: &'static OnceLock<Regex>, text: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(text).expect("a fixed pattern"))
}

/// How long ids are written.
const ID_CHARS: usize = 36;

/// Every figure and text of the rows, gathered once and only when needed.
struct Known {
    /// How many of the smallest coins make one of the currency.
    coins: i64,
    millis: Vec<i64>,
    /// Minutes of the day.
    times: Vec<u16>,
    text: String,
}

impl Known {
    fn of(f: &Facts<'_>) -> Self {
        let b = f.briefing;
        let coins = 10i64.pow(b.profile.currency.exponent());
        let mut k = Self { coins, millis: Vec::with_capacity(128), times: Vec::new(), text: String::with_capacity(1024) };
        for item in &b.menu.items {
            k.money(item.price_minor);
            k.millis.extend(item.stock.map(|s| s.saturating_mul(1000)));
            for c in item.options.iter().flat_map(|g| &g.choices) {
                k.money(c.price_minor);
                k.money(item.price_minor.saturating_add(c.price_minor));
                k.words(&c.name);
            }
            k.words(&item.name);
            k.words(&item.description);
            k.words(&item.unit);
        }
        k.money(b.profile.delivery_fee_minor);
        for line in &b.draft.lines {
            [line.each_minor().ok(), line.total_minor().ok()].into_iter().flatten().for_each(|m| k.money(m));
            k.millis.push(line.quantity.saturating_mul(1000));
            k.words(&line.words());
        }
        [b.draft.subtotal_minor().ok(), basket::total_minor(&b.draft, &b.profile).ok()].into_iter().flatten().for_each(|m| k.money(m));
        for o in b.open_orders.iter().chain(&b.last_finished) {
            k.money(o.total_minor);
            k.millis.push(o.number.saturating_mul(1000));
            k.words(&o.reference);
            k.words(&o.summary);
        }
        if let Some(desk) = &b.desk {
            b.bookings.iter().for_each(|x| k.json(&tool::booking(desk, x)));
        }
        k.hours(b);
        b.facts.iter().for_each(|f| k.words(&f.text));
        if let Some(a) = &b.assistant {
            [&a.title, &a.greeting, &a.sign_off].into_iter().for_each(|t| k.words(t));
        }
        for text in [&b.profile.payment_instructions, &b.profile.address, &b.profile.about, &b.business_name, &b.draft.address] {
            k.words(text);
        }
        f.results.iter().for_each(|r| k.json(&r.output));
        f.new.iter().for_each(|t| k.words(t));
        for s in f.said {
            let (Said::Customer { text } | Said::Steward { text } | Said::Person { text, .. }) = s;
            k.words(text);
        }
        k
    }
    fn has(&self, f: &Figure) -> bool {
        self.millis.contains(&f.milli)
    }
    /// A bare "at 7" may be no time at all ("at 7 Marina Road"), so any record of the number will do.
    fn has_time(&self, t: &times::Stated) -> bool {
        self.times.iter().any(|k| t.is(*k)) || !t.sure && self.millis.contains(&(i64::from(t.minute / 60) * 1000))
    }
    fn words(&mut self, text: &str) {
        let text = &*digits(text);
        times::known(text, &mut self.times);
        self.text.push_str(text);
        self.text.push('\n');
        self.millis.extend(numbers(text).filter_map(|at| milli(&text[at].replace(',', ""))));
    }
    fn money(&mut self, minor: i64) {
        self.millis.push(minor.saturating_mul(1000) / self.coins);
    }
    fn json(&mut self, v: &Value) {
        match v {
            Value::Number(n) => self.millis.extend(n.as_i64().and_then(|n| n.checked_mul(1000))),
            // The digits of an id are nobody's price.
            Value::String(s) if s.len() == ID_CHARS && s.parse::<Id>().is_ok() => {}
            Value::String(s) => self.words(s),
            Value::Array(a) => a.iter().for_each(|v| self.json(v)),
            Value::Object(o) => o.iter().for_each(|(key, v)| match v.as_i64() {
                // Told in the smallest coins, said in the currency.
                Some(minor) if key.ends_with("_minor") => self.money(minor),
                _ => self.json(v),
            }),
            Value::Null | Value::Bool(_) => {}
        }
    }
    /// Opening hours in the ways people write them: 08:00, 8, 20:00, 8 pm; and today's date.
    fn hours(&mut self, b: &Briefing) {
        let own = b.assistant.as_ref().and_then(|a| a.hours.as_ref());
        for span in b.profile.hours.days.iter().chain(own.iter().flat_map(|h| &h.days)).flatten() {
            for minute in [span.from, span.to] {
                self.times.push(minute);
                let (h, m) = (i64::from(minute / 60), i64::from(minute % 60));
                let twelve = if h % 12 == 0 { 12 } else { h % 12 };
                self.millis.extend([h, m, twelve].map(|n| n * 1000));
            }
        }
        let now = b.now.in_zone(&b.profile.time_zone);
        self.millis.extend([i64::from(now.year()), i64::from(now.day()), i64::from(now.hour()), i64::from(now.minute())].map(|n| n * 1000));
    }
}

/// Words of six with letters and digits mixed, as our references are.
fn references(words: &str) -> Vec<String> {
    let parts = words.split(|c: char| !c.is_ascii_alphanumeric());
    let like = |w: &&str| {
        w.len() == 6
            && w.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
            && w.chars().any(|c| c.is_ascii_digit())
            && w.chars().any(|c| c.is_ascii_uppercase())
    };
    parts.filter(like).map(str::to_owned).collect()
}

/// A deed that words may claim, and how we know it was done.
struct Claim {
    says: &'static str,
    done: fn(&Facts<'_>) -> bool,
    sentence: &'static str,
}

const CLAIMS: &[Claim] = &[
    Claim {
        says: r"\b(order|it)( number)?( #?\d+)? (is|has been|was|is now) (placed|confirmed|booked)\b|\b(i have|i've|i) (just )?(placed|confirmed) (your|the) order\b",
        done: |f| {
            tool(f, "place_order") || tool(f, "make_booking") || !f.briefing.open_orders.is_empty() || !f.briefing.bookings.is_empty()
        },
        sentence: "No order was placed.",
    },
    Claim {
        says: r"\b(payment|money|transfer)( of [^.]{1,20})? (is|has been|was) (received|confirmed|approved|verified)\b|\b(we|i) (have )?(received|confirmed|got) (your|the) (payment|money|transfer)\b|\byour order is paid\b",
        done: |f| {
            orders(f).any(|o| {
                matches!(o.status, Status::Paid | Status::Preparing | Status::ReadyForPickup | Status::OutForDelivery | Status::Completed)
            })
        },
        sentence: "No payment was confirmed by a person.",
    },
    Claim {
        says: r"\b(order|it)( #?\d+)? (is|has been|was|is now) cancell?ed\b|\b(i have|i've|i) cancell?ed\b",
        done: |f| tool(f, "cancel_order") || tool(f, "cancel_booking") || orders(f).any(|o| o.status == Status::Cancelled),
        sentence: "No order was cancelled.",
    },
    Claim {
        says: r"\b(i have|i've|i) (just )?(told|asked|informed|notified|alerted|called) (the |our |my )?(owner|manager|team|person|staff|colleague)|\bsomeone (has been|was) (told|asked|informed|notified)",
        done: |f| tool(f, "call_person"),
        sentence: "No person was asked.",
    },
    Claim {
        says: r"\b(refunded|refund (is|has been|was) (sent|made|processed|approved)|(i|we) will refund)\b",
        done: |_| false,
        sentence: "Refunds are made by people only.",
    },
    Claim {
        says: r"\b(order|it)( #?\d+)? (is|has been) (on (its|the) way|delivered|out for delivery)\b",
        done: |f| orders(f).any(|o| matches!(o.status, Status::OutForDelivery | Status::Completed)),
        sentence: "No order of this customer is on its way.",
    },
    Claim {
        says: r"\b(discount|% off|for free|on the house|free delivery|complimentary)\b",
        done: |f| f.briefing.profile.delivery_fee_minor == 0 || has_words(f, "discount") || has_words(f, "free"),
        sentence: "Nobody has given a discount.",
    },
    Claim {
        says: r"\b(table|room|booking|reservation|viewing|appointment)( number)?( #?\d+)?( for [^.]{1,40})? (is|has been|was|is now) (booked|reserved|confirmed|made)\b|\b(i have|i've|i) (just )?(booked|reserved)\b",
        done: |f| tool(f, "make_booking") || tool(f, "change_booking") || !f.briefing.bookings.is_empty(),
        sentence: "Nothing was booked.",
    },
    Claim {
        says: r"\b(booking|reservation|viewing|appointment)( number)?( #?\d+)?( \([^)]*\))? (is|has been|was|is now) cancell?ed\b",
        done: |f| tool(f, "cancel_booking"),
        sentence: "No booking was cancelled.",
    },
    Claim {
        says: r"\b(i have|i've) (added|put)\b|\badded to your (basket|order|cart)\b",
        done: |f| tool(f, "add_to_basket") || tool(f, "change_line") || !f.briefing.draft.lines.is_empty(),
        sentence: "Nothing was added.",
    },
];

/// Whether the owner's own words speak of it.
fn has_words(f: &Facts<'_>, word: &str) -> bool {
    let p = &f.briefing.profile;
    [&p.about, &p.payment_instructions].iter().any(|t| fold(t).contains(word))
        || f.said.iter().any(|s| matches!(s, Said::Person { text, .. } if fold(text).contains(word)))
}

fn tool(f: &Facts<'_>, name: &str) -> bool {
    f.results.iter().any(|r| r.ok && r.call.name == name)
}

fn orders<'a>(f: &'a Facts<'_>) -> impl Iterator<Item = &'a OpenOrder> {
    f.briefing.open_orders.iter().chain(&f.briefing.last_finished)
}

fn false_claims(words: &str, facts: &Facts<'_>) -> Vec<String> {
    static PATTERNS: [OnceLock<Regex>; CLAIMS.len()] = [const { OnceLock::new() }; CLAIMS.len()];
    static ANY: OnceLock<regex::RegexSet> = OnceLock::new();
    let folded = fold(words);
    let any = ANY.get_or_init(|| regex::RegexSet::new(CLAIMS.iter().map(|c| c.says)).expect("fixed patterns"));
    let hits = any.matches(&folded);
    if !hits.matched_any() {
        return Vec::new();
    }
    let quoted: Vec<String> = facts.results.iter().flat_map(|r| passages(&r.output)).collect();
    let said = |i: usize| {
        pattern(&PATTERNS[i], CLAIMS[i].says)
            .find_iter(&folded)
            .any(|m| !is_question_or_condition(&folded, m.start()) && !is_quoted(&folded, m.start(), m.end(), &quoted))
    };
    hits.into_iter().filter(|i| said(*i) && !(CLAIMS[*i].done)(facts)).map(|i| CLAIMS[i].sentence.to_owned()).collect()
}

/// Passages of documents that a tool returned, folded.
fn passages(output: &Value) -> Vec<String> {
    output["passages"].as_array().into_iter().flatten().filter_map(|p| p["text"].as_str()).map(fold).collect()
}

/// Whether the sentence around a claim stands in a document as it is: "Children under five stay for free" is the owner's
/// own promise.
fn is_quoted(words: &str, from: usize, to: usize, passages: &[String]) -> bool {
    let ends = ['.', '!', '?', '\n'];
    let start = words[..from].rfind(ends).map_or(0, |i| i + 1);
    let end = words[to..].find(ends).map_or(words.len(), |i| to + i);
    let sentence = words[start..end].trim();
    passages.iter().any(|p| p.contains(sentence))
}

/// "Once your payment is confirmed we start" promises nothing and claims nothing.
fn is_question_or_condition(words: &str, at: usize) -> bool {
    let sentence = words[..at].rsplit(['.', '!', '\n']).next().unwrap_or("");
    let conditional = ["once ", "when ", "after ", "as soon as ", "if ", "until ", "before ", "not ", "no ", "cannot ", "can't "];
    conditional.iter().any(|c| sentence.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::briefing::Menu;
    use crate::domain::house::business::Profile;
    use crate::domain::lang::Lang;
    use crate::domain::shop::draft::{Draft, Line};
    use crate::domain::time::Time;
    use crate::providers::llm::ToolCall;
    use serde_json::json;
    use std::sync::Arc;

    fn briefing() -> Briefing {
        let line = Line {
            item_id: Id::NIL,
            name: "Jollof rice".into(),
            quantity: 2,
            unit_minor: 150_000,
            options: vec![],
            note: String::new(),
            uncounted: false,
        };
        let profile = Profile { payment_instructions: "GTBank 0123456789".into(), delivery_fee_minor: 50_000, ..Profile::default() };
        Briefing {
            business_name: "Mama's".into(),
            profile: Arc::new(profile),
            menu: Arc::new(Menu::default()),
            now: Time::parse("2026-11-21T10:00:00Z").unwrap(),
            contact_name: String::new(),
            language: Lang::En,
            draft: Draft { lines: vec![line], ..Draft::default() },
            open_orders: vec![],
            last_finished: None,
            desk: None,
            bookings: vec![],
            returning: false,
            memo: None,
            facts: vec![],
            assistant: None,
            intents: None,
        }
    }
    fn check(words: &str, results: &[&ToolResult]) -> Vec<String> {
        let b = briefing();
        objections(words, &Facts { briefing: &b, results, said: &[], new: &["my house is number 14".into()] })
    }

    #[test]
    fn what_stands_in_a_document_may_be_quoted() {
        let call = ToolCall { id: "1".into(), name: "search_knowledge".into(), arguments: json!({}) };
        let output =
            json!({ "passages": [{ "text": "Welcome. Children under 12 stay for free. Deposits: we will refund 80% within 14 days." }] });
        let found = ToolResult { call, ok: true, output };
        assert!(check("Children under 12 stay for free.", &[&found]).is_empty());
        assert!(check("Deposits: we will refund 80% within 14 days.", &[&found]).is_empty());
        assert!(!check("We will refund 90% within 14 days.", &[&found]).is_empty());
        assert!(!check("You stay for free.", &[&found]).is_empty());
    }

    #[test]
    fn figures_must_stand_in_rows() {
        assert!(check("2 jollof rice is ₦3,000. We open at 8 am and close 20:00. Pay to 0123456789.", &[]).is_empty());
        assert!(check("We bring it to number 14.", &[]).is_empty());
        assert_eq!(check("That is ₦2,999.", &[]).len(), 1);
        assert!(check("المجموع ₦٣٬٠٠٠", &[]).is_empty());
        assert_eq!(check("السعر ₦٢٬٩٩٩", &[]).len(), 1);
        assert_eq!(check("Only 3 left", &[]).len(), 1);
        assert_eq!(check("It takes 45 minutes", &[]).len(), 1);
        assert_eq!(check("Your reference is 4K72PQ", &[]).len(), 1);
    }

    #[test]
    fn neither_ids_nor_coins_are_figures() {
        let call = ToolCall { id: "1".into(), name: "search_menu".into(), arguments: json!({}) };
        let output = json!({ "items": [{ "item_id": "01935abc-4321-7000-8000-000000000077", "each_minor": 450_000 }] });
        let found = ToolResult { call, ok: true, output };
        assert!(check("It is ₦4,500.", &[&found]).is_empty());
        assert_eq!(check("It is ₦450,000.", &[&found]).len(), 1);
        assert_eq!(check("It is ₦4,321.", &[&found]).len(), 1);
    }

    #[test]
    fn deeds_must_have_been_done() {
        assert!(!check("Your order has been placed.", &[]).is_empty());
        assert!(!check("We have received your payment, thank you", &[]).is_empty());
        assert!(check("Once your payment is confirmed we start cooking.", &[]).is_empty());
        assert!(!check("I have told the owner.", &[]).is_empty());
        assert!(!check("I'll give you a 10% discount", &[]).is_empty());
        let call = ToolCall { id: "1".into(), name: "place_order".into(), arguments: json!({}) };
        let done = ToolResult { call, ok: true, output: json!({ "order": { "number": 1042, "reference": "4K72PQ" } }) };
        assert!(check("Your order has been placed: number 1042, reference 4K72PQ.", &[&done]).is_empty());
        let failed = ToolResult { ok: false, ..done };
        assert!(!check("Your order has been placed.", &[&failed]).is_empty());
    }

    #[test]
    fn a_time_must_stand_in_a_row() {
        assert_eq!(check("Your table is free at 7.", &[]), ["\"7\" stands in no record."]);
        assert_eq!(check("Come at 7 pm", &[]), ["\"7 pm\" stands in no record."]);
        assert_eq!(check("Come at 10 pm", &[]).len(), 1);
        let call = ToolCall { id: "1".into(), name: "check_availability".into(), arguments: json!({}) };
        let free = ToolResult { call, ok: true, output: json!({ "date": "2026-11-27", "time": "19:00", "party": 4 }) };
        assert!(check("7 pm is free for 4.", &[&free]).is_empty());
        assert!(check("It is free at 7.", &[&free]).is_empty());
        assert_eq!(check("It is free at 7 am.", &[&free]).len(), 1);
        assert_eq!(check("It is free at 9.", &[&free]).len(), 1);
        let b = briefing();
        let asked = ["a table at 7 please".to_owned()];
        let said = |words: &str| objections(words, &Facts { briefing: &b, results: &[], said: &[], new: &asked });
        assert!(said("For how many people shall I look at 7 pm?").is_empty(), "the customer's own words may be repeated");
        assert!(!said("For how many people shall I look at 9?").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(words in ".*") {
            let _ = check(&words, &[]);
        }
    }
}
