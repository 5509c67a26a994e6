//! How many a wish comes to where no whole number says it: "of 5k", "2-3", "2.5 yards", "all of them".

use super::plan::Planner;
use super::read::Wish;
use super::read::counts::BROKEN;
use super::scan::Scan;
use super::units::{is_divisible, unit_key};
use super::words::cut;
use crate::domain::shop::basket::{self, AddLine, AddToBasket};
use crate::domain::shop::draft::Draft;

impl Planner<'_> {
    /// What is asked about before so many are added. True when it was asked.
    pub fn asks_how_many(&mut self, w: &mut Wish) -> bool {
        let [i] = w.items[..] else { return false };
        if self.item(i).can_sell() == Some(0) {
            return false;
        }
        if let (Some(least), Some(most)) = (w.quantity, w.most) {
            let item = &self.item(i).name;
            self.say("how_many", &[("item", item), ("from", &least.to_string()), ("to", &most.to_string())]);
            self.leave_open(i, w);
            return true;
        }
        self.not_of_worth(i, w) || w.unit.clone().is_some_and(|unit| self.only_whole(i, w, &unit))
    }

    /// "jollof of 5k" is two where one costs 2,500; where none comes to that, how many is asked.
    fn not_of_worth(&mut self, i: usize, w: &mut Wish) -> bool {
        let Some(sum) = w.worth.and_then(|n| n.checked_mul(10i64.pow(self.b.profile.currency.exponent()))) else { return false };
        let one = Wish { quantity: Some(1), parts: Vec::new(), ..w.clone() };
        let mut draft = Draft::default();
        let added = basket::add(&mut draft, &self.b.menu, &AddToBasket { lines: self.lines(i, &one) }).is_ok();
        let Some(price) = draft.subtotal_minor().ok().filter(|p| added && *p > 0) else { return false };
        w.worth = None;
        if sum % price == 0 && sum / price > 0 && w.quantity.is_none() {
            w.quantity = Some(sum / price);
            return false;
        }
        // Worth hardly more than one is one.
        if w.quantity.is_some() || sum / price < 2 {
            return false;
        }
        self.say_prices(&[i]);
        self.tell_whole(i);
        self.leave_open(i, w);
        true
    }

    /// "2.5 yards", "3 metres" of what is sold by the yard: only whole ones of what it is sold by, so how many is asked.
    fn only_whole(&mut self, i: usize, w: &Wish, unit: &str) -> bool {
        let item = self.item(i);
        let own = item.unit.trim();
        let same = |t: &str| cut(t).iter().any(|x| unit_key(&x.text) == unit_key(unit));
        // Of a thing that nobody said what it is sold by, so many are so many.
        if unit != BROKEN && (!is_divisible(unit) || own.is_empty() || same(own) || same(&item.name)) {
            return false;
        }
        self.tell_whole(i);
        self.leave_open(i, w);
        true
    }

    fn tell_whole(&mut self, i: usize) {
        let item = self.item(i);
        let own = item.unit.trim();
        let key = if own.is_empty() { "only_whole" } else { "only_whole_units" };
        self.say(key, &[("item", &item.name), ("unit", own)]);
    }

    /// The number that is said next is how many.
    fn leave_open(&mut self, i: usize, w: &Wish) {
        self.about(&[i]);
        self.offer_later(std::slice::from_ref(w));
        self.out.go_on = true;
    }

    /// "I'll take all of them" where we told how many are left.
    pub fn all_that_is_left(&self, mut offer: Vec<AddLine>, scan: &Scan) -> Vec<AddLine> {
        let all = |w: &[super::words::Word]| w[0].text == "all" && matches!(w[1].text.as_str(), "of" | "them");
        let [line] = offer.as_mut_slice() else { return offer };
        let left = self.ix.place.get(&line.item_id).and_then(|i| self.item(*i).can_sell()).filter(|n| *n > 0);
        if let Some(left) = left.filter(|_| scan.words.windows(2).any(all) && scan.spans.is_empty()) {
            line.quantity = left;
        }
        offer
    }
}
