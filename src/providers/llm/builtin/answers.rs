//! What the customer says to a question of ours.

use super::acts::{Act, acts};
use super::calls_off::is_every;
use super::cues::Cue;
use super::memo::Ask;
use super::plan::Planner;
use super::scan::{Scan, What};
use super::words::{Word, Words};
use crate::domain::house::briefing::OpenOrder;
use crate::domain::house::item::{OptionChoice, OptionGroup};
use crate::domain::shop::basket::{self, ChangeLine, Pick};
use crate::domain::shop::draft::Fulfilment;
use serde_json::json;

impl Planner<'_> {
    /// Takes the text as the answer to our question. False when it is about something else.
    pub fn answer(&mut self, ask: &Ask, scan: &Scan, text: &str) -> bool {
        match ask {
            Ask::Which { items, line } => self.answer_which(items, line, scan),
            Ask::Instead { line } => self.answer_instead(line, scan),
            Ask::Option { line, group } => self.answer_option(*line, group, scan),
            Ask::Address => self.answer_address(scan, text),
            Ask::SameAddress { address } => self.answer_same_address(address, scan, text),
            Ask::Cancel { number } => self.answer_cancel(*number, scan),
            Ask::CancelAll => self.answer_cancel_all(scan),
            Ask::CancelWhich | Ask::PaidWhich => self.answer_order(ask, scan, text),
            Ask::Person { question } => self.answer_person(question, scan, Self::verdict(scan)),
            Ask::Place => self.waits(scan) || self.answer_praise(scan) || self.answer_repeat(scan, text),
            Ask::Fulfilment => self.answer_place(scan, text),
            Ask::Change => self.answer_nothing(scan),
            Ask::Clear => false,
        }
    }

    /// "yes at 4000" of a basket that costs 5000: no yes to what it costs.
    pub fn names_other_sum(&self, scan: &Scan) -> bool {
        let total = basket::total_minor(&self.draft, &self.b.profile).unwrap_or(0) / 10i64.pow(self.b.profile.currency.exponent());
        let sum = |w: &Word| w.number.or(w.amount).filter(|n| *n >= 100);
        matches!(self.asked, Some(Ask::Place))
            && scan.words.windows(2).any(|w| matches!(w[0].text.as_str(), "at" | "for") && sum(&w[1]).is_some_and(|n| n != total))
    }

    /// A yes or no and nothing else that matters.
    pub fn verdict(scan: &Scan) -> Option<bool> {
        if !scan.spans.is_empty() {
            return None;
        }
        let known =
            |c: Cue| matches!(c, Cue::Yes | Cue::No | Cue::Thanks | Cue::Want | Cue::Place | Cue::Actually | Cue::Greet | Cue::Cancel);
        if scan.cues.iter().any(|c| !known(c.cue)) {
            return None;
        }
        scan.cues.iter().find_map(|c| match c.cue {
            Cue::Yes | Cue::Place => Some(true),
            Cue::No => Some(false),
            _ => None,
        })
    }

    fn answer_which(&mut self, items: &[crate::domain::id::Id], line: &basket::AddLine, scan: &Scan) -> bool {
        let places: Vec<usize> = items.iter().filter_map(|id| self.ix.place.get(id).copied()).collect();
        let named = scan.spans.iter().find_map(|s| match &s.what {
            What::Items(of) => {
                let hit: Vec<usize> = places.iter().copied().filter(|p| of.contains(p)).collect();
                (!hit.is_empty()).then_some(hit)
            }
            _ => None,
        });
        let other = scan.spans.iter().any(|s| matches!(&s.what, What::Items(of) if !of.iter().any(|i| places.contains(i))));
        let answers = !other && !scan.asks();
        if answers && self.takes_several(&places, line, scan) {
            return true;
        }
        let each = |w: &Word| w.text == "each" || w.text == "both" && places.len() == 2;
        if answers && scan.words.iter().any(each) {
            return self.answer_each(&places, line, scan);
        }
        let picked = match named.as_deref() {
            Some([one]) if answers => Some(*one),
            None if answers => self
                .named_among(&places, &scan.words)
                .or_else(|| self.by_choice(&places, scan))
                .or_else(|| self.by_price(&places, scan))
                .or_else(|| ordinal(scan).filter(|_| scan.words.len() <= 4).and_then(|n| places.get(n).copied())),
            _ => None,
        };
        let Some(i) = picked else {
            if named.is_none() && Self::verdict(scan) == Some(false) {
                self.say("no_problem", &[]);
                self.out.go_on = true;
                return true;
            }
            return false;
        };
        // "the Emzor one, 2 packs": the last number counts, and "one" may only stand for it.
        let only = scan.words.iter().any(|w| matches!(w.text.as_str(), "just" | "only"));
        let times = scan.words.iter().any(|w| w.number.is_some() && (w.text.starts_with('x') || w.text.ends_with('x')));
        let number =
            scan.words.iter().rev().find_map(|w| w.number).filter(|n| times || named.is_some() && (*n > 1 || scan.words.len() < 4 || only));
        let quantity = number.unwrap_or(line.quantity);
        let choices: Vec<usize> = scan.spans.iter().filter_map(|s| if let What::Choice(c) = s.what { Some(c) } else { None }).collect();
        let has = |p: &Pick| self.item(i).options.iter().any(|g| g.name == p.group);
        let mut options: Vec<Pick> = line.options.iter().filter(|p| has(p)).cloned().collect();
        options.extend(self.picks(i, &choices));
        self.add_lines(i, vec![basket::AddLine { item_id: self.item(i).id, quantity, options, note: line.note.clone() }]);
        true
    }

    /// "2 each", "one of both": of all that were named; what was asked for is shared out when no number is said.
    fn answer_each(&mut self, places: &[usize], line: &basket::AddLine, scan: &Scan) -> bool {
        let count = i64::try_from(places.len()).unwrap_or(1).max(1);
        let quantity = scan.words.iter().find_map(|w| w.number).unwrap_or((line.quantity / count).max(1));
        for i in places {
            let options = self.picks(*i, &[]);
            self.add_lines(*i, vec![basket::AddLine { item_id: self.item(*i).id, quantity, options, note: line.note.clone() }]);
        }
        true
    }

    /// "the cheaper one".
    fn by_price(&self, places: &[usize], scan: &Scan) -> Option<usize> {
        let cheap = scan.cues.iter().any(|c| c.cue == Cue::Cheap);
        if cheap { places.iter().copied().min_by_key(|i| self.item(*i).price_minor) } else { None }
    }

    /// "red velvet": the one of several items that comes so.
    fn by_choice(&self, places: &[usize], scan: &Scan) -> Option<usize> {
        let choice = scan.spans.iter().find_map(|s| if let What::Choice(c) = s.what { Some(c) } else { None })?;
        let mut fit = places.iter().filter(|i| self.ix.choices[choice].at.iter().any(|(x, _, _)| x == *i));
        fit.next().copied().filter(|_| fit.next().is_none())
    }

    /// The one of several items whose name has more of the customer's words than the others have.
    pub fn named_among(&self, places: &[usize], words: &[Word]) -> Option<usize> {
        let hits = |i: &usize| {
            let name = &self.ix.keys[*i][0];
            words.iter().filter(|w| name.split(' ').any(|n| n == super::words::stem(&w.text))).count()
        };
        let best = places.iter().copied().max_by_key(hits).filter(|i| hits(i) > 0)?;
        (places.iter().filter(|i| hits(i) == hits(&best)).count() == 1).then_some(best)
    }

    fn answer_instead(&mut self, line: &basket::AddLine, scan: &Scan) -> bool {
        let Some(i) = self.ix.place.get(&line.item_id).copied() else { return false };
        match Self::verdict(scan) {
            Some(true) => {
                let quantity = scan.words.iter().find_map(|w| w.number).unwrap_or(line.quantity);
                self.add_lines(i, vec![basket::AddLine { quantity, ..line.clone() }]);
                true
            }
            Some(false) => {
                self.say("no_problem", &[]);
                self.out.go_on = true;
                true
            }
            None => false,
        }
    }

    fn answer_option(&mut self, line: usize, group: &str, scan: &Scan) -> bool {
        let Some(l) = line.checked_sub(1).and_then(|k| self.draft.lines.get(k)) else { return false };
        if !scan.spans.is_empty() || scan.words.len() > 3 {
            return false;
        }
        let Some(i) = self.ix.place.get(&l.item_id).copied() else { return false };
        let Some(g) = self.item(i).options.iter().find(|g| g.name == group) else { return false };
        // A number is how many; "the second" and "reg" are which.
        let place = ordinal(scan).filter(|_| scan.words.iter().any(|w| matches!(w.text.as_str(), "first" | "second" | "third")));
        let Some(c) = place.and_then(|n| g.choices.get(n)).or_else(|| shortened(g, scan)) else { return false };
        let mut options: Vec<Pick> = l.options.iter().map(|o| Pick { group: o.group.clone(), choice: o.choice.clone() }).collect();
        options.push(Pick { group: g.name.clone(), choice: c.name.clone() });
        self.change(ChangeLine { line, quantity: None, item_id: None, options: Some(options), note: None }, i);
        true
    }

    /// Words that answer "where to?". Questions, other deeds and bare politeness do not.
    fn answer_address(&mut self, scan: &Scan, text: &str) -> bool {
        let busy = |c: Cue| {
            !matches!(
                c,
                Cue::Thanks | Cue::Greet | Cue::Yes | Cue::Where | Cue::Stock | Cue::Actually | Cue::Person | Cue::Status | Cue::No
            )
        };
        let asks = scan.asks();
        let fulfils = scan.cues.iter().any(|c| matches!(c.cue, Cue::Address | Cue::Delivery));
        let has_digit = scan.words.iter().any(|w| w.text.bytes().any(|b| b.is_ascii_digit()));
        let blocked = scan.cues.iter().any(|c| busy(c.cue)) && !has_digit;
        let words = scan.words.iter().filter(|w| !super::cues::is_plain(&w.text) || w.number.is_some()).count();
        let items = scan.spans.iter().any(|s| matches!(s.what, What::Items(_)) && s.full);
        let ordering =
            scan.cues.iter().any(|c| matches!(c.cue, Cue::Want | Cue::Remove | Cue::Change | Cue::Pickup | Cue::Cancel | Cue::Person));
        let only_counts = scan.words.iter().all(|w| w.number.is_some());
        if matches!(scan.words.as_slice(), [w] if w.number.is_some_and(|n| n > 9) && w.text.len() < 4) {
            // "24" is no address yet, and no other number of plates.
            self.put(Ask::Address, crate::domain::phrase::say(self.lang, "ask_address", &[]), vec![]);
            return true;
        }
        let placed = super::places::is_place(scan) && !asks;
        if !placed && (is_sentence(scan) || asks || fulfils || blocked || words == 0 || items || ordering || only_counts) {
            return false;
        }
        let from = scan
            .words
            .iter()
            .position(|w| !matches!(w.text.as_str(), "to" | "at" | "ok" | "okay" | "yes" | "its" | "it" | "is"))
            .unwrap_or(0);
        let address = text[scan.words[from].from..].trim().trim_end_matches(['.', '!']).to_owned();
        self.deliver_to(address, text);
        true
    }

    /// "15 Adeniyi Jones Ikeja" to "pickup or delivery?": a house number and names of no thing on the menu are where to bring it.
    fn answer_place(&mut self, scan: &Scan, text: &str) -> bool {
        let Some(first) = scan.words.first() else { return false };
        let lead = matches!(first.text.as_str(), "no" | "number" | "flat" | "house" | "block" | "plot");
        let house = scan
            .words
            .get(usize::from(lead))
            .is_some_and(|w| w.number.is_some_and(|n| n < 10_000) || w.text.starts_with(|c: char| c.is_ascii_digit()));
        let names = scan.words.iter().filter(|w| w.number.is_none() && !super::cues::is_plain(&w.text)).count();
        house && names > 1 && scan.words.len() <= 30 && scan.spans.is_empty() && self.answer_address(scan, text)
    }

    /// Yes brings it where it went before; another address goes there.
    fn answer_same_address(&mut self, address: &str, scan: &Scan, text: &str) -> bool {
        let same = scan.words.len() <= 5 && scan.words.iter().any(|w| matches!(w.text.as_str(), "same" | "usual" | "there"));
        match Self::verdict(scan).or(same.then_some(true)) {
            Some(true) => self.fulfil(Fulfilment::Delivery, Some(address.to_owned())),
            Some(false) => self.put(Ask::Address, crate::domain::phrase::say(self.lang, "ask_address", &[]), vec![]),
            None => return self.answer_address(scan, text),
        }
        true
    }

    fn answer_cancel(&mut self, number: i64, scan: &Scan) -> bool {
        let cancels = scan.cues.iter().any(|c| c.cue == Cue::Cancel) && scan.spans.is_empty();
        match Self::verdict(scan).or(cancels.then_some(true)) {
            // "I paid" may have come between our question and the yes.
            Some(true) if self.is_paid(number) => self.cancel_by_person(number),
            Some(true) => self.call("cancel_order", &json!({"number": number})),
            Some(false) => self.say("kept", &[("number", &number.to_string())]),
            None => return false,
        }
        true
    }

    /// Which of the open orders: by number, reference, amount or place in the list.
    fn answer_order(&mut self, ask: &Ask, scan: &Scan, text: &str) -> bool {
        let orders = self.unpaid();
        if is_every(scan) {
            self.call_each(if *ask == Ask::PaidWhich { "report_payment" } else { "cancel_order" });
            return true;
        }
        let said = |o: &OpenOrder| {
            let total = o.total_minor / 10i64.pow(self.b.profile.currency.exponent());
            let number = scan.words.iter().any(|w| w.number == Some(o.number) || w.number.or(w.amount) == Some(total));
            number || text.to_uppercase().contains(&o.reference) && !o.reference.is_empty()
        };
        let by_place = ordinal(scan).and_then(|n| orders.get(n)).map(|o| o.number);
        let Some(number) = orders.iter().find(|o| said(o)).map(|o| o.number).or_else(|| self.order_named(scan, &orders)).or(by_place)
        else {
            return false;
        };
        match ask {
            Ask::PaidWhich => self.call("report_payment", &json!({"number": number})),
            _ => self.call("cancel_order", &json!({"number": number})),
        }
        true
    }

    /// "The details are right", "that's the one": praise for the basket is a yes.
    fn answer_praise(&mut self, scan: &Scan) -> bool {
        let word = |list: &[&str]| scan.words.iter().any(|w| list.contains(&w.text.as_str()));
        let the_one = scan.words.windows(2).any(|w| matches!(w[0].text.as_str(), "the" | "that" | "right") && w[1].text == "one");
        let counts = scan.words.iter().any(|w| w.number.is_some_and(|n| n != 100)) && !the_one;
        let good = (word(GOOD) || the_one) && !counts;
        let bad = word(&[
            "not", "isnt", "no", "nope", "but", "wrong", "dont", "doesnt", "actually", "wait", "add", "also", "except", "instead",
            "change", "make", "can", "could", "without", "how", "when", "where", "which", "who", "more", "another", "if", "remove", "two",
            "three",
        ]);
        let busy = |c: Cue| !matches!(c, Cue::Yes | Cue::Thanks | Cue::Want | Cue::Done | Cue::Place | Cue::Stock | Cue::Bye);
        let asks = scan.asks();
        let ready = basket::ready_to_place(&self.draft, &self.b.menu, &self.b.profile).is_ok();
        let joined = scan.words.first().is_some_and(|w| matches!(w.text.as_str(), "and" | "also" | "plus"));
        let told = |i: usize| scan.is_told(i);
        let tells =
            |(i, w): (usize, &Word)| !told(i) && w.text.len() > 2 && !super::cues::is_filler(&w.text) && !GOOD.contains(&w.text.as_str());
        let more = scan.words.iter().enumerate().filter(|x| tells(*x)).count() > 1;
        if joined
            || more
            || hesitates(scan)
            || !good
            || bad
            || asks
            || !ready
            || !scan.spans.is_empty()
            || scan.words.len() > 12
            || scan.cues.iter().any(|c| busy(c.cue))
        {
            return false;
        }
        self.place();
        true
    }

    /// "Yes, I would like a latte to go": the same things again are a yes, not more of them.
    fn answer_repeat(&mut self, scan: &Scan, text: &str) -> bool {
        if !scan.cues.iter().any(|c| c.cue == Cue::Yes)
            || scan.cues.iter().any(|c| matches!(c.cue, Cue::More | Cue::Change | Cue::Remove | Cue::No))
        {
            return false;
        }
        if scan.words.iter().any(|w| matches!(w.text.as_str(), "add" | "also" | "another" | "extra" | "plus" | "but")) {
            return false;
        }
        let list = acts(scan, self.ix, text);
        let same = |w: &super::read::Wish| {
            w.items
                .iter()
                .any(|i| self.draft.lines.iter().any(|l| l.item_id == self.item(*i).id && w.quantity.is_none_or(|q| q == l.quantity)))
        };
        let repeats = list.iter().any(|a| matches!(a, Act::Add(ws) if ws.iter().all(same)));
        let else_ =
            list.iter().any(|a| !matches!(a, Act::Add(_) | Act::Say(Cue::Yes | Cue::Thanks | Cue::Pickup | Cue::Place | Cue::Done)));
        if !repeats || else_ || basket::ready_to_place(&self.draft, &self.b.menu, &self.b.profile).is_err() {
            return false;
        }
        if list.contains(&Act::Say(Cue::Pickup)) {
            self.fulfil(Fulfilment::Pickup, None);
        }
        self.place();
        true
    }
}

/// "i'll be home by 6", "that's 1000 right": a sentence without a place in it.
fn is_sentence(scan: &Scan) -> bool {
    let word = |list: &str| scan.words.iter().any(|w| list.split(' ').any(|x| x == w.text));
    let begins = scan.words.first().is_some_and(|w| {
        matches!(
            w.text.as_str(),
            "i" | "ill"
                | "im"
                | "we"
                | "my"
                | "are"
                | "thats"
                | "that"
                | "you"
                | "he"
                | "she"
                | "can"
                | "do"
                | "tell"
                | "is"
                | "who"
                | "when"
                | "what"
                | "why"
                | "how"
                | "will"
                | "does"
                | "did"
                | "should"
                | "whats"
                | "whos"
                | "they"
                | "wait"
                | "hold"
                | "let"
        )
    });
    let sends = word("send share drop text") && word("address location it") && !scan.words.iter().any(|w| w.number.is_some());
    begins && (sends || !word("stay live near opposite behind beside street road avenue close estate way address lane crescent house"))
}

/// Words of praise for a basket.
const GOOD: &[&str] = &[
    "right",
    "correct",
    "good",
    "great",
    "perfect",
    "perfectly",
    "fine",
    "exactly",
    "everything",
    "awesome",
    "cool",
    "excellent",
    "accurate",
    "got",
    "clear",
    "nice",
    "lovely",
    "there",
    "wanted",
    "order",
    "terrific",
    "asked",
    "ready",
    "100",
    "ordered",
    "works",
    "wonderful",
    "true",
    "looks",
    "all",
    "want",
    "need",
];

/// "ok hold on", "let me ask my wife first", "ok how much": more than a yes, whatever it begins with.
pub fn hesitates(scan: &Scan) -> bool {
    static WAITS: Words = Words::new(
        "wait hold later ask check before after but if minute minutes min mins tomorrow today tonight when how not never unless until \
        till first thinking message soon maybe instead back",
    );
    let asks = |c: Cue| {
        use Cue::{Actually, Change, Contents, DeliverQ, Fee, HowLong, More, No, PayQ, PickupQ, Price, Where};
        matches!(c, Actually | Change | Contents | DeliverQ | Fee | HowLong | More | No | PayQ | PickupQ | Price | Where)
    };
    let word = |w: &Word| WAITS.has(&w.text) || w.text == super::words::TIME || w.after == super::words::Gap::Ask;
    let leads = |w: &str| {
        matches!(w, "ok" | "okay" | "okk" | "yes" | "yeah" | "alright" | "sure" | "cool" | "but" | "and" | "pls" | "please" | "right")
    };
    let first = scan.words.iter().position(|w| !leads(&w.text));
    let word_at = |k: usize| scan.words.get(k).map_or("", |w| w.text.as_str());
    let question = |w: &str| matches!(w, "is" | "are" | "does" | "did" | "what" | "which" | "who" | "where" | "send");
    // "Sure is" asks nothing.
    let begins = first.is_some_and(|k| question(word_at(k)) && !matches!(word_at(k + 1), "" | "thanks" | "thank"));
    begins || scan.words.iter().any(word) || scan.cues.iter().any(|c| asks(c.cue))
}

/// "reg" is Regular, when no other choice begins so.
fn shortened<'g>(group: &'g OptionGroup, scan: &Scan) -> Option<&'g OptionChoice> {
    let [word] = scan.words.as_slice() else { return None };
    let begins = |c: &&OptionChoice| word.text.len() > 1 && crate::domain::text::fold(&c.name).starts_with(&word.text);
    let mut fit = group.choices.iter().filter(begins);
    fit.next().filter(|_| fit.next().is_none())
}

/// "the second one", "2": the place in a list, from 0.
fn ordinal(scan: &Scan) -> Option<usize> {
    scan.words.iter().find_map(|w| match w.text.as_str() {
        "first" => Some(0),
        "second" => Some(1),
        "third" => Some(2),
        "last" => None,
        _ => w.number.and_then(|n| usize::try_from(n - 1).ok()),
    })
}
