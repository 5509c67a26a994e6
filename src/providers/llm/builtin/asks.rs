//! Questions the documents may answer. The ordinary reply to them is worked out all the same and set aside: it is given when
//! the documents do not say, so without documents nothing is different.

use super::acts::Act;
use super::cues::{self, Cue};
use super::memo::{Aside, Ask, Asked, Memo};
use super::plan::Planner;
use super::questions::Question;
use super::scan::Scan;
use crate::domain::house::briefing::Briefing;
use crate::domain::house::gap::is_question;
use crate::domain::house::passage::sentences;
use crate::domain::lang::Lang;
use crate::domain::phrase::say;
use crate::providers::llm::{ToolCall, ToolResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The tool.
pub const TOOL: &str = "search_knowledge";

/// The reply when the documents do not say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Otherwise {
    /// The call that asks the documents.
    call: String,
    said: Vec<String>,
    calls: Vec<ToolCall>,
    ask: Option<Asked>,
    go_on: bool,
    show: bool,
    memo: Memo,
    /// The question in the customer's words.
    question: String,
    /// Nothing else answers it: the customer is told so and offered a person.
    needed: bool,
}

/// Days and times, which questions about opening hours hold.
const TIMES: &str = "monday tuesday wednesday thursday friday saturday sunday weekend weekends weekday weekdays today tomorrow tonight now everyday open opened \
    opening close closed closing hour hours time times till until late early store shop restaurant kitchen business";
/// Words of questions about rules, whatever else they name.
const RULES: &[&str] = &[
    "policy",
    "policies",
    "what happens if",
    "what if i",
    "if i cancel",
    "if we cancel",
    "terms and conditions",
    "rules",
    "rule about",
    "allowed to",
    "am i allowed",
    "conditions",
];

impl Planner<'_> {
    /// Takes the acts apart: those the documents may answer, and the others.
    pub fn for_documents(&self, scan: &Scan, text: &str, list: Vec<Act>) -> (Vec<Act>, Vec<Act>) {
        if !is_question(text) {
            return (Vec::new(), list);
        }
        let folded = crate::domain::text::fold(text);
        let about_rules = RULES.iter().any(|r| folded.contains(r)) && !scan.has(Cue::Inject, 0, scan.words.len());
        let more = says_more(scan, "");
        list.into_iter().partition(|a| about_rules && !is_polite(a) || may_answer(a, scan, more))
    }

    /// Asks the documents about `text`; what the ordinary plan `ordinarily` does is set aside.
    pub fn ask_documents(&mut self, text: &str, needed: bool, ordinarily: impl FnOnce(&mut Self)) {
        let (said, calls) = (self.out.said.len(), self.calls.len());
        let (memo, draft, asked) = (self.memo.clone(), self.draft.clone(), self.asked.clone());
        let (ask, show) = (self.out.ask.take(), self.out.show);
        ordinarily(self);
        let question = question_of(text);
        let mut other = Otherwise {
            call: String::new(),
            said: self.out.said.split_off(said.min(self.out.said.len())),
            calls: self.calls.split_off(calls.min(self.calls.len())),
            ask: std::mem::replace(&mut self.out.ask, ask),
            go_on: std::mem::replace(&mut self.out.go_on, true),
            show: std::mem::replace(&mut self.out.show, show),
            memo: std::mem::replace(&mut self.memo, memo),
            question: question.clone(),
            needed,
        };
        (self.draft, self.asked) = (draft, asked);
        self.memo.lost = 0;
        self.keep_asking();
        self.call(TOOL, &json!({ "query": question, "needed": needed }));
        other.call = self.calls.last().map(|c| c.id.clone()).unwrap_or_default();
        self.out.otherwise.push(other);
    }

    /// Says `key`, which ends with "shall I ask {name}?", and asks them about `question` on a yes.
    pub fn offer_person(&mut self, key: &str, question: &str) {
        let b = self.b;
        let owner = if b.profile.owner_name.is_empty() { &b.business_name } else { &b.profile.owner_name };
        let buttons = vec![("yes".into(), say(self.lang, "btn_yes", &[])), ("no".into(), say(self.lang, "btn_no", &[]))];
        self.put(Ask::Person { question: question.to_owned() }, say(self.lang, key, &[("name", owner)]), buttons);
    }

    /// A question nobody but a person can answer; in the middle of an order in one breath, so that it goes on.
    pub fn not_sure(&mut self, question: &str) {
        if self.draft.lines.is_empty() && self.asked.is_none() {
            return self.offer_person("not_sure", question);
        }
        let b = self.b;
        let owner = if b.profile.owner_name.is_empty() { &b.business_name } else { &b.profile.owner_name };
        self.say("not_known_go_on", &[("name", owner)]);
        self.out.go_on = true;
        self.keep_asking();
    }

    /// Yes or no to "shall I ask somebody?".
    pub fn answer_person(&mut self, question: &str, scan: &Scan, verdict: Option<bool>) -> bool {
        // "ok fine" to "I cannot change our prices" takes the price.
        let content = |w: &str| matches!(w, "fine" | "alright" | "wahala" | "problem" | "understood" | "cool");
        let takes = question == super::facts::DISCOUNT && scan.words.iter().any(|w| content(&w.text));
        // "ok 1", "ok a flat white then" is about something else.
        let verdict = verdict.filter(|_| !says_more(scan, "") && scan.words.iter().all(|w| w.number.is_none()));
        match verdict.map(|v| v && !takes) {
            Some(true) => {
                self.call("call_person", &json!({ "reason": "other", "summary": format!("The customer asks: {question}") }));
                let owner = self.b.profile.owner_name.clone();
                let key = if owner.is_empty() { "person_will_reply" } else { "person_named" };
                self.say(key, &[("name", &owner), ("business", &self.b.business_name)]);
                self.memo.person = true;
            }
            Some(false) => self.say("no_problem", &[]),
            None => return false,
        }
        true
    }
}

/// Whether the documents may know better than the catalogue. `more` tells that the text says more than names and turns of
/// phrase.
fn may_answer(act: &Act, scan: &Scan, more: bool) -> bool {
    let n = scan.words.len();
    let asked = scan.asks();
    match act {
        Act::Unknown(_, near) => near.is_empty() || more,
        Act::Ask(Question::Stock { items, .. }) => items.is_empty() || more,
        Act::Ask(Question::Hours(_)) => !scan.spans.is_empty() || says_more(scan, TIMES),
        Act::Ask(Question::Basket | Question::Recommend | Question::Cheapest(_)) => false,
        Act::Ask(_) => more,
        Act::Category(..) => more && asked && !scan.has(Cue::Want, 0, n),
        Act::Add(wishes) => more && asked && !scan.has(Cue::Want, 0, n) && wishes.iter().all(|w| w.quantity.is_none()),
        Act::Modify(of, _) => more && asked && of.is_empty() && !scan.has(Cue::Change, 0, n) && !scan.has(Cue::Want, 0, n),
        // "How far" greets in Pidgin; "how far is the beach" asks.
        Act::Say(Cue::Greet) => more && n > 3 && scan.words.iter().zip(["how", "far"]).all(|(w, want)| w.text == want),
        Act::Say(Cue::Pickup | Cue::Delivery) => more && asked && !scan.has(Cue::Want, 0, n),
        _ => false,
    }
}

/// Acts that are no answer to anything.
fn is_polite(act: &Act) -> bool {
    matches!(
        act,
        Act::Say(Cue::Greet | Cue::Thanks | Cue::Bye | Cue::HowAreYou | Cue::Person | Cue::Anger | Cue::Inject | Cue::Yes | Cue::No)
    )
}

/// Whether a text holds words with a meaning of their own that neither the menu nor a turn of phrase has taken.
fn says_more(scan: &Scan, but: &str) -> bool {
    let taken = |i: usize| scan.is_named(i) || scan.is_told(i);
    let plain = |w: &str| cues::is_filler(w) || cues::is_manner(w) || but.split_whitespace().any(|b| b == w);
    scan.words.iter().enumerate().any(|(i, w)| !taken(i) && w.number.is_none() && w.text.len() > 2 && !plain(&w.text))
}

/// Of a text, the part that asks: "2 jollof rice. Do you have parking?" asks for parking.
fn question_of(text: &str) -> String {
    let asking: Vec<&str> = sentences(text).into_iter().filter(|s| is_question(s)).collect();
    let whole = if asking.is_empty() { text.trim().to_owned() } else { asking.join(" ") };
    for joint in [" and ", ", ", " but ", " also "] {
        let tail = whole.rsplit_once(joint).map(|(_, tail)| tail.trim());
        let head_orders =
            |tail: &str| whole.split_once(tail).is_some_and(|(head, _)| head.chars().any(|c| c.is_ascii_digit()) && !is_question(head));
        if let Some(tail) = tail.filter(|t| is_question(t) && t.split_whitespace().count() > 2 && head_orders(t)) {
            return tail.to_owned();
        }
    }
    whole
}

/// What came of asking the documents, put into the reply. Some: calls that are to be made first.
pub fn settle(b: &Briefing, aside: &mut Aside, results: &[&ToolResult]) -> Option<Vec<ToolCall>> {
    let lang = aside.language.unwrap_or(b.language);
    let mut calls = Vec::new();
    for other in std::mem::take(&mut aside.otherwise) {
        let told = results.iter().find(|r| r.call.name == TOOL && r.call.id == other.call && r.ok).map(|r| &r.output);
        if told.is_some_and(|o| o["found"] == true) {
            continue;
        }
        let has_documents = told.is_some_and(|o| o["has_documents"] == true);
        if has_documents && other.needed && other.calls.is_empty() {
            not_known(b, lang, aside, &other.question);
            continue;
        }
        aside.said.extend(other.said.into_iter().filter(|s| !aside.said.contains(s)).collect::<Vec<_>>());
        aside.ask = aside.ask.take().or(other.ask);
        (aside.go_on, aside.show) = (other.go_on, aside.show || other.show);
        aside.memo = Memo { met: true, ..other.memo };
        calls.extend(other.calls);
    }
    (!calls.is_empty()).then_some(calls)
}

/// Says that the documents do not say, and offers a person; in the middle of an order in one breath, so that it goes on.
fn not_known(b: &Briefing, lang: Lang, aside: &mut Aside, question: &str) {
    let owner = if b.profile.owner_name.is_empty() { &b.business_name } else { &b.profile.owner_name };
    let places: &[(&str, &str)] = &[("name", owner)];
    if !b.draft.lines.is_empty() || aside.memo.ask.is_some() || aside.ask.is_some() {
        let words = say(lang, "not_known_go_on", places);
        if !aside.said.contains(&words) {
            aside.said.push(words);
        }
        return;
    }
    let buttons = vec![("yes".into(), say(lang, "btn_yes", &[])), ("no".into(), say(lang, "btn_no", &[]))];
    aside.ask = Some((Ask::Person { question: question.to_owned() }, say(lang, "not_known", places), buttons));
}

/// The words of an answer from the documents.
pub fn answer(lang: Lang, output: &Value) -> Option<String> {
    let (text, source) = (output["answer"].as_str()?, output["source"].as_str()?);
    Some(format!("{text}\n\n{}", say(lang, "from_document", &[("source", source)])))
}

#[cfg(test)]
mod tests {
    use super::question_of;

    #[test]
    fn the_part_that_asks_is_looked_up() {
        assert_eq!(question_of("2 jollof rice please. Do you have parking?"), "Do you have parking?");
        assert_eq!(question_of("2 jollof rice, and is there parking for guests?"), "is there parking for guests?");
        assert_eq!(question_of("can I bring a dog and a cat?"), "can I bring a dog and a cat?");
    }
}
