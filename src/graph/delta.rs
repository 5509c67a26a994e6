//! What changed between two states, as small JSON. A merge patch (RFC 7396) cannot set a field to null and repeats whole
//! lists; states have both, so this is a format of our own:
//!
//! - `{"=": v}` is now `v`;
//! - `{"o": {name: delta}, "-": [name]}` fields that changed, and fields that are gone;
//! - `{"n": length, "i": {index: delta}, "+": [v]}` a list cut to `length`, with entries that changed and entries added.

use serde_json::{Map, Value, json};

/// What leads from `old` to `new`; none when they are the same.
pub fn diff(old: &Value, new: &Value) -> Option<Value> {
    if old == new {
        return None;
    }
    let fine = match (old, new) {
        (Value::Object(a), Value::Object(b)) => fields(a, b),
        (Value::Array(a), Value::Array(b)) => entries(a, b),
        _ => return Some(json!({ "=": new })),
    };
    let whole = json!({ "=": new });
    // A list whose every entry moved is shorter as a whole.
    Some(if length(&fine) < length(&whole) { fine } else { whole })
}

fn length(v: &Value) -> usize {
    v.to_string().len()
}

fn fields(a: &Map<String, Value>, b: &Map<String, Value>) -> Value {
    let mut changed = Map::new();
    for (name, new) in b {
        let delta = match a.get(name) {
            Some(old) => diff(old, new),
            None => Some(json!({ "=": new })),
        };
        if let Some(delta) = delta {
            changed.insert(name.clone(), delta);
        }
    }
    let gone: Vec<&String> = a.keys().filter(|name| !b.contains_key(*name)).collect();
    match gone.is_empty() {
        true => json!({ "o": changed }),
        false => json!({ "o": changed, "-": gone }),
    }
}

fn entries(a: &[Value], b: &[Value]) -> Value {
    let kept = a.len().min(b.len());
    let changed: Map<String, Value> =
        a.iter().zip(b).enumerate().filter_map(|(i, (old, new))| Some((i.to_string(), diff(old, new)?))).collect();
    let mut out = Map::from_iter([("n".to_owned(), json!(kept))]);
    if !changed.is_empty() {
        out.insert("i".into(), Value::Object(changed));
    }
    if let Some(more) = b.get(kept..).filter(|more| !more.is_empty()) {
        out.insert("+".into(), json!(more));
    }
    Value::Object(out)
}

/// Applies a delta. What does not fit the state is left out: only a damaged file has such.
pub fn apply(state: &mut Value, delta: &Value) {
    let Value::Object(d) = delta else { return };
    if let Some(whole) = d.get("=") {
        *state = whole.clone();
    } else if let Some(Value::Object(changed)) = d.get("o") {
        apply_fields(state, changed, d.get("-"));
    } else if let Some(kept) = d.get("n").and_then(Value::as_u64) {
        apply_entries(state, usize::try_from(kept).unwrap_or(usize::MAX), d);
    }
}

fn apply_fields(state: &mut Value, changed: &Map<String, Value>, gone: Option<&Value>) {
    let Value::Object(fields) = state else { return };
    for name in gone.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        fields.remove(name);
    }
    for (name, delta) in changed {
        apply(fields.entry(name.clone()).or_insert(Value::Null), delta);
    }
}

fn apply_entries(state: &mut Value, kept: usize, d: &Map<String, Value>) {
    let Value::Array(list) = state else { return };
    list.truncate(kept);
    for (at, delta) in d.get("i").and_then(Value::as_object).into_iter().flatten() {
        if let Some(entry) = at.parse::<usize>().ok().and_then(|at| list.get_mut(at)) {
            apply(entry, delta);
        }
    }
    list.extend(d.get("+").and_then(Value::as_array).into_iter().flatten().cloned());
}

/// What changed, for people: the path of each field that differs, with the value before and after.
pub fn changes(old: &Value, new: &Value) -> Vec<(String, Value, Value)> {
    let mut out = Vec::new();
    walk("", old, new, &mut out);
    out
}

fn walk(path: &str, old: &Value, new: &Value, out: &mut Vec<(String, Value, Value)>) {
    if old == new {
        return;
    }
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let none = &Value::Null;
                walk(&below(name), a.get(name).unwrap_or(none), b.get(name).unwrap_or(none), out);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            for i in 0..a.len().max(b.len()) {
                let none = &Value::Null;
                walk(&below(&i.to_string()), a.get(i).unwrap_or(none), b.get(i).unwrap_or(none), out);
            }
        }
        _ => out.push((path.to_owned(), old.clone(), new.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-5i64..5).prop_map(Value::from),
            "[=o+nix-]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[=o+n-]{1,2}", inner, 0..5).prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_delta_leads_from_the_old_to_the_new(old in any_json(), new in any_json()) {
            let mut state = old.clone();
            if let Some(delta) = diff(&old, &new) {
                apply(&mut state, &delta);
                let whole = json!({ "=": new }).to_string().len();
                prop_assert!(delta.to_string().len() <= whole);
            }
            prop_assert_eq!(state, new);
        }
    }

    #[test]
    fn what_changed_is_named() {
        let (old, new) = (json!({ "a": { "b": 1, "c": [1, 2] }, "d": 1 }), json!({ "a": { "b": 2, "c": [1, 2, 3] }, "d": 1 }));
        let named: Vec<(String, String, String)> =
            changes(&old, &new).into_iter().map(|(p, a, b)| (p, a.to_string(), b.to_string())).collect();
        let row = |p: &str, a: &str, b: &str| (p.to_owned(), a.to_owned(), b.to_owned());
        assert_eq!(named, [row("a.b", "1", "2"), row("a.c.2", "null", "3")]);
    }

    #[test]
    fn a_growing_list_costs_what_was_added() {
        let old = json!({ "offers": (0..100).map(|n| json!({ "price": n })).collect::<Vec<_>>(), "best": null });
        let mut new = old.clone();
        new["offers"].as_array_mut().unwrap().push(json!({ "price": 3 }));
        let delta = diff(&old, &new).unwrap();
        assert_eq!(delta, json!({ "o": { "offers": { "n": 100, "+": [{ "price": 3 }] } } }));
    }
}
