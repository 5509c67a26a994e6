//! Patterns, numbers and what is put together; and every file of the catalogue.

use super::*;

fn of(lines: &[(&str, &str)]) -> Catalogue {
    let mut all = Catalogue::default();
    for (from, to) in lines {
        all.add(from, to);
    }
    all.sort();
    all
}

#[test]
fn places_take_what_they_are_named_for() {
    let c = of(&[
        ("{n} open", "{n} {n|ouverte|ouvertes}"),
        ("{n} orders", "{n} {n|commande|commandes}"),
        ("1 order", "1 commande"),
        ("Paid", "Payé"),
        ("{w} taken, {sum} in all", "{w} prises, {sum} en tout"),
        ("#{n} is {w}.", "La n° {n} est {w}."),
        ("Asked {when} ago", "Demandé il y a {when}"),
        ("{when}. Steward is off.", "{When}. Steward est à l'arrêt."),
        ("Write to {name}", "Écrire à {name}"),
        ("{{name}} is theirs", "{{name}} est à eux"),
    ]);
    let say = |text: &str| c.say(text);
    assert_eq!(say("3 open").as_deref(), Some("3 ouvertes"));
    assert_eq!(say("0 open").as_deref(), Some("0 ouverte"));
    assert_eq!(say("1,200 orders taken, ₦7,600 in all").as_deref(), Some("1\u{202f}200 commandes prises, ₦7,600 en tout"));
    assert_eq!(say("1 order taken, ₦7,600 in all").as_deref(), Some("1 commande prises, ₦7,600 en tout"));
    assert_eq!(say("#12 is paid.").as_deref(), Some("La n° 12 est payé."));
    assert_eq!(say("Asked 3 days ago").as_deref(), Some("Demandé il y a 3 jours"));
    assert_eq!(say("Saturday 21 November, 10:16. Steward is off.").as_deref(), Some("Samedi 21 novembre, 10:16. Steward est à l’arrêt."));
    assert_eq!(say("Write to Paid").as_deref(), Some("Écrire à Paid"), "a name is a name");
    assert_eq!(say("{name} is theirs").as_deref(), Some("{name} est à eux"));
    for other in ["many open", "Asked Ada ago", "open", "Write to ", "x taken, y in all"] {
        assert_eq!(say(other), None, "{other}");
    }
}

#[test]
fn sentences_and_lists_are_put_together_when_all_is_known() {
    let c = of(&[
        ("Saved.", "Enregistré."),
        ("Try again.", "Réessayez."),
        ("Owner", "Propriétaire"),
        ("used {when} ago", "utilisé il y a {when}"),
    ]);
    assert_eq!(c.say("Saved. Try again.").as_deref(), Some("Enregistré. Réessayez."));
    assert_eq!(c.say("Owner, used 3 days ago").as_deref(), Some("Propriétaire, utilisé il y a 3 jours"));
    assert_eq!(c.say("Owner, ₦500").as_deref(), Some("Propriétaire, ₦500"));
    assert_eq!(c.say("Owner, Ada"), None);
    assert_eq!(c.say(", owner:").as_deref(), Some(", propriétaire\u{a0}:"));
}

#[test]
fn long_lists_of_nothing_end_soon() {
    let c = french();
    for words in ["Saved. Owner, Paid; ", "Paid, Paid; Paid: Paid · Paid. Paid? Paid! ", "Ada says #1 is paid, x. "] {
        let mut long = words.repeat(60);
        while long.len() > 1_480 {
            long.pop();
        }
        let _ = c.say(&format!("{long}zq"));
    }
}

/// Every place of the French text is one of the English, no text is empty, and none is there twice.
#[test]
fn the_files_are_in_order() {
    let mut seen = HashMap::new();
    let mut wrong = Vec::new();
    for (file, text) in FILES {
        let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{file}: {e}"));
        for (from, to) in &table {
            let to = to.as_str().unwrap_or_default();
            let names = |text: &str| -> Vec<String> {
                let one = |p: Part| match p {
                    Part::Place(n, _) | Part::Choice(n, ..) => Some(n.to_lowercase()),
                    Part::Fixed(_) => None,
                };
                parts(text).into_iter().filter_map(one).collect()
            };
            let known = names(from);
            if to.trim().is_empty() || names(to).iter().any(|n| !known.contains(n)) {
                wrong.push(format!("{file}: {from:?} = {to:?}"));
            }
            if from.trim() != from || from.contains("  ") {
                wrong.push(format!("{file}: {from:?} has blanks that a page never has"));
            }
            let pieces = parts(from);
            let side_by_side = pieces.windows(2).any(|w| matches!(w, [Part::Place(..), Part::Place(..)]));
            let typed =
                |p: &Part| matches!(p, Part::Fixed(_) | Part::Place(_, Kind::Number | Kind::Sum | Kind::When | Kind::Words | Kind::Word));
            let lettered = pieces.iter().any(|p| matches!(p, Part::Fixed(t) if t.contains(char::is_alphabetic)));
            if side_by_side || !(lettered || pieces.iter().all(typed) && pieces.len() > 1) {
                wrong.push(format!("{file}: {from:?} would fit anything"));
            }
            if let Some(other) = seen.insert(from.clone(), file) {
                wrong.push(format!("{from:?} is in {other} and in {file}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
