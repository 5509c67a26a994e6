//! What comes of a cue, and answers to our own questions.

use super::cues::Cue;
use super::memo::Ask;
use super::plan::Planner;
use crate::domain::house::briefing::OpenOrder;
use crate::domain::phrase::say;
use crate::domain::reception::booking::{Booking, BookingStatus};
use crate::domain::shop::basket;
use crate::domain::shop::draft::Fulfilment;
use crate::domain::shop::order::Status;
use serde_json::json;

/// For so long somebody who was told that a person comes is waiting for them.
const AWAITED_MS: i64 = 2 * 60 * 60 * 1000;

impl Planner<'_> {
    /// A cue that is a deed by itself.
    pub fn cue(&mut self, cue: Cue) {
        match cue {
            Cue::Greet => self.greet(),
            Cue::Thanks => self.say("thanks_reply", &[]),
            Cue::Bye => {
                self.say("bye", &[("business", &self.b.business_name)]);
                self.sign_off();
            }
            Cue::HowAreYou => self.say("how_are_you", &[]),
            Cue::Bot => self.say("bot", &[("business", &self.b.business_name)]),
            Cue::Inject => {
                self.say("inject", &[]);
                self.out.go_on = true;
            }
            Cue::Person => self.person("asked"),
            Cue::Anger => self.person("angry"),
            Cue::Refund => self.person("refund"),
            Cue::Pickup => self.fulfil(Fulfilment::Pickup, None),
            Cue::Delivery => self.fulfil(Fulfilment::Delivery, None),
            Cue::Clear => self.clear(),
            Cue::Cancel => self.cancel(),
            Cue::Status => self.status(),
            Cue::Paid => self.paid(),
            Cue::Undo => self.take_back(),
            Cue::More => self.one_more(),
            Cue::Place | Cue::Done | Cue::Yes => self.agree(cue),
            Cue::No => self.refuse(),
            Cue::Change => self.ask_change(),
            _ => {}
        }
    }

    /// The first words of a talk say who answers, and how to reach a person.
    pub fn greet(&mut self) {
        let places: &[(&str, &str)] = &[("business", &self.b.business_name), ("name", &self.b.contact_name)];
        // "hello, good morning" is one greeting.
        if std::mem::replace(&mut self.greeted, true) {
            return;
        }
        if self.memo.called.is_some_and(|at| self.b.now.since_ms(at) < AWAITED_MS) {
            // "hello?" of somebody who waits for a person.
            let owner = self.b.profile.owner_name.clone();
            let key = if owner.is_empty() { "person_will_reply" } else { "person_named" };
            return self.say(key, &[("name", &owner), ("business", &self.b.business_name)]);
        }
        if self.memo.met {
            self.say("hello_again", places);
        } else if self.b.returning {
            self.say(if self.b.contact_name.is_empty() { "greet_back" } else { "greet_back_name" }, places);
        } else {
            self.introduce();
        }
        self.memo.met = true;
        self.out.go_on = true;
    }

    /// The last change of the basket is taken back, where one is known.
    fn take_back(&mut self) {
        if !self.undo() {
            self.say("no_problem", &[]);
            self.out.go_on = !self.draft.lines.is_empty();
        }
    }

    /// Asks a person to come and tells the customer.
    pub fn person(&mut self, reason: &str) {
        if self.calls.iter().any(|c| c.name == "call_person") {
            return;
        }
        let summary = match (reason, self.draft.lines.is_empty()) {
            ("asked", true) => "The customer asks for a person.".to_owned(),
            ("asked", false) => format!("The customer asks for a person. In the basket: {}.", self.draft.words()),
            ("angry", _) => "The customer is angry.".to_owned(),
            ("refund", _) => "The customer wants money back.".to_owned(),
            _ => "I did not understand the customer several times.".to_owned(),
        };
        self.call("call_person", &json!({"reason": reason, "summary": summary}));
        if reason == "angry" || reason == "refund" {
            self.say("angry", &[]);
        }
        let owner = self.b.profile.owner_name.clone();
        let key = if owner.is_empty() { "person_will_reply" } else { "person_named" };
        self.say(key, &[("name", &owner), ("business", &self.b.business_name)]);
        self.memo.person = true;
        self.out.go_on = false;
    }

    /// Empties the basket.
    pub fn clear(&mut self) {
        if self.draft.lines.is_empty() {
            return self.say("basket_empty", &[]);
        }
        basket::clear(&mut self.draft);
        self.call("clear_basket", &json!({}));
        self.say("cleared", &[]);
        self.memo.focus.clear();
    }

    fn agree(&mut self, cue: Cue) {
        if cue == Cue::Done && self.draft.lines.is_empty() && self.asked.is_none() && !self.unpaid().is_empty() {
            // "done" after the account was told
            return self.paid();
        }
        let changed = !self.calls.is_empty();
        let ready = basket::ready_to_place(&self.draft, &self.b.menu, &self.b.profile).is_ok();
        let asked = matches!(self.asked, Some(Ask::Place));
        if matches!(self.asked, Some(Ask::Which { .. })) {
            return;
        }
        if self.hesitates && !self.draft.lines.is_empty() {
            self.out.go_on = true;
            return;
        }
        if ready && asked && self.only_fulfilment() || ready && self.memo.seen && !changed && cue == Cue::Place {
            self.place();
        } else if !self.draft.lines.is_empty() {
            self.out.go_on = true;
        } else if cue == Cue::Place {
            self.say("basket_empty", &[]);
        } else if self.out.said.is_empty() && self.calls.is_empty() && !self.booking_lost() {
            self.say("how_can_i_help", &[]);
        }
    }

    /// "Yes, for pickup" is still a yes to the basket that was shown, when it costs the same and goes to the same place.
    fn only_fulfilment(&self) -> bool {
        let only = self.calls.iter().all(|c| matches!(c.name.as_str(), "set_fulfilment" | "set_name"));
        let total = |d: &crate::domain::shop::draft::Draft| basket::total_minor(d, &self.b.profile).ok();
        only && self.out.ask.is_none() && total(&self.draft) == total(&self.b.draft) && self.draft.address == self.b.draft.address
    }

    /// Orders what is in the basket.
    pub fn place(&mut self) {
        self.call("place_order", &json!({}));
        self.asked = None;
        self.out.ask = None;
        self.out.go_on = false;
    }

    fn refuse(&mut self) {
        if !self.calls.is_empty() || !self.out.said.is_empty() || self.out.ask.is_some() {
            return;
        }
        match self.asked {
            Some(Ask::Place) => self.ask_change(),
            _ if self.draft.lines.is_empty() => self.say("no_problem", &[]),
            _ => self.out.go_on = true,
        }
    }

    pub fn ask_change(&mut self) {
        if self.draft.lines.is_empty() {
            return self.say("basket_empty", &[]);
        }
        self.asked = None;
        self.put(Ask::Change, say(self.lang, "ask_change", &[]), vec![]);
    }

    // --- orders that are placed ---------------------------------------------

    /// Orders that wait for money.
    pub fn unpaid(&self) -> Vec<&OpenOrder> {
        self.b.open_orders.iter().filter(|o| o.status == Status::AwaitingPayment).collect()
    }

    /// "#1042 (2 jollof rice, ₦5,000)", comma after comma.
    fn list(&self, orders: &[&OpenOrder]) -> String {
        let one = |o: &&OpenOrder| format!("#{} ({}, {})", o.number, o.summary, self.money(o.total_minor));
        orders.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    /// Asks whether an order shall be called off, or which.
    pub fn cancel(&mut self) {
        if self.calls.iter().any(|c| c.name == "call_person") {
            // "cancel my order, I want my money back": a person comes for what was paid; an unplaced basket is not what is meant.
            return;
        }
        if !self.draft.lines.is_empty() && self.number.is_none() {
            return self.clear();
        }
        let orders = self.unpaid();
        let chosen = self.number.or(if let [one] = orders.as_slice() { Some(one.number) } else { None });
        match chosen {
            Some(n) if self.is_paid(n) => self.cancel_by_person(n),
            Some(n) => {
                let n = n.to_string();
                let text = say(self.lang, "cancel_ask", &[("number", &n)]);
                let number = n.parse().unwrap_or_default();
                let buttons = vec![("yes".into(), say(self.lang, "btn_yes", &[])), ("no".into(), say(self.lang, "btn_no", &[]))];
                self.put(Ask::Cancel { number }, text, buttons);
            }
            None if orders.is_empty() && !self.b.open_orders.is_empty() => self.person("refund"),
            None if orders.is_empty() => self.say("nothing_to_cancel", &[]),
            None => {
                let text = say(self.lang, "cancel_which", &[("orders", &self.list(&orders))]);
                self.put(Ask::CancelWhich, text, vec![]);
            }
        }
    }

    /// Whether an order is paid, is said to be, or is worked on: then only a person gives it up.
    pub fn is_paid(&self, number: i64) -> bool {
        self.b.open_orders.iter().any(|o| o.number == number && o.status != Status::AwaitingPayment)
    }

    /// A person looks at an order the customer wants to give up.
    pub fn cancel_by_person(&mut self, number: i64) {
        self.call_somebody(&format!("The customer wants to cancel order {number}, which is paid or said to be, or is worked on."));
    }

    fn status(&mut self) {
        if self.b.open_orders.is_empty() && self.b.last_finished.is_none() {
            return self.say("no_orders", &[]);
        }
        self.call("order_status", &json!({"number": self.number}));
    }

    /// The order that one of the numbers names, or the unpaid one whose total alone one of them is.
    pub fn order_by(&self, numbers: &[i64]) -> Option<i64> {
        let unit = 10i64.pow(self.b.profile.currency.exponent());
        let named = self.b.open_orders.iter().chain(&self.b.last_finished).find(|o| numbers.contains(&o.number)).map(|o| o.number);
        let unpaid = self.unpaid().into_iter();
        let mut of_sum = unpaid.filter(|o| o.total_minor % unit == 0 && numbers.contains(&(o.total_minor / unit))).map(|o| o.number);
        named.or_else(|| of_sum.next().filter(|_| of_sum.next().is_none()))
    }

    fn paid(&mut self) {
        let orders = self.unpaid();
        let chosen = self.number.or(if let [one] = orders.as_slice() { Some(one.number) } else { None });
        if chosen.is_some() {
            if let Some(odd) = self.odd_payment.take() {
                // The order is told to be paid, and what is odd about it is for a person.
                self.call_somebody(&format!("About a payment: {odd}"));
            }
            return self.call("report_payment", &json!({"number": chosen}));
        }
        if orders.is_empty() {
            let held = |b: &&Booking| b.status == BookingStatus::Held && b.deposit_minor > 0;
            if let Some(number) = self.b.bookings.iter().find(held).map(|b| b.number) {
                return self.call_somebody(&format!("The customer says the deposit of booking {number} is paid."));
            }
            let waiting = self.b.open_orders.iter().find(|o| o.status == Status::AwaitingConfirmation);
            return match waiting {
                Some(o) => self.say("payment_waits", &[("number", &o.number.to_string())]),
                None => {
                    self.say("nothing_to_pay", &[]);
                    match self.odd_payment.take() {
                        Some(odd) => self.call_somebody(&format!("About a payment: {odd}")),
                        None => self.out.go_on = true,
                    }
                }
            };
        }
        let text = say(self.lang, "paid_which", &[("orders", &self.list(&orders))]);
        let buttons =
            if orders.len() <= 3 { orders.iter().map(|o| (format!("#{}", o.number), format!("#{}", o.number))).collect() } else { vec![] };
        self.put(Ask::PaidWhich, text, buttons);
    }
}
