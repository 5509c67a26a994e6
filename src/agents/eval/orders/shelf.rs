//! The one menu of all dialogues, and names made comparable.

use super::{Row, list};
use crate::agents::eval::fixture::id;
use crate::domain::house::item::{Item, OptionChoice, OptionGroup};
use crate::domain::text::fold;
use serde_json::Value;
use std::collections::BTreeMap;

/// A name in its spellings, with how often each was seen.
type Spellings = BTreeMap<String, usize>;

fn letters(s: &str) -> Vec<String> {
    fold(s).split(|c: char| !c.is_alphanumeric() && c != '%').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

pub(super) fn item_key(name: &str) -> String {
    // "Cappuccino (8oz) (espresso + milk)" is a cappuccino.
    let mut words = letters(name.split('(').next().unwrap_or(name));
    if words.len() > 1 && words.last().is_some_and(|w| w == "tea") {
        words.pop();
    }
    words.iter().map(|w| w.strip_suffix('s').filter(|x| x.len() > 3).unwrap_or(w)).collect()
}

pub(super) fn option_key(name: &str) -> String {
    let plain = |w: &String| !matches!(w.as_str(), "milk" | "sauce" | "syrup" | "sweetener" | "sweetner" | "flavor" | "flavoring");
    let key: String = letters(name).into_iter().filter(plain).collect();
    let short = ["sauce", "sweetener", "syrup"].iter().find_map(|end| key.strip_suffix(end).filter(|k| !k.is_empty()).map(str::to_owned));
    short.unwrap_or(key)
}

/// Names the dialogue's own search did not find, though that very name was asked for.
pub(super) fn not_there(row: &Row) -> Vec<String> {
    let mut out = Vec::new();
    let mut query = String::new();
    for e in row.turns.iter().flat_map(|t| &t.events).filter(|e| e.api == "get_menu_items") {
        if e.kind == "call" {
            query = item_key(e.args["query"].as_str().unwrap_or_default());
        } else if query.is_empty() || !e.result["menu_items"].is_array() {
            // A search that cannot be read says nothing.
        } else if !list(&e.result["menu_items"])
            .iter()
            .any(|m| strsim::normalized_levenshtein(&item_key(m["name"].as_str().unwrap_or_default()), &query) > 0.7)
        {
            out.push(query.clone());
        }
    }
    out
}

/// The one menu of all dialogues.
pub(super) fn shelf(rows: &[Row]) -> Vec<Item> {
    let mut names: BTreeMap<String, Spellings> = BTreeMap::new();
    let mut groups: BTreeMap<String, (String, BTreeMap<String, Spellings>)> = BTreeMap::new();
    let mut query = String::new();
    let mut asked = Spellings::new();
    for e in rows.iter().flat_map(|r| &r.turns).flat_map(|t| &t.events) {
        if e.kind == "call" {
            query = item_key(e.args["query"].as_str().unwrap_or_default());
            continue;
        }
        let alone = list(&e.result["menu_items"]).len() == 1;
        for m in list(&e.result["menu_items"]).iter().filter(|_| e.api == "get_menu_items") {
            let name = m["name"].as_str().unwrap_or_default().trim();
            if !alone && item_key(name) == query {
                *asked.entry(query.clone()).or_default() += 1;
            }
            if !alone && (item_key(name) != query || asked.get(&query).is_none_or(|n| *n < 10)) {
                continue;
            }
            *names.entry(item_key(name)).or_default().entry(name.split('(').next().unwrap_or(name).trim().to_lowercase()).or_default() += 1;
        }
        for a in list(&e.result["attributes"]).iter().filter(|_| e.api != "get_order_details") {
            let title = a["attribute_name"].as_str().unwrap_or_default().trim();
            let g = groups
                .entry(a["attribute_id"].as_str().unwrap_or_default().to_owned())
                .or_insert_with(|| (title.to_owned(), BTreeMap::new()));
            for o in list(&a["options"]).iter().filter_map(Value::as_str) {
                *g.1.entry(option_key(o)).or_default().entry(o.trim().to_owned()).or_default() += 1;
            }
        }
        for a in list(&e.result["addons"]) {
            let name = a["name"].as_str().unwrap_or_default().trim();
            let g = groups.entry("add-ons".into()).or_insert_with(|| ("Add-ons".into(), BTreeMap::new()));
            *g.1.entry(option_key(name)).or_default().entry(name.to_owned()).or_default() += 1;
        }
    }
    let often = |n: &Spellings| n.iter().max_by_key(|(_, k)| **k).map(|(s, _)| s.clone()).unwrap_or_default();
    let options: Vec<OptionGroup> = groups
        .into_iter()
        .filter(|(id, _)| id != "order-type" && !id.is_empty())
        .map(|(id, (title, choices))| OptionGroup {
            name: if title.is_empty() { id.clone() } else { title },
            many: id == "add-ons",
            required: false,
            choices: choices
                .into_iter()
                .filter(|(k, n)| !k.is_empty() && n.values().sum::<usize>() >= 3)
                .map(|(_, n)| OptionChoice { name: often(&n), price_minor: 0 })
                .collect(),
        })
        .collect();
    let is_option = |k: &str| options.iter().flat_map(|g| &g.choices).any(|c| option_key(&c.name) == option_key(k));
    let often_of = |n: &Spellings| n.values().sum::<usize>();
    let counts: Vec<(String, usize)> = names.iter().map(|(k, n)| (k.clone(), often_of(n))).collect();
    // A rare spelling beside a common one is a slip of the pen, not another drink.
    let slip = |k: &str, n: usize| counts.iter().any(|(o, m)| o != k && *m > 10 * n && strsim::normalized_levenshtein(o, k) > 0.8);
    names.retain(|k, n| !slip(k, often_of(n)));
    let named = names.into_iter().filter(|(k, n)| !k.is_empty() && n.values().sum::<usize>() >= 2 && !is_option(k));
    named.enumerate().map(|(i, (_, n))| drink(i + 1, &often(&n), &n, &options)).collect()
}

fn drink(n: usize, name: &str, spellings: &Spellings, options: &[OptionGroup]) -> Item {
    Item {
        id: id(n),
        sku: format!("C{n}"),
        name: name.to_owned(),
        aliases: spellings.keys().filter(|s| *s != name).cloned().collect(),
        description: String::new(),
        category: String::new(),
        price_minor: 400,
        unit: String::new(),
        stock: None,
        available: true,
        options: options.to_vec(),
        photo: None,
        attributes: Value::Null,
    }
}
