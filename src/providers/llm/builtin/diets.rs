//! Questions about what somebody may eat: whether a thing is vegan or halal, whether there are nuts in it, what there is without milk.
//! Only what the owner wrote about a thing answers them; for anything else a person is offered, for a guess may make somebody ill.

use super::cues::{Cue, is_filler};
use super::index::Index;
use super::plan::Planner;
use super::questions::Question;
use super::read::Found;
use super::scan::{Scan, What};
use super::words::{Gap, Words};
use crate::domain::house::fact::{leaves_out, mentions, speaks_of};

/// How somebody eats.
static WAYS: Words = Words::new(
    "vegan vegans vegetarian vegetarians muslims jews coeliacs veggie halal kosher coeliac celiac keto pescatarian allergen allergens gluten lactose vegano vegana veganos veganas \
    vegetariano vegetariana vegetarianos vegetarianas vegetarien vegetarienne vegetalien حلال",
);
/// What somebody may not have.
static STUFF: Words = Words::new(
    "nut nuts peanut peanuts groundnut groundnuts almond almonds hazelnut hazelnuts walnut walnuts cashew cashews dairy milk egg eggs butter \
    cream cheese yeast wheat flour sesame soy soya pork lard bacon gelatin gelatine alcohol wine rum sugar shellfish seafood fish crayfish \
    meat beef honey msg preservatives additives caffeine",
);

/// What is asked about things.
#[derive(Debug, Clone, PartialEq)]
pub struct Diet {
    /// The things that were named; none for what was talked about, or for all there is.
    pub items: Vec<usize>,
    /// Asks what there is, and not of one thing whether it is so.
    pub open: bool,
    /// What was named: "vegan", "nuts".
    pub said: String,
    /// Asks for what is without it.
    pub without: bool,
}

/// "is the bread halal?", "does it contain nuts?", "do you have gluten free bread?", "which of them have no milk?", "2 vegan cakes".
pub fn diet(scan: &Scan, ix: &Index, from: usize, to: usize, f: &Found) -> Option<Question> {
    let words = &scan.words[from..to];
    let word = |k: usize| if k < to { scan.words[k].text.as_str() } else { "" };
    let begins = matches!(
        word(from),
        "is" | "are"
            | "does"
            | "do"
            | "which"
            | "what"
            | "whats"
            | "any"
            | "has"
            | "will"
            | "isnt"
            | "arent"
            | "doesnt"
            | "anything"
            | "got"
    );
    let asks = words[words.len() - 1].after == Gap::Ask || begins;
    // The name of a thing says it itself: "vegan burger", "almond tart".
    let free = |k: usize| !scan.spans.iter().any(|s| s.from <= k && k < s.to && !matches!(s.what, What::Choice(_)));
    let is_free = |k: usize| STUFF.has(word(k)) && word(k + 1) == "free";
    // A choice says it, too: "sugar free vanilla".
    let way = (from..to).find(|k| !scan.is_named(*k) && (WAYS.has(word(*k)) || is_free(*k)));
    let (at, said, without) = match way {
        Some(k) => (k, word(k).to_owned(), word(k + 1) == "free" || behind_without(scan, k)),
        None if !asks => return None,
        None => {
            let stuff = stuff(scan, from, to).filter(|(k, _)| free(*k));
            stuff.map(|(k, without)| (k, word(k).to_owned(), without)).or_else(|| held(scan, from, to))?
        }
    };
    let (items, several) = things(scan, ix, (from, to), at);
    // "2 vegan cakes" of which we do not know which is: nothing is put into the basket.
    let sort = way.is_some() && items.len() > 1 && several && !scan.has(Cue::Remove, from, to);
    let orders = scan.has(Cue::Want, from, to) && (way.is_none() || !asks) || f.wishes.iter().any(|w| w.quantity.is_some_and(|q| q > 1));
    let else_ = scan.has(Cue::Price, from, to) || scan.has(Cue::Change, from, to);
    if else_ || !sort && (!asks || orders) {
        return None;
    }
    let it = words.iter().any(|w| matches!(w.text.as_str(), "it" | "they" | "this" | "these" | "that" | "them"));
    Some(Question::Diet(Diet { open: several || items.is_empty() && !it, items, said, without }))
}

/// The things named beside the word at `at`, and whether one name is that of several.
fn things(scan: &Scan, ix: &Index, (from, to): (usize, usize), at: usize) -> (Vec<usize>, bool) {
    let beside = |s: &&super::scan::Span| s.from >= from && s.to <= to && !(s.from <= at && at < s.to);
    let (mut items, mut several) = (Vec::new(), false);
    for s in scan.spans.iter().filter(beside) {
        let of = match &s.what {
            What::Items(of) => of,
            What::Category(c) => &ix.categories[*c].1,
            What::Choice(_) => continue,
        };
        several |= of.len() > 1;
        items.extend(of);
    }
    (items, several)
}

/// "no nuts", "without milk", "have eggs", "nuts in it": where it stands, and whether it is asked for without.
fn stuff(scan: &Scan, from: usize, to: usize) -> Option<(usize, bool)> {
    let word = |k: usize| if (from..to).contains(&k) { scan.words[k].text.as_str() } else { "" };
    let before = |k: usize, n: usize| k.checked_sub(n).map_or("", word);
    (from..to).filter(|k| STUFF.has(word(*k))).find_map(|k| {
        if behind_without(scan, k) && k > from {
            return Some((k, true));
        }
        // "do you have milk?" asks for milk, "does it have milk?" what is in it.
        let has = matches!(before(k, 1), "has" | "have" | "with") && !matches!(before(k, 2), "you" | "una" | "i" | "we" | "to")
            || matches!(before(k, 1), "any" | "some")
                && matches!(before(k, 2), "has" | "have" | "contain" | "contains")
                && before(k, 3) != "you";
        let inside =
            matches!(word(k + 1), "in" | "inside") && matches!(word(k + 2), "it" | "them" | "this" | "that" | "these" | "everything");
        let subject =
            (from..k).any(|i| matches!(word(i), "which" | "what" | "does" | "do" | "it" | "they" | "is" | "are" | "any" | "anything"));
        ((has || inside) && subject).then_some((k, false))
    })
}

/// "no", "without" or "not contain" shortly before.
fn behind_without(scan: &Scan, k: usize) -> bool {
    let no = |w: &str| matches!(w, "no" | "without" | "zero" | "sin" | "sans" | "sem");
    let held = |w: &str| matches!(w, "contain" | "have" | "any");
    let word = |n: usize| k.checked_sub(n).map_or("", |i| scan.words[i].text.as_str());
    let denied = |w: &str| matches!(w, "dont" | "doesnt" | "not");
    no(word(1)) || held(word(1)) && (no(word(2)) || denied(word(2)) || held(word(2)) && denied(word(3)))
}

/// "does the cake contain raisins?": whatever is named behind it.
fn held(scan: &Scan, from: usize, to: usize) -> Option<(usize, String, bool)> {
    let text = |k: usize| scan.words[k].text.as_str();
    let at = (from..to).find(|k| matches!(text(*k), "contain" | "contains" | "containing"))?;
    let k = (at + 1..to).find(|k| !is_filler(text(*k)) && scan.words[*k].number.is_none())?;
    let what = matches!(text(from), "what" | "whats" | "wetin") && STUFF.has(text(k)) || !matches!(text(from), "what" | "whats" | "wetin");
    what.then(|| (k, text(k).to_owned(), behind_without(scan, k)))
}

impl Planner<'_> {
    /// Says what is written about the things; what is not written, a person is asked.
    pub fn diet(&mut self, q: &Diet) {
        let of = |ids: &[crate::domain::id::Id]| ids.iter().filter_map(|id| self.ix.place.get(id).copied()).collect::<Vec<_>>();
        let mut items = q.items.clone();
        if items.is_empty() && !q.open {
            items = of(&self.memo.focus);
            items.truncate(1);
        }
        if items.is_empty() && !q.open {
            items = of(&self.draft.lines.iter().map(|l| l.item_id).collect::<Vec<_>>());
        }
        let mut open = q.open;
        if items.is_empty() && open {
            items = (0..self.b.menu.items.len()).collect();
        }
        items.retain(|i| !open || self.item(*i).can_sell() != Some(0));
        open &= items.len() > 1;
        let fits = |i: &usize| self.is_written(*i, q, open);
        let known: Vec<usize> = items.iter().copied().filter(fits).collect();
        if open {
            self.written(&known);
        } else {
            self.written(&items);
        }
        // What says that it has nuts does not say that the others have none.
        let all = !open || !q.without && !WAYS.has(&q.said);
        if known.is_empty() || all && known.len() < items.len() {
            let question = self.asking.clone().unwrap_or_else(|| format!("Is it {}?", q.said));
            self.offer_person("not_sure", &question);
        }
    }

    /// Whether the words about a thing answer the question. Of one thing they may say yes or no; from many those are picked of which
    /// they say yes.
    fn is_written(&self, i: usize, q: &Diet, pick: bool) -> bool {
        let it = self.item(i);
        let words = format!("{}. {}", it.name, it.description);
        let own = |w: &str| w == q.said || w.strip_suffix('s') == Some(&q.said) || q.said.strip_suffix('s') == Some(w);
        let literal = crate::domain::text::fold(&words).split(|c: char| !c.is_alphanumeric()).any(own);
        match (pick, q.without) {
            (true, true) => leaves_out(&q.said, &words).is_some() && mentions(&q.said, &words).is_none(),
            (true, false) if WAYS.has(&q.said) => literal && leaves_out(&q.said, &words).is_none(),
            (true, false) => mentions(&q.said, &it.description).is_some(),
            // That there is flour in it does not say whether it is without gluten.
            (false, _) if WAYS.has(&q.said) => literal,
            (false, _) => literal || speaks_of(&q.said, &it.description).is_some(),
        }
    }

    /// What the owner wrote about things, where there is something.
    pub fn written(&mut self, items: &[usize]) {
        let described = |i: &usize| !self.item(*i).description.is_empty();
        let told: Vec<usize> = items.iter().copied().filter(described).take(8).collect();
        for chunk in told.chunks(3) {
            self.contents(chunk);
        }
        self.about(items);
    }
}
