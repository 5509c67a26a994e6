//! Orders of real people: the coffee-shop dialogues of Taskmaster-4, played turn by turn.
//!
//! **The menu** is one for the whole file, as a shop has one: every item name that a menu search returned alone twice
//! or, among others, ten times for that very name, and that is not the name of an option (spellings that differ only in case, spaces, plural or a final "tea"
//! are one); and every option group and add-on that was returned three times or more, for every drink; none is required. In a dialogue whose search found nothing, or
//! found something else, for the very name that was asked, that item is not on the shelf in that dialogue.
//!
//! **Playing.** The customer's turns are sent in order, whatever we answer. The shop offers pickup only: "to go" sets
//! it, "here" leaves it unset.
//!
//! **An order is exact** when the lines we hold at the end are, as a multiset, those of the gold calls: the item's
//! name, the number, and the set of options and add-ons, compared without case, punctuation and the words "milk",
//! "sauce", "syrup", "sweetener" and "flavor"; and to go or here is the same (a gold name is read
//! as the nearest on the menu when it is four fifths the same: "cappucino"); and it was placed if the gold order was
//! finished. Notes and names on the cup are not compared (`notes` counts how often the gold note was kept). Where
//! gold orders nothing, nothing may have been ordered.

mod shelf;

use super::counter::Counter;
use super::fixture::id;
use crate::domain::error::{Error, Result};
use crate::domain::house::briefing::Menu;
use crate::domain::house::business::Profile;
use crate::domain::house::item::Item;
use crate::domain::shop::draft::{Draft, Fulfilment};
use crate::domain::text::fold;
use crate::providers::llm::Model;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shelf::{item_key, not_there, option_key, shelf};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    scenario: String,
    turns: Vec<Turn>,
    order_calls: Vec<Call>,
    menu_names: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Turn {
    speaker: String,
    text: String,
    #[serde(default)]
    events: Vec<Event>,
}

#[derive(Debug, Deserialize)]
struct Event {
    kind: String,
    api: String,
    #[serde(default)]
    args: Value,
    #[serde(default)]
    result: Value,
}

#[derive(Debug, Deserialize)]
struct Call {
    api: String,
    #[serde(default)]
    args: Value,
}

/// Exact orders of one kind.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Score {
    /// Dialogues.
    pub all: usize,
    /// Exact ones.
    pub exact: usize,
}

impl Score {
    fn add(&mut self, exact: bool) {
        self.all += 1;
        self.exact += usize::from(exact);
    }
    /// Exact ones of a hundred.
    #[expect(clippy::cast_precision_loss, reason = "counts of dialogues are small")]
    pub fn percent(&self) -> f64 {
        if self.all == 0 { 0.0 } else { self.exact as f64 * 100.0 / self.all as f64 }
    }
}

/// A dialogue that was not exact.
#[derive(Debug, Clone, Serialize)]
pub struct Miss {
    /// Its id.
    pub id: String,
    /// What is wrong.
    pub why: String,
    /// The customer's turns.
    pub said: Vec<String>,
    /// The gold order.
    pub gold: String,
    /// Ours.
    pub ours: String,
}

/// How a model did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Every dialogue.
    pub all: Score,
    /// Dialogues whose gold orders something.
    pub ordering: Score,
    /// Dialogues whose gold orders nothing.
    pub asking: Score,
    /// By scenario.
    pub scenarios: BTreeMap<String, Score>,
    /// Kinds of failure.
    pub failures: BTreeMap<String, usize>,
    /// Gold notes whose words are in a line of ours.
    pub notes: Score,
    /// Dialogues that were not exact.
    pub misses: Vec<Miss>,
    /// Customer turns played.
    pub turns: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<78} {:>6} {:>6} {:>7}", "scenario", "all", "exact", "%")?;
        let row =
            |f: &mut fmt::Formatter<'_>, name: &str, s: &Score| writeln!(f, "{name:<78} {:>6} {:>6} {:>7.1}", s.all, s.exact, s.percent());
        self.scenarios.iter().try_for_each(|(n, s)| row(f, n, s))?;
        row(f, "— all", &self.all)?;
        row(f, "— of these, gold orders something", &self.ordering)?;
        row(f, "— of these, gold orders nothing", &self.asking)?;
        row(f, "(notes kept, not part of exact)", &self.notes)?;
        writeln!(f, "kinds of failure:")?;
        self.failures.iter().try_for_each(|(k, n)| writeln!(f, "  {k:<40} {n:>6}"))
    }
}

/// One line, made comparable: item, number, options.
type Plain = (String, i64, BTreeSet<String>);

#[derive(Debug, Default, PartialEq)]
struct Gold {
    lines: Vec<Plain>,
    to_go: bool,
    finished: bool,
    notes: Vec<String>,
}

/// Plays every dialogue of a JSONL file against a model.
pub fn run(path: &Path, model: &dyn Model) -> Result<Report> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::invalid(format!("{} cannot be read.", path.display())).with_source(e))?;
    let rows: Vec<Row> = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .enumerate()
        .map(|(n, l)| serde_json::from_str(l).map_err(|e| Error::invalid(format!("Line {} is not a dialogue: {e}.", n + 1))))
        .collect::<Result<_>>()?;
    let items = shelf(&rows);
    let mut report = Report::default();
    for (n, row) in rows.iter().enumerate() {
        play(n, row, &items, model, &mut report)?;
    }
    Ok(report)
}

fn play(n: usize, row: &Row, items: &[Item], model: &dyn Model, report: &mut Report) -> Result<()> {
    let gone = not_there(row);
    let kept: Vec<Item> = items.iter().filter(|i| !gone.contains(&item_key(&i.name))).cloned().collect();
    // Menus with nothing missing are the same menu.
    let version = if kept.len() == items.len() { 0 } else { i64::try_from(n).unwrap_or(0) + 1 };
    let menu = Menu { business: Some(id(800_000)), version, items: kept };
    let profile = Profile { delivery: false, ..Profile::default() };
    let mut counter = Counter::new("Coffee bar", Arc::new(profile), Arc::new(menu));
    let said: Vec<String> = row.turns.iter().filter(|t| t.speaker == "user").map(|t| t.text.clone()).collect();
    for text in &said {
        counter.turn(model, std::slice::from_ref(text))?;
        report.turns += 1;
    }
    let gold = gold(row, items);
    let ours = ours(&counter);
    let why = compare(&gold, &ours);
    let exact = why.is_none();
    report.all.add(exact);
    if gold.lines.is_empty() {
        report.asking.add(exact)
    } else {
        report.ordering.add(exact)
    }
    report.scenarios.entry(row.scenario.clone()).or_default().add(exact);
    for note in &gold.notes {
        report.notes.add(ours.notes.iter().any(|o| fold(o).contains(&fold(note)) || fold(note).contains(&fold(o)) && !o.is_empty()));
    }
    if let Some(why) = why {
        *report.failures.entry(why.to_owned()).or_default() += 1;
        report.misses.push(Miss { id: row.id.clone(), why: why.to_owned(), said, gold: format!("{gold:?}"), ours: format!("{ours:?}") });
    }
    Ok(())
}

fn compare(gold: &Gold, ours: &Gold) -> Option<&'static str> {
    let key = |l: &[Plain]| {
        let mut l = l.to_vec();
        l.sort();
        l
    };
    let names = |l: &[Plain]| {
        let mut n: Vec<(String, i64)> = Vec::new();
        for (name, q, _) in l {
            match n.iter_mut().find(|(x, _)| x == name) {
                Some((_, k)) => *k += q,
                None => n.push((name.clone(), *q)),
            }
        }
        n.sort();
        n
    };
    let (g, o) = (names(&gold.lines), names(&ours.lines));
    if g != o {
        return Some(match (g.is_empty(), o.is_empty()) {
            (true, false) => "ordered what nobody ordered",
            (false, true) => "understood no item",
            _ if g.iter().map(|x| &x.0).eq(o.iter().map(|x| &x.0)) => "wrong number",
            _ => "wrong items",
        });
    }
    if key(&gold.lines) != key(&ours.lines) {
        return Some("wrong options or add-ons");
    }
    if gold.to_go != ours.to_go {
        return Some("here or to go");
    }
    (gold.finished && !ours.finished).then_some("not placed")
}

fn ours(c: &Counter) -> Gold {
    let drafts: Vec<&Draft> = c.placed.iter().chain(std::iter::once(&c.draft)).filter(|d| !d.lines.is_empty()).collect();
    let mut g = Gold { finished: !c.placed.is_empty() && c.draft.lines.is_empty(), ..Gold::default() };
    for d in drafts {
        g.to_go |= d.fulfilment == Some(Fulfilment::Pickup);
        for l in &d.lines {
            g.lines.push((item_key(&l.name), l.quantity, l.options.iter().map(|o| option_key(&o.choice)).collect()));
            g.notes.push(l.note.clone());
        }
    }
    unite(&mut g.lines);
    g
}

fn gold(row: &Row, items: &[Item]) -> Gold {
    let mut g = Gold::default();
    for c in &row.order_calls {
        // A few calls are JSON inside a string, with doubled quotes.
        let inside = c.args.as_str().map(|s| serde_json::from_str(&s.replace("\"\"", "\"")).unwrap_or(Value::Null));
        let a = inside.as_ref().unwrap_or(&c.args);
        match c.api.as_str() {
            "add_order_item" => {
                g.lines.push((on_shelf(item_of(row, a), items), number(&a["quantity"]), options(a)));
                g.notes.extend(a["notes"].as_str().map(str::to_owned));
            }
            "update_order_item" => {
                if let Some(l) = g.lines.last_mut() {
                    l.2.extend(options(a));
                }
            }
            "update_order" => {
                g.to_go |= list(&a["attributes"]).iter().any(|x| option_key(x["option"].as_str().unwrap_or_default()).contains("togo"))
            }
            "finish_order" => g.finished = true,
            _ => {}
        }
    }
    unite(&mut g.lines);
    g
}

/// Lines that are the same are one line.
fn unite(lines: &mut Vec<Plain>) {
    let mut out: Vec<Plain> = Vec::new();
    for l in lines.drain(..) {
        match out.iter_mut().find(|o| o.0 == l.0 && o.2 == l.2) {
            Some(o) => o.1 += l.1,
            None => out.push(l),
        }
    }
    *lines = out;
}

fn number(v: &Value) -> i64 {
    v.as_i64().or_else(|| v.as_str().and_then(|s| s.trim().parse().ok())).unwrap_or(1)
}

fn list(v: &Value) -> &[Value] {
    v.as_array().map_or(&[], Vec::as_slice)
}

/// The item of a gold call: the id without its number ("chai-latte-1928"); the dialogue's own name where that is a place holder.
fn item_of(row: &Row, a: &Value) -> String {
    let raw = a["menu_item_id"].as_str().unwrap_or_default().trim_matches('"');
    let from_id = item_key(raw.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == ' '));
    match row.menu_names.get(raw) {
        Some(n) if n != "var_drink" => item_key(n),
        _ => from_id,
    }
}

/// A gold name as the shelf spells it.
fn on_shelf(key: String, items: &[Item]) -> String {
    let near = items.iter().map(|i| item_key(&i.name)).map(|k| (strsim::normalized_levenshtein(&k, &key), k));
    near.filter(|(l, _)| *l > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map_or(key, |(_, k)| k)
}

fn options(a: &Value) -> BTreeSet<String> {
    let chosen = list(&a["attributes"]).iter().filter_map(|x| x["option"].as_str());
    let added = list(&a["addons"]).iter().filter_map(|x| x["addon_id"].as_str().or(x["name"].as_str()));
    let added = added.map(|s| s.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == ' '));
    chosen.chain(added).map(option_key).filter(|k| !k.is_empty()).collect()
}
