//! Whole conversations with several kinds of business, each turn with what a customer would expect of it.

use super::bookings::Bookings;
use super::counter::Counter;
use super::documents::Documents;
use super::fixture::{self, Shop, Talk, Talks, Turn};
use crate::app::desk::Reader;
use crate::domain::error::{Error, Result};
use crate::domain::house::briefing::OpenOrder;
use crate::domain::house::intent::ReadsIntents;
use crate::domain::id::Id;
use crate::domain::shop::draft::{Draft, Line};
use crate::domain::time::Time;
use crate::providers::llm::{Model, Reply};
use serde::Serialize;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Names and texts of files.
type Files = &'static [(&'static str, &'static str)];
/// A kind of business: its menu, its documents and its files of conversations.
type Suite = (&'static str, &'static str, Files, Files);

/// The documents of a guest house.
pub(super) const HOTEL: Files = &[
    ("house-rules", include_str!("../../../data/evals/hotel/house-rules.md")),
    ("services", include_str!("../../../data/evals/hotel/services.md")),
    ("breakfast", include_str!("../../../data/evals/hotel/breakfast.md")),
    // Somebody wrote orders into a document; nobody follows them.
    ("notice", include_str!("../../../data/evals/hotel/notice.md")),
];
/// The documents of a shop for phones.
pub(super) const ELECTRONICS: Files = &[("policies", include_str!("../../../data/evals/electronics/policies.md"))];

const SUITES: &[Suite] = &[
    (
        "restaurant",
        include_str!("../../../data/evals/restaurant/menu.toml"),
        &[],
        &[
            ("orders", include_str!("../../../data/evals/restaurant/orders.toml")),
            ("talk", include_str!("../../../data/evals/restaurant/talk.toml")),
            ("money", include_str!("../../../data/evals/restaurant/money.toml")),
            ("sums", include_str!("../../../data/evals/restaurant/sums.toml")),
            ("changes", include_str!("../../../data/evals/restaurant/changes.toml")),
            ("wishes", include_str!("../../../data/evals/restaurant/wishes.toml")),
            ("doubts", include_str!("../../../data/evals/restaurant/doubts.toml")),
            ("troubles", include_str!("../../../data/evals/restaurant/troubles.toml")),
            ("languages", include_str!("../../../data/evals/restaurant/languages.toml")),
            ("swahili", include_str!("../../../data/evals/restaurant/swahili.toml")),
            ("arabic", include_str!("../../../data/evals/restaurant/arabic.toml")),
            ("people", include_str!("../../../data/evals/restaurant/people.toml")),
        ],
    ),
    (
        "reception",
        include_str!("../../../data/evals/reception/menu.toml"),
        &[],
        &[
            ("memory", include_str!("../../../data/evals/reception/memory.toml")),
            ("people", include_str!("../../../data/evals/reception/people.toml")),
        ],
    ),
    (
        "shop",
        include_str!("../../../data/evals/shop/menu.toml"),
        &[],
        &[
            ("orders", include_str!("../../../data/evals/shop/orders.toml")),
            ("sorts", include_str!("../../../data/evals/shop/sorts.toml")),
            ("hours", include_str!("../../../data/evals/shop/hours.toml")),
            ("prices", include_str!("../../../data/evals/shop/prices.toml")),
        ],
    ),
    (
        "kitchen",
        include_str!("../../../data/evals/kitchen/menu.toml"),
        &[],
        &[("amounts", include_str!("../../../data/evals/kitchen/amounts.toml"))],
    ),
    (
        "cloth",
        include_str!("../../../data/evals/cloth/menu.toml"),
        &[],
        &[("amounts", include_str!("../../../data/evals/cloth/amounts.toml"))],
    ),
    (
        "pharmacy",
        include_str!("../../../data/evals/pharmacy/menu.toml"),
        &[],
        &[("orders", include_str!("../../../data/evals/pharmacy/orders.toml"))],
    ),
    (
        "boutique",
        include_str!("../../../data/evals/boutique/menu.toml"),
        &[],
        &[("orders", include_str!("../../../data/evals/boutique/orders.toml"))],
    ),
    (
        "pizzeria",
        include_str!("../../../data/evals/pizzeria/menu.toml"),
        &[],
        &[
            ("orders", include_str!("../../../data/evals/pizzeria/orders.toml")),
            ("extras", include_str!("../../../data/evals/pizzeria/extras.toml")),
        ],
    ),
    (
        "bakery",
        include_str!("../../../data/evals/bakery/menu.toml"),
        &[],
        &[
            ("orders", include_str!("../../../data/evals/bakery/orders.toml")),
            ("words", include_str!("../../../data/evals/bakery/words.toml")),
        ],
    ),
    (
        "bakehouse",
        include_str!("../../../data/evals/bakehouse/menu.toml"),
        &[],
        &[
            ("diets", include_str!("../../../data/evals/bakehouse/diets.toml")),
            ("days", include_str!("../../../data/evals/bakehouse/days.toml")),
            ("orders", include_str!("../../../data/evals/bakehouse/orders.toml")),
        ],
    ),
    (
        "canteen",
        include_str!("../../../data/evals/canteen/menu.toml"),
        &[],
        &[("corrections", include_str!("../../../data/evals/canteen/corrections.toml"))],
    ),
    (
        "salon",
        include_str!("../../../data/evals/salon/menu.toml"),
        &[],
        &[("bookings", include_str!("../../../data/evals/salon/bookings.toml"))],
    ),
    ("hotel", include_str!("../../../data/evals/hotel/menu.toml"), HOTEL, &[("asks", include_str!("../../../data/evals/hotel/asks.toml"))]),
    (
        "electronics",
        include_str!("../../../data/evals/electronics/menu.toml"),
        ELECTRONICS,
        &[("asks", include_str!("../../../data/evals/electronics/asks.toml"))],
    ),
    (
        "bistro",
        include_str!("../../../data/evals/bistro/menu.toml"),
        &[],
        &[
            ("bookings", include_str!("../../../data/evals/bistro/bookings.toml")),
            ("moves", include_str!("../../../data/evals/bistro/moves.toml")),
        ],
    ),
    (
        "inn",
        include_str!("../../../data/evals/inn/menu.toml"),
        &[],
        &[
            ("bookings", include_str!("../../../data/evals/inn/bookings.toml")),
            ("stays", include_str!("../../../data/evals/inn/stays.toml")),
            ("moves", include_str!("../../../data/evals/inn/moves.toml")),
        ],
    ),
];

/// How one conversation went.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    /// "restaurant/orders: two plates".
    pub name: String,
    /// What was not as expected, turn by turn.
    pub problems: Vec<String>,
    /// Why it is known to fail.
    pub known_failure: String,
}

/// How all went.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Conversations that went as expected.
    pub passed: usize,
    /// Conversations that did not.
    pub failed: usize,
    /// Of these, known.
    pub known: usize,
    /// Every conversation.
    pub cases: Vec<Case>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.cases.iter().filter(|c| !c.problems.is_empty()) {
            let known = if c.known_failure.is_empty() { String::new() } else { format!(" (known: {})", c.known_failure) };
            writeln!(f, "{}{known}", c.name)?;
            c.problems.iter().try_for_each(|p| writeln!(f, "    {p}"))?;
        }
        writeln!(f, "{} of {} conversations went as expected; {} known failures.", self.passed, self.passed + self.failed, self.known)
    }
}

/// Runs the conversations inside the program, or those of a folder with `menu.toml` and files beside it.
pub fn run(path: Option<&Path>, model: &dyn Model) -> Result<Report> {
    let mut report = Report::default();
    if let Some(folder) = path {
        run_folder(folder, model, &mut report)?;
        return Ok(report);
    }
    for (n, (kind, menu, documents, files)) in SUITES.iter().enumerate() {
        let shop: Shop = fixture::read(kind, menu)?;
        let documents = if documents.is_empty() { None } else { Some(Arc::new(Documents::open(documents)?)) };
        for (file, text) in *files {
            let name = format!("{kind}/{file}");
            run_file(n, &shop, documents.as_ref(), &name, text, model, &mut report)?;
        }
    }
    Ok(report)
}

fn run_folder(folder: &Path, model: &dyn Model, report: &mut Report) -> Result<()> {
    let load = |p: &Path| std::fs::read_to_string(p).map_err(|e| Error::invalid(format!("{} cannot be read.", p.display())).with_source(e));
    let shop: Shop = fixture::read("menu.toml", &load(&folder.join("menu.toml"))?)?;
    let entries = std::fs::read_dir(folder).map_err(|e| Error::invalid("The folder cannot be read.").with_source(e))?;
    let mut files: Vec<_> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|x| x == "toml") && !p.ends_with("menu.toml")).collect();
    files.sort();
    files.retain(|f| !f.ends_with("questions.toml"));
    let has_documents = std::fs::read_dir(folder).is_ok_and(|d| d.flatten().any(|e| e.path().extension().is_some_and(|x| x == "md")));
    let documents = if has_documents { Some(Arc::new(Documents::of_folder(folder)?)) } else { None };
    for file in files {
        run_file(99, &shop, documents.as_ref(), &file.display().to_string(), &load(&file)?, model, report)?;
    }
    Ok(())
}

fn run_file(
    n: usize,
    shop: &Shop,
    documents: Option<&Arc<Documents>>,
    name: &str,
    text: &str,
    model: &dyn Model,
    report: &mut Report,
) -> Result<()> {
    let talks: Talks = fixture::read(name, text)?;
    let (profile, menu) = (Arc::new(shop.profile()), Arc::new(shop.menu(n)));
    for talk in &talks.talk {
        let mut counter = Counter::new(&shop.name, profile.clone(), menu.clone());
        counter.intents = shop.template.map(|t| Reader::seeded(t) as Arc<dyn ReadsIntents>);
        counter.documents = documents.cloned();
        counter.desk = Bookings::new(shop.desk());
        let problems = run_talk(&mut counter, talk, model)?;
        match (problems.is_empty(), talk.known_failure.is_empty()) {
            (true, _) => report.passed += 1,
            (false, known) => {
                report.failed += 1;
                report.known += usize::from(!known);
            }
        }
        report.cases.push(Case { name: format!("{name}: {}", talk.name), problems, known_failure: talk.known_failure.clone() });
    }
    Ok(())
}

fn run_talk(counter: &mut Counter, talk: &Talk, model: &dyn Model) -> Result<Vec<String>> {
    if let Some(now) = talk.now.as_deref().and_then(Time::parse) {
        counter.now = now;
    }
    for ask in &talk.full {
        counter.desk.fill(ask, counter.now)?;
    }
    counter.returning = talk.returning;
    counter.contact_name.clone_from(&talk.contact);
    for o in &talk.orders {
        counter.open.push(OpenOrder {
            id: Id::NIL,
            number: o.number,
            reference: crate::domain::shop::reference::reference(u32::try_from(o.number).unwrap_or(0)),
            status: o.status,
            total_minor: o.total * 100,
            summary: o.summary.clone(),
        });
    }
    let mut problems = Vec::new();
    for (i, turn) in talk.turn.iter().enumerate() {
        let before = (counter.placed.len(), counter.cancelled.len(), counter.paid.len(), counter.persons.len());
        let reply = counter.turn(model, &turn.say)?;
        let mut wrong = Vec::new();
        check(counter, turn, &reply, before, &mut wrong);
        if !wrong.is_empty() {
            let lines = wrong.join("; ");
            problems.push(format!("turn {} {:?}: {lines} [reply: {}]", i + 1, turn.say.join(" / "), reply.text.replace('\n', " | ")));
        }
    }
    Ok(problems)
}

fn words(d: &Draft) -> Vec<String> {
    let mut out: Vec<String> = d.lines.iter().map(Line::words).collect();
    out.sort();
    out
}

fn sorted(v: &[String]) -> Vec<String> {
    let mut v = v.to_vec();
    v.sort();
    v
}

fn check(c: &Counter, t: &Turn, reply: &Reply, before: (usize, usize, usize, usize), wrong: &mut Vec<String>) {
    let placed_now = c.placed.get(before.0);
    if let Some(want) = &t.basket {
        expect(wrong, "basket", &sorted(want), &words(&c.draft));
    }
    match (&t.placed, placed_now) {
        (Some(want), Some(got)) => expect(wrong, "placed", &sorted(want), &words(got)),
        (Some(_), None) => wrong.push("nothing was placed".into()),
        (None, Some(_)) => wrong.push("an order was placed too soon".into()),
        (None, None) => {}
    }
    let seen = placed_now.unwrap_or(&c.draft);
    if let Some(want) = &t.fulfilment {
        let how = seen.fulfilment.map(|f| format!("{f:?}").to_lowercase()).unwrap_or_default();
        expect(wrong, "fulfilment", want, &how);
    }
    if let Some(want) = &t.note {
        expect(wrong, "note", want, &seen.note);
    }
    if let Some(want) = &t.address {
        expect(wrong, "address", want, &seen.address);
    }
    numbers(wrong, "cancelled", t.cancelled, c.cancelled.get(before.1).copied());
    numbers(wrong, "paid", t.paid, c.paid.get(before.2).copied());
    if let Some(want) = &t.booked {
        expect(wrong, "booked", want, &c.desk.lines(c.now));
    }
    if let Some(want) = t.waiting {
        expect(wrong, "waiting", &want, &c.desk.waiting.len());
    }
    let person = c.persons.get(before.3).cloned();
    if t.person != person {
        wrong.push(format!("person: wanted {:?}, got {person:?}", t.person));
    }
    check_words(c, t, reply, wrong);
}

fn check_words(c: &Counter, t: &Turn, reply: &Reply, wrong: &mut Vec<String>) {
    let text = reply.text.to_lowercase();
    wrong.extend(t.says.iter().filter(|s| !text.contains(&s.to_lowercase())).map(|s| format!("does not say {s:?}")));
    wrong.extend(t.never.iter().filter(|s| text.contains(&s.to_lowercase())).map(|s| format!("says {s:?}")));
    wrong.extend(t.tools.iter().filter(|n| !c.called.contains(n)).map(|n| format!("does not call {n}")));
    wrong.extend(t.no_tools.iter().filter(|n| c.called.contains(n)).map(|n| format!("calls {n}")));
    if let Some(want) = t.language {
        expect(wrong, "language", &want, &c.language);
    }
    // Holds for every reply of every conversation.
    if !c.refused.is_empty() {
        wrong.push(format!("the guard refuses the reply: {}", c.refused.join(" ")));
    }
    if reply.text.trim().is_empty() || reply.text.contains('{') {
        wrong.push("the reply is empty or has an open place".into());
    }
    if reply.choices.len() > 3 || reply.choices.iter().any(|c| c.title.chars().count() > 20) {
        wrong.push("buttons are too many or too long".into());
    }
}

fn expect<T: PartialEq + fmt::Debug>(wrong: &mut Vec<String>, what: &str, want: &T, got: &T) {
    if want != got {
        wrong.push(format!("{what}: wanted {want:?}, got {got:?}"));
    }
}

fn numbers(wrong: &mut Vec<String>, what: &str, want: Option<i64>, got: Option<i64>) {
    if want != got {
        wrong.push(format!("{what}: wanted {want:?}, got {got:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::llm::builtin::BuiltIn;

    #[test]
    fn every_conversation_goes_as_expected() {
        let report = run(None, &BuiltIn::new()).unwrap();
        let surprises: Vec<&Case> = report.cases.iter().filter(|c| c.problems.is_empty() != c.known_failure.is_empty()).collect();
        assert!(surprises.is_empty(), "{report}");
        assert!(report.cases.len() >= 84, "{} conversations", report.cases.len());
    }
}
