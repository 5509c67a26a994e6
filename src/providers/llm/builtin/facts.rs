//! Answers from the briefing: prices, stock, hours, where we are, how to pay, what there is.

use super::days::Day;
use super::plan::Planner;
use super::questions::Question;
use super::read::Wish;
use crate::domain::house::hours::{Hours, Span, clock};
use crate::domain::lang::Lang;
use crate::domain::phrase::say;
use crate::domain::shop::basket;
use crate::domain::shop::draft::Fulfilment;
use serde_json::json;

/// What a person is told who is asked for a lower price.
pub const DISCOUNT: &str = "The customer asks for a lower price.";

/// Things talked about that "it" and "the cheaper one" may mean.
const FOCUS: usize = 5;
/// Things of a list that "the second one" may mean.
const LISTED: usize = 12;

impl<'a> Planner<'a> {
    /// Answers a question from what the briefing says.
    pub fn ask_facts(&mut self, q: &Question, menu_before: bool) {
        self.out.go_on = true;
        match q {
            Question::Price(items) => self.price(items),
            Question::PriceOf(choices) => self.price_of_choices(choices),
            Question::Stock { items, said, more, choices } => self.stock((items, choices), said, *more, menu_before),
            Question::Left => self.left(menu_before),
            Question::Menu(categories) => self.menu(categories, menu_before),
            Question::Contents(items) => self.contents(items),
            Question::Hours(days) => self.hours(days),
            Question::HowLong => self.say("how_long", &[]),
            Question::Where => self.place_of(),
            Question::Deliver => self.deliver(),
            Question::Pickup => self.pickup(),
            Question::Discount => self.discount(),
            Question::Fee => self.fee(),
            Question::Pay => self.pay(),
            Question::PayBy(way) => self.pay_by(way),
            Question::Basket => self.basket_total(),
            Question::Bill => self.bill(),
            Question::Ready => self.ready(),
            Question::Recommend => self.some("recommend", &[]),
            Question::Cheapest(c) => self.cheapest(c),
            Question::House => self.offer_person("not_sure", "The customer asks about times of the house."),
            Question::Diet(diet) => self.diet(diet),
            Question::Inside(items) => {
                self.written(items);
                let question = self.asking.clone().unwrap_or_else(|| "The customer asks what is in it.".into());
                self.offer_person("not_sure", &question);
            }
            Question::Quality => self.quality(),
        }
        self.keep_asking();
    }

    fn line(&self, i: usize) -> String {
        let it = self.item(i);
        let unit = if it.unit.is_empty() { String::new() } else { format!(" / {}", it.unit) };
        let out = if it.can_sell() == Some(0) { format!(" ({})", say(self.lang, "word_sold_out", &[])) } else { String::new() };
        let extra: Vec<String> = it
            .options
            .iter()
            .filter(|g| g.required || g.choices.iter().any(|c| c.price_minor != 0))
            .map(|g| {
                let of = |c: &crate::domain::house::item::OptionChoice| {
                    if c.price_minor == 0 { c.name.clone() } else { format!("{} +{}", c.name, self.money(c.price_minor)) }
                };
                format!("{}: {}", g.name, g.choices.iter().map(of).collect::<Vec<_>>().join(", "))
            })
            .collect();
        let extra = if extra.is_empty() { String::new() } else { format!(" ({})", extra.join("; ")) };
        format!("{}: {}{unit}{extra}{out}", it.name, self.money(it.price_minor))
    }

    /// What these cost, one a line.
    pub fn say_prices(&mut self, items: &[usize]) {
        let lines: Vec<String> = items.iter().take(FOCUS).map(|i| self.line(*i)).collect();
        self.out.said.push(lines.join("\n"));
    }

    pub fn about(&mut self, items: &[usize]) {
        self.memo.focus = items.iter().take(FOCUS).map(|i| self.item(*i).id).collect();
    }

    pub fn price(&mut self, wishes: &[Wish]) {
        if let [w] = wishes
            && w.odd
        {
            return self.odd(w);
        }
        let mut items: Vec<usize> = wishes.iter().flat_map(|w| w.items.iter().copied()).collect();
        if items.is_empty() && self.draft.lines.is_empty() {
            items.extend(self.memo.focus.first().and_then(|id| self.ix.place.get(id).copied()));
            if items.is_empty() && self.b.desk.is_some() {
                // The price of a room or a table is on no menu.
                return self.offer_person("not_sure", "The customer asks for a price.");
            }
            if items.is_empty() {
                return self.menu(&[], false);
            }
        }
        if items.is_empty() {
            return self.basket_total();
        }
        items.truncate(8);
        let counted =
            wishes.iter().any(|w| w.quantity.is_some_and(|q| q > 1) || !w.choices.is_empty()) && wishes.iter().all(|w| w.items.len() == 1);
        if counted {
            self.price_of_lines(wishes);
        } else {
            let lines: Vec<String> = items.iter().map(|i| self.line(*i)).collect();
            self.out.said.push(lines.join("\n"));
        }
        self.about(&items);
        self.offer_later(wishes);
    }

    /// "how much for 2 jollof rice and a coke?": line by line and together.
    fn price_of_lines(&mut self, wishes: &[Wish]) {
        let mut draft = crate::domain::shop::draft::Draft::default();
        for w in wishes {
            let lines = w.items.first().map(|i| self.lines(*i, w)).unwrap_or_default();
            if basket::add(&mut draft, &self.b.menu, &basket::AddToBasket { lines }).is_err() {
                let lines: Vec<String> = w.items.iter().map(|i| self.line(*i)).collect();
                self.out.said.push(lines.join("\n"));
            }
        }
        let each = draft.lines.iter().map(|l| format!("{}: {}", l.words(), self.sum(l.total_minor().unwrap_or(0))));
        let mut out: Vec<String> = each.collect();
        if draft.lines.len() > 1 {
            let total = self.sum(draft.subtotal_minor().unwrap_or(0));
            out.push(say(self.lang, "total_line", &[("total", &total)]));
        }
        self.out.said.push(out.join("\n"));
    }

    /// Keeps what was asked about, for "I'll take it".
    pub fn offer_later(&mut self, wishes: &[Wish]) {
        let one = |w: &Wish| if let [i] = w.items.as_slice() { self.lines(*i, w) } else { Vec::new() };
        self.memo.offer = wishes.iter().flat_map(one).collect();
    }

    fn left(&mut self, menu_before: bool) {
        let items: Vec<usize> = self.memo.focus.iter().filter_map(|id| self.ix.place.get(id).copied()).collect();
        self.stock((&items, &[]), &[], false, menu_before);
    }

    fn stock(&mut self, (items, choices): (&[usize], &[usize]), said: &[String], more: bool, menu_before: bool) {
        let focus: Vec<usize> = self.memo.focus.iter().filter_map(|id| self.ix.place.get(id).copied()).take(1).collect();
        let items = if items.is_empty() && !choices.is_empty() && said.is_empty() { &focus } else { items };
        if items.is_empty() {
            return match said.first() {
                Some(s) => self.unknown(s, &[]),
                None => self.menu(&[], menu_before),
            };
        }
        let so = |i: &usize| Wish { items: vec![*i], choices: choices.to_vec(), ..Wish::default() };
        if let [i] = items
            && let Some(size) = self.size_not_had(*i, &so(i))
        {
            return self.tell_sizes(*i, size);
        }
        for i in items.iter().take(5) {
            let it = self.item(*i);
            let price = self.money(it.price_minor);
            match it.can_sell() {
                Some(0) => {
                    self.say("sold_out", &[("item", &it.name)]);
                    if items.len() == 1 {
                        let near = self.near_item(*i);
                        self.offer(&near, 1);
                    }
                }
                // "in red": what there is of it, without a yes.
                _ if more && !it.options.is_empty() => {
                    let line = self.line(*i);
                    self.out.said.push(line);
                }
                Some(n) => self.say("stock_left", &[("item", &it.name), ("left", &n.to_string()), ("price", &price)]),
                None => self.say("stock_yes", &[("item", &it.name), ("price", &price)]),
            }
        }
        self.about(items);
        if items.len() > 1 {
            self.memo.listed = items.iter().take(5).map(|i| self.item(*i).id).collect();
        }
        let wishes: Vec<Wish> = items.iter().take(1).map(so).collect();
        self.offer_later(if items.len() == 1 { &wishes } else { &[] });
        for s in said {
            self.say("no_such", &[("item", s)]);
        }
    }

    fn menu(&mut self, categories: &[usize], menu_before: bool) {
        if categories.is_empty() && menu_before {
            self.memo.menu = true;
            return self.say("menu_above", &[]);
        }
        let (mut lines, mut listed) = (Vec::new(), Vec::new());
        for (c, (name, items)) in self.ix.categories.iter().enumerate() {
            if categories.is_empty() || categories.contains(&c) {
                // "what drinks do you have under 700?"
                let fits = |i: &&usize| self.limit.is_none_or(|limit| self.item(**i).price_minor <= limit);
                let there: Vec<usize> = items.iter().filter(fits).copied().collect();
                if there.is_empty() && self.limit.is_some() {
                    continue;
                }
                lines.push(format!("*{name}*"));
                lines.extend(there.iter().map(|i| self.line(*i)));
                listed.extend(there.iter().map(|i| self.item(*i).id));
            }
        }
        if categories.is_empty() {
            let bare = |i: &usize| self.item(*i).category.trim().is_empty();
            let more: Vec<String> = (0..self.b.menu.items.len()).filter(bare).map(|i| self.line(i)).collect();
            lines.extend(more);
            self.memo.menu = true;
        }
        if lines.is_empty() {
            return self.say("menu_empty", &[]);
        }
        // A WhatsApp message holds 4096 characters; a long menu is named by its categories.
        if lines.len() > 60 {
            lines = self.ix.categories.iter().map(|(n, _)| format!("*{n}*")).collect();
            listed.clear();
        }
        // Nobody counts down a long list.
        self.memo.listed = if listed.len() > LISTED { Vec::new() } else { listed };
        let text = format!("{}\n{}", say(self.lang, "menu_head", &[]), lines.join("\n"));
        self.out.said.push(text);
        if self.draft.lines.is_empty() {
            self.say("menu_ask", &[]);
        }
    }

    pub fn contents(&mut self, items: &[usize]) {
        for i in items.iter().take(3) {
            let it = self.item(*i);
            let text = if it.description.is_empty() {
                self.line(*i)
            } else {
                format!("{}: {} {}", it.name, it.description, self.money(it.price_minor))
            };
            self.out.said.push(text);
        }
        self.about(items);
        if let [i] = items {
            // "give me 2" is of it.
            self.offer_later(&[Wish { items: vec![*i], ..Wish::default() }]);
        }
    }

    /// What is written about the thing talked about; whether it is so, a person knows.
    fn quality(&mut self) {
        if let Some(i) = self.memo.focus.first().and_then(|id| self.ix.place.get(id).copied()) {
            self.contents(&[i]);
        }
        self.offer_person("not_sure", "The customer asks how something is.");
    }

    fn some(&mut self, key: &str, _of: &[usize]) {
        let list: Vec<String> =
            (0..self.b.menu.items.len()).filter(|i| self.item(*i).can_sell() != Some(0)).take(3).map(|i| self.line(i)).collect();
        self.say(key, &[("items", &list.join("\n"))]);
    }

    fn cheapest(&mut self, categories: &[usize]) {
        let compared = self.memo.focus.clone();
        let among = |i: &usize| compared.len() < 2 || compared.contains(&self.item(*i).id);
        let of = |i: &usize| if categories.is_empty() { among(i) } else { categories.iter().any(|c| self.ix.categories[*c].1.contains(i)) };
        let all = (0..self.b.menu.items.len()).filter(|i| self.item(*i).can_sell() != Some(0)).filter(of);
        if let Some(i) = all.min_by_key(|i| self.item(*i).price_minor) {
            self.price(&[Wish { items: vec![i], ..Wish::default() }]);
        }
    }

    fn hours(&mut self, days: &[Day]) {
        let (p, now) = (&self.b.profile, self.b.now);
        let hours = week(&p.hours, self.lang);
        let asked: Vec<(String, &[Span])> = days.iter().filter_map(|d| self.hours_on(*d)).collect();
        if asked.is_empty() || days.contains(&Day::Ahead(0)) {
            let key = if p.hours.is_open(now, &p.time_zone) { "open_now" } else { "closed_now" };
            let when = self.when_open();
            self.say(key, &[("hours", &hours), ("when", &when)]);
        }
        for (name, spans) in &asked {
            let key = if spans.is_empty() { "closed_then" } else { "open_then" };
            self.say(key, &[("day", name), ("times", &spans_of(spans)), ("hours", &hours)]);
        }
    }

    /// Whether the doors stay closed on a day, where there are hours at all.
    pub fn closed_on(&mut self, day: Day) -> bool {
        let p = &self.b.profile;
        let today = usize::from(self.b.now.in_zone(&p.time_zone).weekday().to_monday_zero_offset().unsigned_abs());
        let weekday = match day {
            Day::Ahead(n) => (today + n) % 7,
            Day::Weekday(d) | Day::Next(d) => d,
        };
        let closed = p.hours.days.get(weekday).is_some_and(Vec::is_empty) && p.hours.days.iter().any(|d| !d.is_empty());
        if closed {
            let name = say(self.lang, &if day == Day::Ahead(1) { "tomorrow".to_owned() } else { format!("day_{weekday}") }, &[]);
            let hours = week(&p.hours, self.lang);
            self.say("closed_then", &[("day", &name), ("times", ""), ("hours", &hours)]);
        }
        closed
    }

    /// A day of the week and its hours. Of today the answer is whether the doors are open now.
    fn hours_on(&self, day: Day) -> Option<(String, &'a [Span])> {
        let p = &self.b.profile;
        let today = usize::from(self.b.now.in_zone(&p.time_zone).weekday().to_monday_zero_offset().unsigned_abs());
        let weekday = match day {
            Day::Ahead(n) => (today + n) % 7,
            Day::Weekday(d) | Day::Next(d) => d,
        };
        let spans = p.hours.days.get(weekday).filter(|_| weekday != today || matches!(day, Day::Next(_)))?;
        let name = if day == Day::Ahead(1) { "tomorrow".to_owned() } else { format!("day_{weekday}") };
        Some((say(self.lang, &name, &[]), spans))
    }

    /// "tomorrow 08:00".
    pub fn when_open(&self) -> String {
        let p = &self.b.profile;
        let Some((ahead, day, minute)) = p.hours.next_opening(self.b.now, &p.time_zone) else { return "–".into() };
        let word = match ahead {
            0 => say(self.lang, "today", &[]),
            1 => say(self.lang, "tomorrow", &[]),
            _ => say(self.lang, &format!("day_{day}"), &[]),
        };
        format!("{word} {}", clock(minute))
    }

    fn place_of(&mut self) {
        let address = self.b.profile.address.clone();
        let key = if address.is_empty() { "where_unknown" } else { "where" };
        self.say(key, &[("address", &address)]);
    }

    fn deliver(&mut self) {
        let p = &self.b.profile;
        let fee = self.money(p.delivery_fee_minor);
        let key = match (p.delivery, p.delivery_fee_minor) {
            (false, _) => "deliver_no",
            (true, 0) => "deliver_free",
            _ => "deliver_yes",
        };
        self.say(key, &[("fee", &fee)]);
        if let Some(question) = self.asking.clone().filter(|q| key != "deliver_no" && super::places::names_a_place(q)) {
            // How far we bring it is written nowhere.
            self.not_sure(&question);
        }
    }

    /// "can I pick it up?" of what is in the basket takes it so.
    fn pickup(&mut self) {
        if !self.b.profile.pickup {
            return self.say("pickup_no", &[]);
        }
        if self.b.profile.address.is_empty() {
            self.say("pickup_yes", &[]);
        } else {
            let address = self.b.profile.address.clone();
            self.say("pickup_yes_at", &[("address", &address)]);
        }
        self.fulfil(Fulfilment::Pickup, None);
    }

    /// Nobody but a person gives something off.
    fn discount(&mut self) {
        self.offer_person("price_fixed", DISCOUNT);
    }

    fn fee(&mut self) {
        self.deliver();
    }

    fn pay(&mut self) {
        let how = self.b.profile.payment_instructions.clone();
        let key = if how.is_empty() { "pay_unknown" } else { "pay_how" };
        self.say(key, &[("instructions", &how)]);
    }

    /// What is to be paid and how; where nothing is, a person writes the invoice.
    fn bill(&mut self) {
        let unpaid: Vec<_> = self.unpaid().into_iter().take(3).cloned().collect();
        let how = self.b.profile.payment_instructions.clone();
        if unpaid.is_empty() && self.draft.lines.is_empty() {
            return self.person("asked");
        }
        for o in &unpaid {
            self.out.said.push(format!("#{}: {} – {}", o.number, o.summary, self.money(o.total_minor)));
        }
        match unpaid.as_slice() {
            [] => self.basket_total(),
            [one] if !how.is_empty() => {
                let places: &[(&str, &str)] =
                    &[("total", &self.money(one.total_minor)), ("reference", &one.reference), ("instructions", &how)];
                self.say("placed_pay", places);
            }
            _ => self.pay(),
        }
    }

    /// Where the order stands; how long it takes, nobody promises.
    fn ready(&mut self) {
        if !self.b.open_orders.is_empty() {
            self.call("order_status", &json!({ "number": self.number }));
        }
        self.say("how_long", &[]);
    }

    /// What the instructions do not say, a person does.
    fn pay_by(&mut self, way: &str) {
        self.pay();
        let told = super::words::cut(&self.b.profile.payment_instructions).iter().any(|w| w.text == way);
        if !told && !self.b.profile.payment_instructions.is_empty() {
            self.offer_person("not_sure", &format!("The customer asks to pay by {way}."));
        }
    }

    fn basket_total(&mut self) {
        if self.draft.lines.is_empty() {
            let unpaid: Vec<_> = self.b.open_orders.iter().take(3).collect();
            if unpaid.is_empty() {
                return self.say("basket_empty", &[]);
            }
            let list: Vec<String> =
                unpaid.iter().map(|o| format!("#{}: {} – {}", o.number, o.summary, self.money(o.total_minor))).collect();
            self.out.said.push(list.join("\n"));
            return;
        }
        if basket::total_minor(&self.draft, &self.b.profile).is_ok() {
            self.out.show = true;
        }
    }
}

/// "08:00–12:00, 16:00–20:00".
fn spans_of(spans: &[Span]) -> String {
    spans.iter().map(|s| format!("{}–{}", clock(s.from), clock(s.to))).collect::<Vec<_>>().join(", ")
}

/// "Monday–Saturday 08:00–20:00": days with the same hours together.
fn week(h: &Hours, lang: Lang) -> String {
    let of = |d: usize| spans_of(&h.days[d]);
    let day = |d: usize| say(lang, &format!("day_{d}"), &[]);
    let mut out: Vec<String> = Vec::new();
    let mut d = 0;
    while d < 7 {
        let mut e = d;
        while e < 6 && h.days[e + 1] == h.days[d] {
            e += 1;
        }
        if !h.days[d].is_empty() {
            let name = if e > d { format!("{}–{}", day(d), day(e)) } else { day(d) };
            out.push(format!("{name} {}", of(d)));
        }
        d = e + 1;
    }
    out.join("; ")
}
