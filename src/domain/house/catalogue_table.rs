//! Records of a table elsewhere as the CSV a spreadsheet would have made of it, so that they are read like any price list.

use csv::Writer;
use serde_json::{Map, Value};

/// The CSV of records: a column for each field, in the order in which the fields first come.
pub fn csv_of(records: &[Map<String, Value>]) -> Vec<u8> {
    let mut headers: Vec<&String> = Vec::new();
    let mut boxes: Vec<&String> = Vec::new();
    for (name, value) in records.iter().flatten() {
        if !headers.contains(&name) {
            headers.push(name);
        }
        if value.is_boolean() && !boxes.contains(&name) {
            boxes.push(name);
        }
    }
    let mut out = Writer::from_writer(Vec::new());
    // Writing to memory does not fail; what could not be written would be missing rows, which the reader tells of.
    let mut put = |cells: Vec<String>| drop(out.write_record(&cells));
    put(headers.iter().map(|h| (*h).clone()).collect());
    for r in records.iter().filter(|r| !r.is_empty()) {
        // A box that is not ticked is not there at all.
        put(headers.iter().map(|h| r.get(*h).map_or_else(|| unticked(boxes.contains(h)), cell)).collect());
    }
    out.into_inner().unwrap_or_default()
}

fn unticked(is_box: bool) -> String {
    if is_box { "no".into() } else { String::new() }
}

/// A field as one cell: files by the address of the first, several words with bars between.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(n) => n.to_string(),
        Value::String(s) => s.clone(),
        Value::Array(all) => match all.first() {
            Some(Value::Object(first)) => first.get("url").and_then(Value::as_str).unwrap_or_default().to_owned(),
            _ => all.iter().map(cell).filter(|c| !c.is_empty()).collect::<Vec<_>>().join("|"),
        },
        Value::Object(o) => ["url", "name", "text", "value"].iter().find_map(|k| o.get(*k)?.as_str()).unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::house::catalogue_csv::read;
    use crate::domain::money::Currency;
    use proptest::prelude::*;
    use serde_json::json;

    fn records(v: &Value) -> Vec<Map<String, Value>> {
        v.as_array().unwrap().iter().map(|r| r.as_object().unwrap().clone()).collect()
    }

    #[test]
    fn records_are_read_like_a_price_list() {
        let all = records(&json!([
            { "Name": "Jollof, smoky", "Price": 2500, "Aliases": ["jollof", "party rice"], "Available": true, "Stock": 4,
                "Photo": [{ "id": "att1", "url": "https://a.example/rice.jpg", "filename": "rice.jpg" }], "Note": { "text": "warm" } },
            { "Name": "Coke", "Price": 600.5 },
        ]));
        let sheet = read(&csv_of(&all), Currency::NGN).unwrap();
        assert!(sheet.errors.is_empty(), "{:?}", sheet.errors);
        let (rice, coke) = (&sheet.rows[0], &sheet.rows[1]);
        assert_eq!((rice.name.as_str(), rice.price_minor, rice.stock), ("Jollof, smoky", 250_000, Some(Some(4))));
        assert_eq!(rice.aliases.as_deref(), Some(&["jollof".to_owned(), "party rice".to_owned()][..]));
        assert_eq!((rice.photo.as_deref(), rice.available), (Some("https://a.example/rice.jpg"), Some(true)));
        assert_eq!(rice.attributes, [("Note".to_owned(), "warm".to_owned())]);
        assert_eq!((coke.price_minor, coke.available, coke.photo.as_deref()), (60_050, Some(false), None), "a box without a tick is no");
    }

    proptest! {
        #[test]
        fn no_record_breaks_it(text in ".{0,40}", n in any::<f64>(), yes in any::<bool>()) {
            let all = records(&json!([{ "name": text, "price": n, "x": [yes, text, { "url": text }], "y": { "z": yes } }, {}]));
            let _ = read(&csv_of(&all), Currency::NGN);
        }
    }
}
