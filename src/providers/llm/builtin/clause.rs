//! What one clause of a text does: told first, then asked, then changed, then ordered.

use super::acts::{Act, Edit, deeds};
use super::changes::{change, of_those_that, some_of_all};
use super::cues::{Cue, CueAt, is_filler, is_manner};
use super::index::Index;
use super::questions::{Question, question};
use super::read::{Found, Wish, read};
use super::remarks::{is_past, line_at, never_came, remark, wants_pictures};
use super::removals::{cancel, held, not_wanted, rather, remove};
use super::same::same;
use super::scan::{Scan, What};
use super::shares::share;
use super::sums::{about, denies, sends_money, wants};
use super::troubles::complains;
use super::turned::turned;
use super::words::Gap;

mod depends;

/// A clause and what it is read against.
struct Clause<'a> {
    scan: &'a Scan,
    ix: &'a Index,
    text: &'a str,
    from: usize,
    to: usize,
}

impl Clause<'_> {
    fn has(&self, cue: Cue) -> bool {
        self.scan.has(cue, self.from, self.to)
    }
    fn says(&self, list: &[&str]) -> bool {
        self.scan.words[self.from..self.to].iter().any(|w| list.contains(&w.text.as_str()))
    }
    fn begins(&self, list: &[&str]) -> bool {
        list.contains(&self.scan.words[self.from].text.as_str())
    }
    fn asks(&self) -> bool {
        self.scan.words[self.to - 1].after == Gap::Ask
    }
    fn wants(&self) -> bool {
        wants(self.scan, self.from, self.to)
    }
    fn any(&self, cue: impl Fn(&CueAt) -> bool) -> bool {
        self.scan.cues.iter().any(|c| c.from >= self.from && c.to <= self.to && cue(c))
    }
    /// Nothing but that the customer comes for it, after a no.
    fn fetches(&self) -> bool {
        let Some(own) = self.scan.cues.iter().find(|c| c.cue == Cue::Pickup && c.from > self.from && c.to == self.to) else { return false };
        let before = self.scan.words[self.from..own.from].iter();
        own.to - own.from > 1 && before.clone().all(|w| matches!(w.text.as_str(), "no" | "hmm" | "nah" | "actually" | "ok" | "oh" | "wait"))
    }
    fn remove(&self, f: Found, out: &mut Vec<Act>) {
        remove(f, (self.scan, self.ix), self.from, self.to, out);
    }

    /// What happened, what is no longer wanted, what is so: told without ordering anything. True when that was all.
    fn tells(&self, out: &mut Vec<Act>) -> bool {
        let Self { scan, ix, text, from, to } = *self;
        let denied = |c: &CueAt| c.cue == Cue::Paid && denies(scan, from.max(c.from.saturating_sub(3)), c.to);
        if self.any(denied) {
            out.push(Act::Ask(Question::Pay));
            return true;
        }
        let paid = (self.has(Cue::Paid) || sends_money(scan, from, to)) && !self.asks();
        let late = super::troubles::is_late(&scan.words);
        if (paid || self.has(Cue::Status) && !late) && !self.wants() {
            // "I paid 6600 for the jollof", "where is my jollof": what was bought and for how much, not what is wanted.
            out.push(about(scan, from, to));
            out.push(Act::Say(if paid { Cue::Paid } else { Cue::Status }));
            sides(scan, from, to, out);
            return true;
        }
        if complains(scan, from, to) || never_came(scan, from, to) {
            out.push(Act::Say(Cue::Anger));
            return true;
        }
        if self.has(Cue::Refund) && !self.wants() {
            // "refund me my 1800": a sum, and what it was for.
            out.push(Act::Say(Cue::Refund));
            return true;
        }
        if self.is_about_named(out) {
            return true;
        }
        if let Some(act) = not_wanted(scan, ix, text, from, to) {
            out.retain(|a| *a != Act::Say(Cue::No));
            out.push(act);
            return true;
        }
        if self.begins(&["if"]) && self.says(&["no", "not", "dont", "finished", "finish", "unavailable", "isnt", "havent"]) && !self.asks()
        {
            // "if no spaghetti, then noodles"; "if you don't have any, give me 2 jollof" orders beside it.
            let wish = scan.cues.iter().find(|c| c.cue == Cue::Want && c.from > from && c.to <= to).map_or(to, |c| c.from);
            // "if not give me 2 chicken": of what was asked about there is none, or they would be told.
            if wish - from > 2 || wish == to {
                out.push(Act::Note(text[scan.words[from].from..scan.words[wish - 1].to].to_owned()));
            }
            if wish < to {
                clause(scan, ix, text, wish, to, out);
            }
            return true;
        }
        if let Some(act) = rather(scan, ix, text, from, to).or_else(|| self.depends()) {
            out.push(act);
            sides(scan, from, to, out);
            return true;
        }
        if let Some(acts) = turned(scan, ix, text, from, to) {
            out.extend(acts);
            return true;
        }
        if let Some(act) = of_those_that(scan, ix, text, from, to).or_else(|| held(scan, ix, text, from, to)) {
            out.push(act);
            return true;
        }
        if let Some(act) = remark(scan, from, to) {
            out.push(act);
            return true;
        }
        is_past(scan, from, to)
    }

    /// What it names, with the numbers that are said for all of it.
    fn read(&self) -> Found {
        let mut f = read(self.scan, self.ix, self.text, self.from, self.to);
        share(self.scan, self.ix, self.from, self.to, &mut f);
        f
    }

    /// "one soup with fufu": of the soups those that have it.
    fn of_category(&self, f: Found) -> Found {
        let [category] = f.categories[..] else { return f };
        if !f.wishes.is_empty() || f.choices.is_empty() || !f.unknown.is_empty() || self.asks() || self.has(Cue::Remove) {
            return f;
        }
        let has = |i: &usize| f.choices.iter().all(|c| self.ix.choices[*c].at.iter().any(|(x, _, _)| x == i));
        let items: Vec<usize> = self.ix.categories[category].1.iter().copied().filter(has).collect();
        let counted = f.also.iter().find_map(|(_, n)| *n).or(f.number);
        if items.is_empty() || counted.is_none() {
            return f;
        }
        let said = self.ix.categories[category].0.clone();
        let wish = Wish { items, quantity: counted, choices: f.choices, note: f.note, said, ..Wish::default() };
        Found { wishes: vec![wish], ..Found::default() }
    }

    /// "please don't forget the coke".
    fn reminds(&self) -> bool {
        let words = &self.scan.words[self.from..self.to];
        words.windows(2).any(|w| matches!(w[0].text.as_str(), "dont" | "not" | "never") && w[1].text == "forget")
    }

    /// "jollof" of "jollof to my house": what is in the basket is not wanted once more.
    fn goes_home(&self, f: &Found) -> bool {
        let there = self.scan.cue_at(self.to).is_some_and(|c| c.cue == Cue::Delivery && self.scan.words[c.from].text == "to");
        let named = !f.wishes.is_empty() && f.wishes.iter().all(|w| w.quantity.is_none() && w.is_plain());
        there && named && f.unknown.is_empty() && !self.has(Cue::Want)
    }

    /// How many or how a thing in the basket shall be, and what alone shall stay. True when that was all.
    fn settles(&self, f: &Found, out: &mut Vec<Act>) -> bool {
        let words = &self.scan.words[self.from..self.to];
        // "one less butter" and not "2 less spicy jollof".
        let thing = |k: usize| self.scan.span_at(k).is_some_and(|s| s.to <= self.to && matches!(s.what, What::Items(_)));
        let at = (0..words.len())
            .find(|k| matches!(words[*k].text.as_str(), "less" | "fewer") && (k + 1 == words.len() || thing(self.from + k + 1)));
        // "one coke less"
        let behind = at.is_some_and(|k| self.scan.spans.iter().any(|s| s.to == self.from + k && matches!(s.what, What::Items(_))));
        let counted = f.wishes.last().and_then(|w| w.quantity).filter(|_| behind);
        let less = at.and_then(|k| k.checked_sub(1)).and_then(|k| words[k].number).or(counted);
        let only = self.says(&["just", "only"]) && !self.has(Cue::Want) && words.iter().any(|w| w.number.is_some());
        if self.says(&["should"])
            && !self.has(Cue::Want)
            && f.wishes.len() > 1
            && f.wishes.iter().all(|w| w.quantity.is_some() && w.is_plain())
        {
            // "brown bread should be 1 and white bread 2"
            let so = |w: &Wish| Act::Modify(vec![w.clone()], Edit { quantity: w.quantity, ..Edit::default() });
            out.extend(f.wishes.iter().map(so));
            sides(self.scan, self.from, self.to, out);
            return true;
        }
        if self.tells_how_many(f) {
            let so = |w: &Wish| Act::Modify(vec![w.clone()], Edit { quantity: w.quantity, choices: w.choices.clone(), ..Edit::default() });
            out.extend(f.wishes.iter().map(so));
            sides(self.scan, self.from, self.to, out);
            return true;
        }
        if let ([w], Some(act)) = (f.wishes.as_slice(), self.lets_out(f)) {
            out.push(if let Act::Number(n) = act {
                Act::Modify(vec![w.clone()], Edit { quantity: Some(n), ..Edit::default() })
            } else {
                act
            });
            sides(self.scan, self.from, self.to, out);
            return true;
        }
        let act = match f.wishes.as_slice() {
            // "one less butter"
            [w] if less.is_some() => Act::Remove(vec![Wish { quantity: less, note: String::new(), ..w.clone() }], Vec::new()),
            // "the jollof should be large"
            [w] if self.says(&["should"]) && !self.has(Cue::Want) && w.quantity.is_none() && !w.is_plain() => {
                let edit = Edit { choices: w.choices.clone(), note: w.note.clone(), ..Edit::default() };
                Act::Modify(vec![w.clone()], edit)
            }
            // "all drinks except coke": which stay is asked.
            wishes if !wishes.is_empty() && !f.categories.is_empty() && self.says(&["except", "excluding"]) => Act::Say(Cue::Change),
            wishes if !wishes.is_empty() && self.keeps(wishes) => Act::Keep(wishes.to_vec()),
            // "just one fanta"
            [w] if only && w.quantity.is_some() && w.is_plain() => {
                Act::Modify(vec![w.clone()], Edit { quantity: w.quantity, ..Edit::default() })
            }
            _ => return false,
        };
        out.push(act);
        sides(self.scan, self.from, self.to, out);
        true
    }

    /// "remove everything except the plasters", "I only want the bread".
    fn keeps(&self, wishes: &[Wish]) -> bool {
        let all = self.has(Cue::Clear) || self.has(Cue::Remove) && self.says(&["everything", "all", "others", "rest"]);
        // "I only want the coke cold" says how it shall be.
        let named = |k: usize| self.scan.is_named(k);
        let how = (self.from..self.to).any(|k| is_manner(&self.scan.words[k].text) && !named(k));
        let only = self.says(&["only"]) && (self.has(Cue::Want) || self.says(&["want", "need"])) && !how;
        // "actually only the 5kg", "no, just the coke": nothing is added by it.
        let corrects = self.scan.cues.iter().any(|c| matches!(c.cue, Cue::Actually | Cue::No) && c.from <= self.from + 1);
        let other = |c: &CueAt| !matches!(c.cue, Cue::Actually | Cue::No | Cue::Thanks | Cue::Yes | Cue::Pickup | Cue::Delivery);
        let bare = wishes.iter().all(|w| w.quantity.is_none() && w.is_plain());
        // "ok just the coke then", "just zobo actually"
        let corrects = corrects || self.any(|c| c.cue == Cue::Actually) || wishes.iter().all(|w| w.mine) && self.says_just_the();
        // "I don't want the foam just sitting on the coffee"
        if self.any(|c| c.cue == Cue::No && self.scan.words[c.to - 1].text == "want") {
            return false;
        }
        if corrects && self.says(&["only", "just"]) && bare && !how && !self.any(other) && !self.asks() {
            return true;
        }
        self.says(&["except", "excluding", "apart"]) && all || only && bare && wishes.iter().all(|w| w.mine)
    }

    /// "just the coke": one that was spoken of, and no other.
    fn says_just_the(&self) -> bool {
        let words = &self.scan.words[self.from..self.to];
        words.windows(2).any(|w| matches!(w[0].text.as_str(), "just" | "only") && matches!(w[1].text.as_str(), "the" | "that" | "my"))
    }

    /// Emptied, taken out, cancelled. The rest when it was something else.
    fn takes_out(&self, f: Found, out: &mut Vec<Act>) -> Option<Found> {
        let named = !f.wishes.is_empty();
        let told_apart = !(f.choices.is_empty() && f.categories.is_empty());
        let place = line_at(self.scan, self.from, self.to).filter(|_| self.has(Cue::Remove) && !named && !told_apart);
        // "2 jollof, I don't want plantain in it" says how the jollof shall be.
        let of_it = |c: &CueAt| self.scan.spans.iter().any(|s| s.from >= self.from && s.to <= c.from && matches!(s.what, What::Items(_)));
        let refused = |c: &CueAt| c.cue == Cue::No && self.scan.words[c.to - 1].text == "want" && !of_it(c);
        if let Some(place) = place {
            out.push(Act::Drop(place));
        } else if self.has(Cue::Clear) && (named || told_apart) {
            // "remove all the black ones"
            self.remove(f, out);
        } else if self.has(Cue::Clear) {
            out.push(Act::Say(Cue::Clear));
        } else if !named && !f.choices.is_empty() && !self.has(Cue::Change) && self.any(refused) {
            // "I don't want pepper": taken off; which size instead is still to be said.
            out.retain(|a| *a != Act::Say(Cue::No));
            out.push(Act::Refuse(f.choices));
        } else if named && self.any(refused) {
            // "I don't want the coke": no answer to us, but to the coke.
            out.retain(|a| *a != Act::Say(Cue::No));
            self.remove(f, out);
        } else if self.has(Cue::Remove) && !named && matches!(self.scan.words[0].text.as_str(), "what" | "which" | "how") {
            out.push(Act::Say(Cue::Change));
        } else if self.has(Cue::Remove) && !named && f.number.is_some_and(|n| n >= 100) {
            // "abeg remove 500 for me"
            out.push(Act::Ask(Question::Discount));
        } else if self.has(Cue::Remove) && !named && !told_apart && f.number.is_none() && self.says(&["skip", "need", "forget", "scrap"]) {
            return self.lets_go(f, out);
        } else if self.has(Cue::Remove) || self.has(Cue::Cancel) && !named && told_apart {
            self.remove(f, out);
        } else if self.has(Cue::Cancel) {
            cancel(f, out);
        } else {
            return Some(f);
        }
        None
    }

    /// "no need for spoons", "skip delivery", "scrap the lot": no thing of the menu is named.
    fn lets_go(&self, f: Found, out: &mut Vec<Act>) -> Option<Found> {
        if self.has(Cue::Delivery) || self.has(Cue::Pickup) {
            return Some(f);
        }
        let (scan, from, to) = (self.scan, self.from, self.to);
        out.push(if self.says(&["lot", "all", "everything", "order"]) {
            Act::Say(Cue::Clear)
        } else if self.says(&["it", "that", "them"]) {
            Act::Remove(Vec::new(), Vec::new())
        } else if to - from > 1 {
            Act::Note(self.text[scan.words[from].from..scan.words[to - 1].to].to_owned())
        } else {
            return Some(f);
        });
        None
    }
}

/// What the words `from..to` do.
pub fn clause(scan: &Scan, ix: &Index, text: &str, from: usize, to: usize, out: &mut Vec<Act>) {
    let c = Clause { scan, ix, text, from, to };
    if c.has(Cue::Inject) {
        return out.push(Act::Say(Cue::Inject));
    }
    if c.has(Cue::Name) {
        let end = name(scan, text, from, to, out);
        // "my name is Funke and I want 2 jollof" wants something, too.
        if end > from && end < to {
            clause(scan, ix, text, end, to, out);
        }
        return;
    }
    polite(scan, from, to, out);
    if c.fetches() {
        // "hmm no, I'll pick it up"
        out.retain(|a| *a != Act::Say(Cue::No));
        return out.push(Act::Say(Cue::Pickup));
    }
    if let Some(act) = same(scan, ix, text, from, to, out) {
        out.push(act);
        return sides(scan, from, to, out);
    }
    if c.tells(out) {
        return;
    }
    let f = c.of_category(c.read());
    if !f.wishes.is_empty() && wants_pictures(scan, from, to) {
        return out.push(Act::Ask(Question::Inside(f.wishes.into_iter().flat_map(|w| w.items).collect())));
    }
    if c.reminds() && !f.wishes.is_empty() {
        out.push(Act::Remind(f.wishes));
        return sides(scan, from, to, out);
    }
    if let (true, true, [kind]) =
        (c.says(&["each", "every"]) && f.number.is_some(), f.wishes.is_empty() && f.unknown.is_empty(), f.categories.as_slice())
    {
        // "one of each drink"
        let one = |i: &usize| Wish { items: vec![*i], quantity: f.number, full: true, ..Wish::default() };
        out.push(Act::Add(ix.categories[*kind].1.iter().map(one).collect()));
        return sides(scan, from, to, out);
    }
    if let (true, true, Some(n)) = (c.says(&["each"]), f.wishes.is_empty() && f.unknown.is_empty(), f.number) {
        return out.push(Act::Each(n));
    }
    // "is delivery 1000?", "is delivery free on Sunday?"
    if c.asks() && c.has(Cue::Delivery) && f.wishes.is_empty() && !c.has(Cue::Want) && to > 1 {
        return out.push(Act::Ask(Question::Fee));
    }
    if question(scan, ix, from, to, &f, out) || c.settles(&f, out) {
        return;
    }
    let Some(f) = c.takes_out(f, out) else { return };
    if c.goes_home(&f) {
        return out.push(Act::Remind(f.wishes));
    }
    for cue in [Cue::Refund, Cue::Status, Cue::Paid, Cue::Again, Cue::Undo, Cue::Place] {
        if c.has(cue) {
            out.push(Act::Say(cue));
        }
    }
    if let Some(act) = some_of_all(&f, scan, from, to) {
        out.push(act);
        return sides(scan, from, to, out);
    }
    if (c.has(Cue::Change) || c.has(Cue::Instead)) && change(&f, (scan, ix, text), from, to, out) {
        return sides(scan, from, to, out);
    }
    deeds(f, scan, from, to, out);
    sides(scan, from, to, out);
}

/// Pickup, delivery, "that's all": beside whatever else the clause does.
fn sides(scan: &Scan, from: usize, to: usize, out: &mut Vec<Act>) {
    let turned = |k: usize| matches!(scan.words[k].text.as_str(), "sorry" | "actually" | "rather" | "wait");
    for cue in [Cue::Pickup, Cue::Delivery, Cue::Done] {
        let Some(c) = scan.cues.iter().find(|c| c.cue == cue && c.from >= from && c.to <= to) else { continue };
        let way = |c: &&CueAt| matches!(c.cue, Cue::Pickup | Cue::Delivery);
        if way(&c) && scan.cues.iter().filter(way).any(|x| x.cue != cue && x.from > c.to && x.to <= to && (c.to..x.from).any(turned)) {
            // "delivery no sorry pickup"
            continue;
        }
        // Up to the last pause: "skip delivery, I'll pick up" refuses no pickup.
        let pause = (0..c.from).rev().find(|k| scan.words[*k].after != Gap::None).map_or(0, |k| k + 1);
        let before = &scan.words[pause.max(c.from.saturating_sub(3))..c.from];
        let meant = before.iter().any(|w| matches!(w.text.as_str(), "meant" | "mean" | "want" | "prefer"))
            && !before.iter().any(|w| matches!(w.text.as_str(), "not" | "dont"));
        let corrects = (c.from.saturating_sub(2)..c.from).any(turned);
        let refused =
            !meant && !corrects && before.iter().any(|w| matches!(w.text.as_str(), "no" | "not" | "dont" | "without" | "never" | "skip"));
        out.push(Act::Say(match cue {
            Cue::Delivery if refused => Cue::Pickup,
            Cue::Pickup if refused => Cue::Delivery,
            _ => cue,
        }));
    }
}

fn polite(scan: &Scan, from: usize, to: usize, out: &mut Vec<Act>) {
    use Cue::{Actually, Anger, Bot, Bye, Greet, HowAreYou, No, Person, Thanks, Yes};
    let cues = scan.cues.iter().filter(|c| c.from >= from && c.to <= to);
    for c in cues {
        match c.cue {
            Yes | No if c.from > from + 1 && scan.words[c.from - 1].after == Gap::None && !scan.cues.iter().any(|p| p.to == c.from) => {}
            Greet | Thanks | Bye | HowAreYou | Bot | Person | Anger | Yes | No | Actually => out.push(Act::Say(c.cue)),
            _ => {}
        }
    }
}

/// Takes the name, and says where it ends.
fn name(scan: &Scan, text: &str, from: usize, to: usize, out: &mut Vec<Act>) -> usize {
    let Some(c) = scan.cues.iter().find(|c| c.cue == Cue::Name && c.from >= from) else { return to };
    if super::recipients::is_anothers(&scan.words, c.from) {
        // Whoever receives it is not the customer.
        return to;
    }
    let title =
        |k: usize| matches!(scan.words[k].text.as_str(), "mr" | "mrs" | "ms" | "miss" | "dr" | "chief" | "alhaji" | "alhaja" | "pastor");
    let other = |k: usize| scan.cue_at(k).is_some() || scan.span_at(k).is_some() || is_filler(&scan.words[k].text);
    let most = to.min(c.to + 3 + usize::from(c.to < to && title(c.to)));
    let ends = |k: &usize| scan.words[k - 1].after != Gap::None && !title(k - 1) || *k < to && other(*k);
    let end = (c.to + 1..=most).find(ends).unwrap_or(most);
    if c.to < end {
        out.push(Act::Name(text[scan.words[c.to].from..scan.words[end - 1].to].to_owned()));
    }
    end
}
