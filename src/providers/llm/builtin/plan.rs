//! Decides what to do about a text: which tools to call, what to say beside them, what to ask.

use super::acts::{Act, acts};
use super::cues::Cue;
use super::index::Index;
use super::memo::{Aside, Ask, Memo};
use super::places::renumbered;
use super::questions::Question;
use super::read::{Part, Wish};
use super::same::AS_MANY;
use super::scan::Scan;
use super::sizes::size_named;
use super::sums::price_limit;
use super::tongue;
use super::words::cut;
use crate::domain::house::assistant::Tone;
use crate::domain::house::briefing::Briefing;
use crate::domain::house::gap::is_question;
use crate::domain::house::item::Item;
use crate::domain::house::message::EDITED;
use crate::domain::lang::Lang;
use crate::domain::money::Money;
use crate::domain::phrase::say_toned;
use crate::domain::reception::resource::ResourceKind;
use crate::domain::shop::basket::AddLine;
use crate::domain::shop::draft::Draft;
use crate::domain::text::clip;
use crate::providers::llm::ToolCall;
use serde::Serialize;
use serde_json::json;

/// The work on one turn.
pub struct Planner<'a> {
    /// The facts.
    pub b: &'a Briefing,
    /// The menu, made ready.
    pub ix: &'a Index,
    /// The basket as it will be when the calls have run.
    pub draft: Draft,
    /// The note for the next turn.
    pub memo: Memo,
    /// The language of the customer.
    pub lang: Lang,
    /// Calls to make.
    pub calls: Vec<ToolCall>,
    /// What to say beside.
    pub out: Aside,
    /// The question of the last turn, until it is answered.
    pub asked: Option<Ask>,
    /// The text's order number, when one was said.
    pub number: Option<i64>,
    /// How many more "more" means.
    pub more: i64,
    /// The text corrects what was shown: "no, a decaf one".
    pub correcting: bool,
    /// How something shall be that is named after it: "no salt. 1 fried rice".
    pub note: String,
    /// The text says more than yes: "ok, let me ask my wife first".
    pub hesitates: bool,
    /// What the customer says of a payment that is not as it should be, for a person.
    pub odd_payment: Option<String>,
    /// The question the text asks about something else than what is sold.
    pub asking: Option<String>,
    /// What a thing may cost at most, in minor units: "add milo if it is under 3k".
    pub limit: Option<i64>,
    /// The size that was named: "sandals in 43".
    pub size: Option<i64>,
    /// The text replaces an earlier one of the customer.
    pub edited: bool,
    /// The text told something to remember.
    pub heard: bool,
    /// A greeting was returned in this turn.
    pub greeted: bool,
    /// How whoever answers sounds.
    pub tone: Tone,
}

impl<'a> Planner<'a> {
    /// Begins a turn.
    pub fn new(b: &'a Briefing, ix: &'a Index) -> Self {
        let mut memo: Memo = b.memo.as_deref().and_then(|m| serde_json::from_str(m).ok()).unwrap_or_default();
        let asked = memo.ask.take();
        Self {
            b,
            ix,
            draft: b.draft.clone(),
            memo,
            lang: b.language,
            calls: Vec::new(),
            out: Aside::default(),
            asked,
            number: None,
            correcting: false,
            note: String::new(),
            hesitates: false,
            odd_payment: None,
            asking: None,
            limit: None,
            size: None,
            edited: false,
            heard: false,
            greeted: false,
            tone: b.assistant.as_ref().map(|a| a.tone).unwrap_or_default(),
            more: 1,
        }
    }

    /// Takes one text of the customer.
    pub fn text(&mut self, text: &str) {
        self.heard = false;
        if self.is_wordless(text) {
            return;
        }
        self.edited = text.starts_with(EDITED);
        let text = self.without_inscription(&spelt_out(text.strip_prefix(EDITED).unwrap_or(text)));
        let Some(text) = self.recall(&text) else {
            self.memo.lost = 0;
            return;
        };
        let text = text.as_str();
        let scan = Scan::new(text, self.ix);
        let more = scan.cues.iter().find(|c| c.cue == Cue::More);
        self.more = more.and_then(|c| scan.words[c.from..c.to].iter().find_map(|w| w.number)).unwrap_or(1);
        self.lang = self.speaks(tongue::detect(text, &scan.words, self.lang));
        let (menu_before, listed) = (std::mem::take(&mut self.memo.menu), std::mem::take(&mut self.memo.listed));
        if self.booking(text, &scan) {
            self.memo.lost = 0;
            self.keep_asking();
            return;
        }
        let counted = |n: &str| self.draft.lines.iter().any(|l| l.quantity.to_string() == n);
        if let Some(address) = renumbered(&self.draft.address, &scan.words, counted).filter(|_| scan.spans.is_empty()) {
            self.memo.lost = 0;
            self.out.understood.push("changes the address".into());
            return self.deliver_to(address, text);
        }
        let before = (self.calls.len(), self.out.said.len(), self.out.ask.is_some(), self.out.go_on);
        self.size = size_named(&scan);
        if self.takes_listed(&listed, &scan)
            || self.takes_cheapest(&listed, &scan)
            || self.takes_named_offer(&scan)
            || self.is_another_size(&scan)
        {
            self.memo.lost = 0;
            return;
        }
        self.limit = price_limit(&scan.words).and_then(|n| n.checked_mul(10i64.pow(self.b.profile.currency.exponent())));
        if let Some(ask) = self.asked.take() {
            if self.answer(&ask, &scan, text) {
                self.memo.lost = 0;
                return;
            }
            self.asked = Some(ask);
        }
        let list = acts(&scan, self.ix, text);
        self.correcting =
            list.iter().any(|a| matches!(a, Act::Say(Cue::No | Cue::Actually))) && matches!(self.asked, Some(Ask::Place | Ask::Change));
        // "ok, Saturday then" changes when before it says yes.
        self.hesitates = super::answers::hesitates(&scan) || self.changes_when(&scan, text) || self.names_other_sum(&scan);
        let mut list = self.prices_choice(self.counted_anew(&scan, self.corrected(list)));
        // "I want it on Saturday instead" names a day, and nothing that could be sold.
        list.retain(|a| !matches!(a, Act::Unknown(said, _) if super::whens::is_day(said)));
        let stays = self.b.desk.as_ref().is_some_and(|d| d.kinds().into_iter().any(ResourceKind::by_night));
        let sold = [Cue::Stock, Cue::Price].iter().any(|c| scan.has(*c, 0, scan.words.len())) && !stays;
        let begins = ["do i ", "do we ", "should i ", "can i bring ", "can we bring ", "may i bring ", "am i "];
        let folded = crate::domain::text::fold(text);
        let asks = begins.iter().any(|b| folded.starts_with(b));
        let question = asks || is_question(text) && !scan.has(Cue::Want, 0, scan.words.len());
        self.asking = (question && !sold).then(|| text.to_owned());
        let words: Vec<String> = list.iter().map(|a| self.words_of(a)).filter(|w| !w.is_empty()).collect();
        self.out.understood.extend(words);
        let paid = list.contains(&Act::Say(Cue::Paid));
        self.odd_payment = (paid
            && (super::troubles::is_odd_payment(&scan.words) || self.unpaid().is_empty() && super::troubles::was_before(&scan.words)))
        .then(|| clip(text, 300));
        if self.gives_up(&scan) || self.calls_off(&scan, &list) {
            self.memo.lost = 0;
            return;
        }
        let offer = std::mem::take(&mut self.memo.offer);
        let offer = self.all_that_is_left(offer, &scan);
        let each = scan.words.iter().any(|w| matches!(w.text.as_str(), "each" | "both"));
        let wants = scan.has(Cue::Want, 0, scan.words.len());
        if std::mem::take(&mut self.memo.extra) {
            if self.takes_extra(&offer, &list, wants) {
                return;
            }
        } else if self.takes_offer(&offer, &list, wants, each) {
            return;
        }
        let list = self.takes_offer_to(&offer, list, wants, each);
        let list = self.takes_offer_beside(&offer, list);
        if self.by_intent(text, &list) || self.of_placed_order(text, &list) {
            self.memo.lost = 0;
            return;
        }
        let mut list = list;
        if self.changes_when(&scan, text) {
            list.retain(|a| *a != Act::Say(Cue::Change));
        }
        if self.hesitates && matches!(self.asked, Some(Ask::Place)) {
            // "let me check with my wife" names no thing.
            list.retain(|a| !matches!(a, Act::Unknown(..)));
        }
        let wished = list.clone();
        let (ask, list) = self.for_documents(&scan, text, list);
        let list = self.within_desks(list);
        let beside = list.iter().all(is_beside);
        for act in self.ordered(list) {
            self.act(act, text, menu_before);
        }
        if beside {
            self.ask_which_again();
        }
        self.remembered_wish();
        self.heard |= self.note_wishes(&scan, text, &wished);
        let after = (self.calls.len(), self.out.said.len(), self.out.ask.is_some(), self.out.go_on);
        if !ask.is_empty() {
            let needed = ask.iter().all(|a| matches!(a, Act::Unknown(..) | Act::Ask(Question::Stock { .. })));
            self.ask_documents(text, needed, |p| {
                let ask = p.within_desks(ask);
                ask.into_iter().for_each(|a| p.act(a, text, menu_before));
            });
        } else if before == after && wished.is_empty() && scan.has(Cue::Want, 0, scan.words.len()) && scan.words.len() < 6 {
            // "I want to order"
            self.say("how_can_i_help", &[]);
            self.out.go_on = !self.draft.lines.is_empty();
        } else if before == after && wished.contains(&Act::Say(Cue::Actually)) && wished.iter().all(is_pause) {
            // "wait", "hold on": nothing is done until they go on.
            self.say("no_problem", &[]);
            self.out.go_on = true;
            self.keep_asking();
        } else if before == after && !self.heard && !text.trim().is_empty() {
            self.ask_documents(text, is_question(text), Self::lost);
        } else {
            self.memo.lost = 0;
        }
    }

    /// "no, the grilled chicken": instead of the chicken talked about last, when nobody said how many or "also".
    fn corrected(&self, list: Vec<Act>) -> Vec<Act> {
        let [Act::Say(Cue::No), Act::Add(wishes)] = list.as_slice() else { return list };
        let ([w], Some(line)) = (wishes.as_slice(), self.lines_of(&[]).first().copied()) else { return list };
        let there = self.ix.place.get(&self.draft.lines[line - 1].item_id).map(|i| self.item(*i).category.as_str());
        let like = w.items.iter().all(|i| Some(self.item(*i).category.as_str()) == there);
        if w.quantity.is_some() || !like || !self.lines_of(wishes).is_empty() {
            return list;
        }
        vec![Act::Say(Cue::Actually), Act::Swap(Box::new((Wish::default(), w.clone())))]
    }

    /// "pickup" to "which chicken?" leaves it open which one.
    fn ask_which_again(&mut self) {
        if let (Some(Ask::Which { items, line }), None) = (self.asked.clone(), &self.out.ask) {
            let items: Vec<usize> = items.iter().filter_map(|id| self.ix.place.get(id).copied()).collect();
            self.ask_which(&items, line);
        }
    }

    /// "I'll take it", "give me 2, large": takes what was asked about in the turn before.
    fn takes_offer(&mut self, offer: &[AddLine], list: &[Act], wants: bool, each: bool) -> bool {
        let (mut quantity, mut choices, mut any) = (None, Vec::new(), wants);
        let mut parts: &[Part] = &[];
        for act in list {
            match act {
                // "give me 2, one large one regular"
                Act::Parts(sorts) if offer.len() == 1 => parts = sorts,
                Act::Say(Cue::Yes | Cue::Thanks) => {}
                Act::More(AS_MANY) => return false,
                Act::Number(n) | Act::OfIt(n) | Act::Each(n) | Act::More(n) => quantity = Some(*n),
                Act::Of(so, edit) if edit.quantity.is_none() => {
                    choices.extend(so.iter().chain(&edit.choices));
                }
                Act::Beside(edit, false) => {
                    quantity = quantity.or(edit.quantity);
                    choices.extend(&edit.choices);
                }
                Act::Modify(of, edit) if of.is_empty() => {
                    quantity = quantity.or(edit.quantity);
                    choices.extend(&edit.choices);
                }
                _ => return false,
            }
        }
        any |= quantity.is_some() || !choices.is_empty() || !parts.is_empty();
        let held = |l: &AddLine| self.draft.lines.iter().any(|d| d.item_id == l.item_id);
        if !any || offer.is_empty() || offer.iter().any(held) || offer.len() > 1 && !each && (quantity.is_some() || !choices.is_empty()) {
            return false;
        }
        for line in offer {
            let Some(i) = self.ix.place.get(&line.item_id).copied() else { continue };
            if !parts.is_empty() {
                let of =
                    |p: &Part| AddLine { quantity: p.quantity, options: self.picks(i, &p.choices), note: p.note.clone(), ..line.clone() };
                let sorts = parts.iter().map(of).collect();
                self.add_lines(i, sorts);
                continue;
            }
            let mut line = AddLine { quantity: quantity.unwrap_or(line.quantity), ..line.clone() };
            line.options.extend(self.picks(i, &choices));
            self.add_lines(i, vec![line]);
        }
        true
    }

    /// "ok do that", "that one" to the price of another thing: it is meant, and not the order that we asked about beside it.
    fn takes_named_offer(&mut self, scan: &Scan) -> bool {
        let word = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
        let that = (0..scan.words.len()).any(|k| {
            matches!(word(k), "that" | "this") && word(k + 1) == "one" || word(k) == "do" && matches!(word(k + 1), "it" | "that" | "this")
        });
        let other = |c: &super::cues::CueAt| !matches!(c.cue, Cue::Yes | Cue::Want | Cue::Thanks | Cue::Place | Cue::Done);
        if !that || !scan.spans.is_empty() || scan.words.len() > 6 || scan.cues.iter().any(other) {
            return false;
        }
        let (offer, yes) = (self.memo.offer.clone(), [Act::Say(Cue::Yes)]);
        if self.memo.extra {
            return self.takes_extra(&offer, &yes, true);
        }
        offer.len() == 1 && self.takes_offer(&offer, &yes, true, false)
    }

    /// "1 large, to 4 Unity Close": takes what was asked about; how it is fetched is left to be done.
    fn takes_offer_to(&mut self, offer: &[AddLine], list: Vec<Act>, wants: bool, each: bool) -> Vec<Act> {
        let fetched = |a: &Act| matches!(a, Act::Address(_) | Act::Name(_) | Act::Say(Cue::Pickup | Cue::Delivery));
        let (sides, rest): (Vec<Act>, Vec<Act>) = list.iter().cloned().partition(fetched);
        if !offer.is_empty() && !sides.is_empty() && !rest.is_empty() && self.takes_offer(offer, &rest, wants, each) { sides } else { list }
    }

    /// "give me one, with a coke": takes what was asked about; what else was named is left to be done.
    fn takes_offer_beside(&mut self, offer: &[AddLine], list: Vec<Act>) -> Vec<Act> {
        let [line] = offer else { return list };
        let other = |w: &Wish| w.items.iter().all(|i| self.item(*i).id != line.item_id);
        let (adds, rest): (Vec<Act>, Vec<Act>) = list.iter().cloned().partition(|a| matches!(a, Act::Add(ws) if ws.iter().all(other)));
        let counted = rest.iter().any(|a| matches!(a, Act::OfIt(_)));
        if counted && !adds.is_empty() && self.takes_offer(offer, &rest, true, false) { adds } else { list }
    }

    /// Confirming comes last: "yes, and add a coke" first adds.
    fn ordered(&self, list: Vec<Act>) -> Vec<Act> {
        let late = |a: &Act| matches!(a, Act::Say(Cue::Place | Cue::Done | Cue::Yes | Cue::No | Cue::Cancel));
        let (last, first): (Vec<Act>, Vec<Act>) = list.into_iter().partition(late);
        first.into_iter().chain(last).collect()
    }

    fn lost(&mut self) {
        self.memo.lost = self.memo.lost.saturating_add(1);
        if self.memo.lost > 2 && !self.memo.person {
            return self.person("confused");
        }
        if self.booking_lost() {
            return;
        }
        let about_us =
            |q: &str| cut(q).iter().any(|w| matches!(w.text.as_str(), "you" | "your" | "una" | "i" | "my" | "we" | "it" | "there"));
        if let Some(question) = self.asking.clone().filter(|q| about_us(q) && self.out.ask.is_none()) {
            return self.not_sure(&question);
        }
        let key = if self.asked.is_some() { "not_understood" } else { "off_topic" };
        self.say(key, &[]);
        self.out.go_on = true;
        self.keep_asking();
    }

    /// The question of the last turn stays open when nothing answered it.
    pub fn keep_asking(&mut self) {
        if let Some(ask) = self.asked.clone()
            && matches!(
                ask,
                Ask::Cancel { .. } | Ask::CancelAll | Ask::CancelWhich | Ask::PaidWhich | Ask::Which { .. } | Ask::Instead { .. }
            )
        {
            self.memo.ask = Some(ask);
        }
    }

    fn act(&mut self, act: Act, text: &str, menu_before: bool) {
        match act {
            Act::Add(wishes) => self.add(wishes),
            Act::Remind(wishes) => self.remind(wishes),
            Act::Unknown(said, near) => self.unknown(&said, &near),
            // "is the bread soft?" wants none, also where there is one sort of it.
            Act::Category(c, None) if self.asking.is_some() && self.ix.categories[c].1.len() == 1 => {
                self.ask_facts(&Question::Menu(vec![c]), menu_before);
            }
            Act::Category(c, n) => {
                let note = std::mem::take(&mut self.note);
                self.which(self.ix.categories[c].1.clone(), &Wish { quantity: n, note, ..Wish::default() });
            }
            Act::Remove(wishes, choices) => self.remove(&wishes, &choices),
            Act::Drop(line) if line <= self.draft.lines.len() => self.drop_line(line),
            Act::Drop(_) => self.ask_change(),
            Act::Modify(_, edit) | Act::Beside(edit, _) if self.is_over_limit(&edit.choices) => self.price_of_choices(&edit.choices),
            Act::Modify(of, edit) => self.modify(&of, &edit),
            Act::Another(edit) => self.another(edit),
            Act::Of(so, edit) => self.of_those_that(&so, edit),
            Act::Beside(edit, adds) => self.beside(edit, adds),
            Act::All(edit) => self.all(&edit),
            Act::Parts(parts) => self.parts(&parts),
            Act::Swap(both) => self.swap(&both.0, both.1),
            Act::Rather(both) => self.rather(&both.0, both.1),
            Act::Otherwise(this, that) => self.otherwise(this, that),
            Act::Cheaper(w) => self.cheaper(w),
            Act::Say(Cue::Again) => self.again(self.asks_of_last(text)),
            Act::Ask(q) => self.ask_facts(&q, menu_before),
            Act::Say(cue) => self.cue(cue),
            Act::Address(a) => self.deliver_to(a, text),
            Act::Name(n) => {
                self.call("set_name", &json!({"name": n}));
                self.out.go_on = true;
            }
            Act::Number(n) => self.bare_number(n),
            // Nothing was asked about.
            Act::OfIt(_) => {}
            Act::Keep(wishes) => self.keep_only(wishes),
            Act::NoteOr(_, w) if self.draft.lines.is_empty() => self.add(vec![*w]),
            Act::NoteOr(note, _) => self.act(Act::Note(note), text, menu_before),
            Act::Refuse(choices) => self.refuse_choices(&choices),
            Act::Note(note) => {
                self.heard = true;
                self.wish(&note);
            }
            // "how much is the jollof and give me 2"
            Act::More(n) if self.draft.lines.is_empty() => self.bare_number(n),
            Act::More(n) => {
                self.more = n;
                self.one_more();
            }
            Act::Each(n) => self.each(n),
            Act::EachOwn(own) => self.each_own(&own),
            Act::About(numbers) => self.number = self.order_by(&numbers).or(self.number),
        }
    }

    // --- small tools --------------------------------------------------------

    /// Says a phrase in the customer's language.
    pub fn say(&mut self, key: &str, places: &[(&str, &str)]) {
        let text = say_toned(self.lang, self.tone.as_str(), key, places);
        if !self.out.said.contains(&text) {
            self.out.said.push(text);
        }
    }
    /// Calls a tool.
    pub fn call(&mut self, name: &str, arguments: &impl Serialize) {
        let arguments = serde_json::to_value(arguments).unwrap_or_default();
        self.calls.push(ToolCall { id: format!("b{}", self.calls.len() + 1), name: name.into(), arguments });
    }
    /// An amount as people write it.
    pub fn money(&self, minor: i64) -> String {
        Money::new(minor, self.b.profile.currency).to_string()
    }
    /// The same for a sum that stands in no row: the guard is told that it was reckoned.
    pub fn sum(&mut self, minor: i64) -> String {
        self.out.reckoned.push(minor);
        self.money(minor)
    }
    /// An item by its place.
    pub fn item(&self, i: usize) -> &'a Item {
        &self.b.menu.items[i]
    }
}

/// What answers no question about things: how it is fetched, yes, thanks.
fn is_beside(act: &Act) -> bool {
    // "regular" was about the rice that waited for its size, too.
    if matches!(act, Act::Beside(_, false) | Act::All(_)) || matches!(act, Act::Modify(of, _) if of.is_empty()) {
        return true;
    }
    matches!(act, Act::Address(_) | Act::Name(_) | Act::Say(Cue::Pickup | Cue::Delivery | Cue::Yes | Cue::Place | Cue::Done | Cue::Thanks))
}

/// Of "wait", "ok hold on".
fn is_pause(act: &Act) -> bool {
    matches!(act, Act::Say(Cue::Actually | Cue::Yes | Cue::Thanks | Cue::No | Cue::Greet))
}

/// Signs that are words: a thumb is a yes.
pub fn spelt_out(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '👍' | '👌' | '✅' | '💯' => out.push_str(" yes "),
            '🙏' => out.push_str(" thanks "),
            c => out.push(c),
        }
    }
    out
}
