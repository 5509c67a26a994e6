//! Tests of the built-in model.

use crate::domain::lang::Lang;
use std::collections::{BTreeMap, BTreeSet};

fn places(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|p| p.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

fn file(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let folder = format!("{}/templates/messages/{}", env!("CARGO_MANIFEST_DIR"), lang.code());
    let files = std::fs::read_dir(folder).unwrap().map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap());
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (key, text) in files.flat_map(|text| text.parse::<toml::Table>().unwrap()) {
        let key = key.split('.').next().unwrap().to_owned();
        out.entry(key).or_default().extend(places(text.as_str().unwrap()));
    }
    out
}

#[test]
fn every_language_has_the_same_phrases_and_places() {
    let english = file(Lang::En);
    for lang in Lang::ALL {
        let other = file(lang);
        assert_eq!(english.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{}", lang.code());
        for (key, wanted) in &english {
            // Places may be left out in a language, never added.
            assert!(other[key].is_subset(wanted), "{} {key}", lang.code());
        }
    }
}

#[test]
fn every_phrase_the_code_says_exists() {
    let sources = [
        include_str!("answers.rs"),
        include_str!("asks.rs"),
        include_str!("deeds.rs"),
        include_str!("edits.rs"),
        include_str!("facts.rs"),
        include_str!("lines.rs"),
        include_str!("mod.rs"),
        include_str!("offers.rs"),
        include_str!("plan.rs"),
        include_str!("post.rs"),
        include_str!("recall.rs"),
        include_str!("speak.rs"),
    ];
    let english = file(Lang::En);
    for source in sources {
        for lead in ["self.say(\"", "p.say(\"", "say(lang, \"", "say(self.lang, \"", "t(\""] {
            for found in source.split(lead).skip(1) {
                let key = found.split('"').next().unwrap();
                assert!(english.contains_key(key) || key.contains(['#', '{', ' ']) || key.is_empty(), "{key}");
            }
        }
    }
}

#[test]
fn buttons_are_short_in_every_language() {
    for lang in Lang::ALL {
        for key in ["btn_yes", "btn_no", "btn_change", "btn_pickup", "btn_delivery", "btn_same_address"] {
            assert!(crate::domain::phrase::say(lang, key, &[]).chars().count() <= 20);
        }
    }
}
