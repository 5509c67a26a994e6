//! What the built-in model does with what customers tell about themselves: keeps it, says what it knows, forgets it, and
//! uses it in later turns.

use super::hear::{Heard, hear};
use super::memo::Ask;
use super::plan::Planner;
use super::words::cut;
use super::{cues, tongue};
use crate::domain::house::fact::{Fact, Kind, Proposal, mentions};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::phrase::say;
use crate::domain::text::fold;
use serde_json::json;
use std::ops::Range;

impl Planner<'_> {
    /// Hears what a text tells about the customer. What is left of the text to work on; none when that was all.
    pub fn recall(&mut self, text: &str) -> Option<String> {
        let heard = hear(text);
        if heard == Heard::default() {
            return Some(text.to_owned());
        }
        self.lang = self.speaks(tongue::detect(text, &cut(text), self.lang));
        if let Some(about) = heard.forget {
            self.forget(&about);
            return None;
        }
        if heard.asks {
            self.tell_known();
            return None;
        }
        let keep: Vec<&Proposal> = heard.facts.iter().map(|(p, _)| p).filter(|p| !self.is_known(p)).collect();
        if !keep.is_empty() {
            self.out.understood.push(format!("tells us: {}", keep.iter().map(|p| p.text()).collect::<Vec<_>>().join(", ")));
            self.call("remember", &json!({ "facts": keep }));
        }
        self.heard = true;
        let rest = self.without(text, &heard.facts);
        let says_more = cut(&rest).iter().any(|w| !cues::is_filler(&w.text) || w.number.is_some());
        if says_more {
            return Some(rest);
        }
        if keep.is_empty() {
            let words: Vec<String> = heard.facts.iter().map(|(p, _)| fact_words(self.lang, p.kind, &p.text())).collect();
            self.say("noted", &[("facts", &words.join("; "))]);
        }
        self.out.go_on = true;
        self.keep_asking();
        None
    }

    /// The text without the parts that only tell something to remember. What also answers a question of ours, orders
    /// something or asks something stays.
    fn without(&self, text: &str, facts: &[(Proposal, Range<usize>)]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (p, r) in facts {
            if r.start < at || self.matters(text, p, r) {
                continue;
            }
            out.push_str(text.get(at..r.start).unwrap_or(""));
            out.push_str(" . ");
            at = r.end;
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }

    fn matters(&self, text: &str, p: &Proposal, r: &Range<usize>) -> bool {
        let asks = text.get(r.end..).and_then(|t| t.find(['.', '!', '?', '\n']).map(|i| t[i..].starts_with('?'))).unwrap_or(false);
        let asks = asks || ["can i bring", "can we bring", "may i bring"].iter().any(|b| fold(text).contains(b));
        let answers = match p.kind {
            Kind::Address => p.label.is_empty() || self.asked.is_some() || !self.draft.lines.is_empty(),
            Kind::Preference => !self.draft.lines.is_empty() || r.len() + 12 < text.trim().len(),
            Kind::Household | Kind::Budget | Kind::Area | Kind::Need | Kind::Other => {
                self.asked.is_some() || self.memo.booking.is_some() || !self.b.bookings.is_empty()
            }
            _ => false,
        };
        asks || answers
    }

    fn is_known(&self, p: &Proposal) -> bool {
        self.b.facts.iter().any(|f| f.kind == p.kind && fold(&f.text) == fold(&p.text()))
    }

    fn forget(&mut self, about: &str) {
        self.out.understood.push("asks to be forgotten".into());
        let about = Some(about).filter(|a| !a.is_empty());
        self.call("forget", &json!({ "about": about }));
    }

    fn tell_known(&mut self) {
        self.out.understood.push("asks what we know of them".into());
        if self.b.facts.is_empty() {
            return self.say("known_none", &[]);
        }
        let facts = self.b.facts.iter().map(|f| fact_words(self.lang, f.kind, &f.text)).collect::<Vec<_>>().join("; ");
        self.say("known", &[("facts", &facts)]);
    }

    /// Where "my office" is, when the customer told us before.
    pub fn known_place(&self, address: &str) -> Option<String> {
        let said = fold(address);
        let said = said.trim().trim_start_matches("my ").trim_start_matches("the ");
        let label = |f: &&Fact| f.kind == Kind::Address && fold(&f.text).split_once(": ").is_some_and(|(l, _)| l == said);
        self.b.facts.iter().find(label).map(|f| f.detail.clone())
    }

    /// Keeps the address of a delivery for the next one.
    pub fn keep_address(&mut self, address: &str, text: &str) {
        let p = Proposal { kind: Kind::Address, label: String::new(), detail: address.to_owned(), quote: address.to_owned() };
        let said_so = self.calls.iter().any(|c| c.name == "remember" && c.arguments.to_string().contains(r#""kind":"address""#));
        let new = !self.b.facts.iter().any(|f| f.kind == Kind::Address && fold(&f.detail) == fold(address));
        if new && !said_so && text.contains(address) && address.bytes().any(|b| b.is_ascii_digit()) && !p.is_secret() {
            self.call("remember", &json!({ "facts": [p] }));
        }
    }

    /// Warns once of things whose own words name what the customer cannot have: of what is ordered or asked about now, and of what is
    /// there already when they tell it now. Says nothing where the menu says nothing.
    pub fn warn(&mut self) {
        let bars = |k: Kind| matches!(k, Kind::Allergy | Kind::Diet);
        let mut facts: Vec<(Kind, String, String)> =
            self.b.facts.iter().filter(|f| bars(f.kind)).map(|f| (f.kind, f.detail.clone(), f.text.clone())).collect();
        let told: Vec<Proposal> = self
            .calls
            .iter()
            .filter(|c| c.name == "remember")
            .filter_map(|c| serde_json::from_value::<Vec<Proposal>>(c.arguments["facts"].clone()).ok())
            .flatten()
            .filter(|p| bars(p.kind))
            .collect();
        if facts.is_empty() && told.is_empty() {
            return;
        }
        facts.extend(told.iter().map(|p| (p.kind, p.detail.clone(), p.text())));
        let of_lines = |c: &crate::providers::llm::ToolCall| -> Vec<Id> {
            let one = std::iter::once(&c.arguments["item_id"]);
            let lines = c.arguments["lines"].as_array().into_iter().flatten().map(|l| &l["item_id"]);
            one.chain(lines).filter_map(|id| id.as_str()?.parse().ok()).collect()
        };
        let mut wanted: Vec<Id> =
            self.calls.iter().filter(|c| matches!(c.name.as_str(), "add_to_basket" | "change_line")).flat_map(of_lines).collect();
        let before = || self.b.memo.as_deref().and_then(|m| serde_json::from_str::<super::memo::Memo>(m).ok()).unwrap_or_default().focus;
        if !told.is_empty() {
            wanted.extend(self.draft.lines.iter().map(|l| l.item_id));
            wanted.extend(&self.memo.focus);
        } else if wanted.is_empty() && self.memo.focus != before() {
            // What was talked about in an earlier turn was warned of then.
            wanted.extend(&self.memo.focus);
        }
        for id in wanted {
            let Some(i) = self.ix.place.get(&id).copied().filter(|_| !self.memo.warned.contains(&id)) else { continue };
            let item = self.item(i);
            let chosen =
                item.options.iter().filter(|g| g.required).flat_map(|g| &g.choices).map(|c| c.name.as_str()).collect::<Vec<_>>().join(" ");
            let words = format!("{}. {}. {}. {chosen}", item.name, item.description, item.aliases.join(". "));
            let hit = facts.iter().find_map(|f| Some((f, mentions(of_diet(&f.1), &words)?)));
            if let Some((f, word)) = hit {
                let fact = fact_words(self.lang, f.0, &f.2);
                self.memo.warned.push(id);
                self.say("allergy_warning", &[("item", &item.name), ("word", &word), ("fact", &fact)]);
            }
        }
    }

    /// The language to answer in: the customer's, when whoever answers speaks it.
    pub fn speaks(&self, lang: Lang) -> Lang {
        self.b.assistant.as_ref().map_or(lang, |a| a.speaks(lang))
    }

    /// The saved address to offer, when one is asked for.
    pub fn same_address(b: &crate::domain::house::briefing::Briefing, lang: Lang) -> Option<super::memo::Asked> {
        let f = b.facts.iter().rev().find(|f| f.kind == Kind::Address)?;
        let text = say(lang, "ask_same_address", &[("address", &f.text)]);
        let buttons = vec![("yes".to_owned(), say(lang, "btn_same_address", &[]))];
        Some((Ask::SameAddress { address: f.detail.clone() }, text, buttons))
    }
}

/// "no pork" is about pork; a diet in one word names what it leaves out.
fn of_diet(detail: &str) -> &str {
    match detail.to_lowercase().as_str() {
        "vegan" => "meat beef chicken fish egg milk pork goat turkey shellfish honey",
        "vegetarian" => "meat beef chicken fish pork goat turkey shellfish",
        "pescatarian" => "meat beef chicken pork goat turkey",
        "lactose intolerant" => "dairy",
        "coeliac" | "celiac" => "gluten",
        "diabetic" => "",
        _ => detail.strip_prefix("no ").unwrap_or(detail),
    }
}

/// A fact in the customer's language: "allergy: peanuts".
pub fn fact_words(lang: Lang, kind: Kind, text: &str) -> String {
    say(lang, &format!("fact_{}", kind.as_str()), &[("detail", text)])
}
