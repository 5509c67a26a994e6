//! Deeds that words claim: each must be covered by a tool of this turn or by a row whose state says so.

use super::Facts;
use super::sentences::Sentence;
use super::stems::{ASKS, BOOKING, DONE, GIVES, IF, MONEY, NOT, NOTHING, OPEN, ORDER, PAYS_BACK, REPAYMENT, RULES, Rule, SURELY, Topic};
use crate::domain::house::briefing::OpenOrder;
use crate::domain::reception::slots::wall;
use crate::domain::reception::words::time_words;
use crate::domain::shop::order::Status;
use crate::domain::text::fold;
use crate::providers::llm::Said;

/// What is wrong with the deeds that words claim. `rows` is what the owner wrote and tools found.
pub(super) fn false_claims(words: &str, sentences: &[Sentence], facts: &Facts<'_>, rows: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut folded = None;
    for s in sentences {
        let claims = RULES.iter().filter_map(|r| claimed(s, r)).chain(repaid(s).map(|topic| (topic, "refund")));
        for (topic, phrase) in claims {
            let rows = folded.get_or_insert_with(|| fold(rows));
            let text = fold(words[s.at.clone()].trim().trim_end_matches(['.', '!', '?']));
            // "Children under five stay for free" is the owner's own promise when it stands so in a document.
            let quoted = text.split_whitespace().count() > 2 && rows.contains(&text);
            if !quoted && !is_so(topic, phrase, s, facts) {
                out.push(sentence(topic).to_owned());
            }
        }
    }
    out
}

/// The deed a rule finds in a sentence, with the words for it.
fn claimed(s: &Sentence, r: &Rule) -> Option<(Topic, &'static str)> {
    let of_subject = !r.of.is_empty() && matches!(r.topic, Topic::Placed | Topic::Stands | Topic::Paid | Topic::Booked);
    let about = |at: usize| !of_subject || subject(s, at).is_some_and(|i| r.of.split('|').any(|p| s.is_at(i, p)));
    let found = r.says.split('|').find(|p| s.find(p).any(|at| is_claim(s, r, at) && about(at)))?;
    let with = (r.of.is_empty() || s.has(r.of)) && (r.with.is_empty() || s.has(r.with));
    with.then_some((r.topic, found))
}

/// What a deed was done to: what stands after it when we did it, else what stands last before it and hangs on nothing
/// ("payment for your order received" is about the payment), else what comes first after it.
fn subject(s: &Sentence, at: usize) -> Option<usize> {
    let is = |i: &usize| [ORDER, MONEY, BOOKING].iter().any(|list| list.split('|').any(|p| s.is_at(*i, p)));
    let after = (at..s.tokens.len()).find(is);
    if near(s, at, 3, "we|i|weve|ive|hemos|he|avons|jai|ai|tumepokea|mun|na") && after.is_some() {
        return after;
    }
    let hangs = |i: &usize| near(s, *i, 2, "for|of|on|to|de|del|du|do|da|para|pour|por|ya|wa|na");
    let before: Vec<usize> = (0..at).rev().filter(is).collect();
    before.iter().find(|i| !hangs(i)).or(before.first()).copied().or(after)
}

fn is_claim(s: &Sentence, r: &Rule, at: usize) -> bool {
    let price = r.topic == Topic::Discount;
    let excused = s.asks_in(at) || is_denied(s, at, if price { 6 } else { 3 }) || is_condition(s, at) || is_denied_of(s, r.of);
    let theirs = !price && near(s, at, 2, "you|u|usted|vous|voce|tu");
    let open = near(s, at, 1, OPEN) || near(s, at, 2, "get it|have it|want it|like it|be successfully|to be");
    let by = r.by.is_empty() || near(s, at, 4, r.by);
    let asked = price && near(s, at, 8, ASKS) || r.topic == Topic::Discount && later(s, at);
    let taken = r.topic == Topic::Booked && near(s, at, 1, "fully|already|over") || s.is_at(at + 1, "out") || s.is_at(at + 1, "up");
    by && !(excused || theirs || open || asked || taken)
}

/// "You do not have to pay now": later is not never.
fn later(s: &Sentence, at: usize) -> bool {
    s.has("pay now|pay yet|pay until|pay before|pay first|pay in advance|pay upfront|pay anything now|pay anything yet|sugar free")
        && at < s.tokens.len()
}

/// Whether one of these stands among so many words before, in the same clause.
fn near(s: &Sentence, at: usize, words: usize, list: &str) -> bool {
    let clause = s.tokens[at].clause;
    let from = at.saturating_sub(words);
    (from..at).any(|i| s.tokens[i].clause == clause && list.split('|').any(|p| s.is_at(i, p)))
}

/// Only what stands right before a deed denies it: "No worries, it is placed" claims it.
fn is_denied(s: &Sentence, at: usize, words: usize) -> bool {
    let clause = s.tokens[at].clause;
    near(s, at, words, NOT) || (0..at).any(|i| s.tokens[i].clause == clause && NOTHING.split('|').any(|p| s.is_at(i, p)))
}

/// "No order was placed."
fn is_denied_of(s: &Sentence, of: &str) -> bool {
    of.split('|').flat_map(|p| s.find(p)).any(|at| near(s, at, 1, "no|any|ningun|ninguna|aucun|aucune|nenhum|nenhuma|hakuna|babu"))
}

/// "Once your payment is confirmed we start" claims nothing; "After a look, your payment has been received" does.
fn is_condition(s: &Sentence, at: usize) -> bool {
    let clause = s.tokens[at].clause;
    let done = (0..at).any(|i| s.tokens[i].clause == clause && DONE.split('|').any(|p| s.is_at(i, p)));
    let is = |i: usize| IF.split('|').any(|p| s.is_at(i, p));
    (0..s.tokens.len()).filter(|i| is(*i)).any(|i| match s.tokens[i].clause {
        here if here == clause => i < at || !done,
        earlier => earlier < clause && !done,
    })
}

/// Money that is promised or said to go back.
fn repaid(s: &Sentence) -> Option<Topic> {
    let plain = |at: usize| !s.asks_in(at) && !near(s, at, 5, NOT) && !is_condition(s, at);
    let may = "can|could|may|might|cannot|cant|would|should";
    let verb = |at: usize| {
        let t = s.tokens[at].text.as_str();
        let english =
            matches!(t, "refunded" | "refunding") || t == "refund" && near(s, at, 2, "will|ill|well|ll|i|we|gonna|going to|now|fully");
        let roman = (t.starts_with("reembols") || t.starts_with("rembours")) && !REPAYMENT.split('|').any(|p| p == t);
        (english || roman) && plain(at) && !near(s, at, 4, may)
    };
    let noun = |at: usize| {
        let gives = (0..s.tokens.len()).any(|i| GIVES.split('|').any(|p| s.is_at(i, p)) && !near(s, i, 2, may) && i.abs_diff(at) < 7);
        gives && s.has(SURELY) && plain(at) && !near(s, at, 6, ASKS)
    };
    let verbs = (0..s.tokens.len()).any(verb);
    let nouns = || REPAYMENT.split('|').flat_map(|p| s.find(p)).any(noun);
    let others = || PAYS_BACK.split('|').flat_map(|p| s.find(p)).any(plain);
    (verbs || nouns() || others()).then_some(Topic::Refund)
}

fn is_so(topic: Topic, phrase: &str, s: &Sentence, f: &Facts<'_>) -> bool {
    let stands = |of: &[Status]| orders(f).iter().any(|o| of.contains(&o.status));
    match topic {
        Topic::Placed => tool(f, "place_order") || names_order(s, f, |_| true),
        Topic::Stands => {
            tool(f, "place_order") || tool(f, "order_status") && !orders(f).is_empty() || names_order(s, f, |_| true) || of_booking(s, f)
        }
        Topic::Paid => stands(&[Status::Paid, Status::Preparing, Status::ReadyForPickup, Status::OutForDelivery, Status::Completed]),
        Topic::Cancelled => {
            tool(f, "cancel_order") || tool(f, "cancel_booking") || names_order(s, f, |o| matches!(o, Status::Cancelled | Status::Expired))
        }
        Topic::Asked => tool(f, "call_person") || tool(f, "report_payment"),
        Topic::Refund => false,
        Topic::Discount => is_given(phrase, s, f),
        Topic::OnWay => stands(&[Status::OutForDelivery, Status::Completed]),
        Topic::Cooking => stands(&[Status::Preparing, Status::ReadyForPickup, Status::OutForDelivery, Status::Completed]),
        Topic::Ready => stands(&[Status::ReadyForPickup, Status::OutForDelivery, Status::Completed]),
        Topic::Booked => of_booking(s, f) || tool(f, "place_order") && s.has("order"),
        Topic::Added => tool(f, "add_to_basket") || tool(f, "change_line") || !f.briefing.draft.lines.is_empty(),
    }
}

/// Booked in this turn, looked up in it, or named by its number or its time.
fn of_booking(s: &Sentence, f: &Facts<'_>) -> bool {
    let done = ["make_booking", "change_booking", "my_bookings"].iter().any(|t| tool(f, t));
    let zone = &f.briefing.profile.time_zone;
    let named = f.briefing.bookings.iter().any(|b| {
        let (_, minute) = wall(b.starts_at, zone);
        let clock = time_words(minute);
        let (hour, rest) = clock.split_once(':').unwrap_or((clock.as_str(), ""));
        let number = b.number.to_string();
        s.has(&number) || s.tokens.windows(2).any(|w| w[0].text == hour && w[1].text == rest) || s.has(&twelve(minute))
    });
    done && (!tool(f, "my_bookings") || !f.briefing.bookings.is_empty()) || named
}

/// A time as people say it, as tokens: "7pm|7 pm".
fn twelve(minute: i64) -> String {
    let (hour, half) = (minute / 60, if minute / 60 < 12 { "am" } else { "pm" });
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    format!("{hour}{half}|{hour} {half}")
}

/// What the owner and people of the business say themselves, folded. A document may only be quoted.
fn own_words(f: &Facts<'_>) -> String {
    let (b, p) = (f.briefing, &f.briefing.profile);
    let items = b.menu.items.iter().flat_map(|i| [i.name.as_str(), i.description.as_str()]);
    let front = b.assistant.iter().flat_map(|a| [a.greeting.as_str(), a.sign_off.as_str()]);
    let people = f.said.iter().filter_map(|s| if let Said::Person { text, .. } = s { Some(text.as_str()) } else { None });
    let all = [p.about.as_str(), p.payment_instructions.as_str()].into_iter().chain(items).chain(front).chain(people);
    fold(&all.collect::<Vec<_>>().join("\n"))
}

/// The owner's own words speak of it, or delivery costs nothing.
fn is_given(phrase: &str, s: &Sentence, f: &Facts<'_>) -> bool {
    let rows = own_words(f);
    let free = f.briefing.profile.delivery_fee_minor == 0 && f.briefing.profile.delivery;
    let word = phrase.trim_end_matches('*');
    let told = match word {
        w if w.contains("deliver") => ["free deliver", "delivery is free", "deliver for free"].iter().any(|w| rows.contains(w)),
        w if w.contains("free") => rows.contains("free"),
        w => rows.contains(w),
    };
    told || free && s.has("deliver*|livr*|entreg*|envio|frete|kai|leta|tunaleta|توصيل|التوصيل|gbe")
}

/// A known order's number or reference stands in the sentence.
fn names_order(s: &Sentence, f: &Facts<'_>, is: impl Fn(Status) -> bool) -> bool {
    let orders = orders(f);
    orders.iter().filter(|o| is(o.status)).any(|o| s.has(&o.number) || !o.reference.is_empty() && s.has(&o.reference))
}

fn tool(f: &Facts<'_>, name: &str) -> bool {
    f.results.iter().any(|r| r.ok && r.call.name == name)
}

/// An order of this customer as sentences name it.
struct Seen {
    number: String,
    reference: String,
    status: Status,
}

/// The orders of the briefing, and those a tool of this turn told of.
fn orders(f: &Facts<'_>) -> Vec<Seen> {
    let of = |o: &OpenOrder| Seen { number: o.number.to_string(), reference: o.reference.to_lowercase(), status: o.status };
    let mut out: Vec<Seen> = f.briefing.open_orders.iter().chain(&f.briefing.last_finished).map(of).collect();
    let told = |o: &serde_json::Value| {
        let status = serde_json::from_value(o["status"].clone()).ok()?;
        Some(Seen { number: o["number"].to_string(), reference: o["reference"].as_str().unwrap_or_default().to_lowercase(), status })
    };
    for r in f.results.iter().filter(|r| r.ok) {
        out.extend(told(&r.output["order"]));
        out.extend(r.output["orders"].as_array().into_iter().flatten().filter_map(told));
    }
    out
}

fn sentence(topic: Topic) -> &'static str {
    match topic {
        Topic::Placed => "No order was placed in this turn, and no known order is named by its number.",
        Topic::Stands => "No order is confirmed that you name by its number.",
        Topic::Paid => "No payment was confirmed by a person.",
        Topic::Cancelled => "Nothing was cancelled.",
        Topic::Asked => "No person was asked: call_person does that.",
        Topic::Refund => "Refunds are made and promised by people only.",
        Topic::Discount => "Nobody has given a discount, and nothing is free.",
        Topic::OnWay => "No order of this customer is on its way.",
        Topic::Cooking => "No order of this customer is being prepared.",
        Topic::Ready => "No order of this customer is ready.",
        Topic::Booked => "Nothing was booked in this turn, and no known booking is named by its number or time.",
        Topic::Added => "Nothing was added.",
    }
}
