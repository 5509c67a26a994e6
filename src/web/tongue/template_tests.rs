//! No text of a template of the dashboard is missing in the catalogue, and no sentence of the code behind its pages.

use super::{catalogue, page};
use std::path::{Path, PathBuf};

/// Stands for an expression.
const PLACE: char = '\u{e000}';
/// Stand for the tags of a condition, and for any other tag.
const IF: char = '\u{e001}';
const ELSE: char = '\u{e002}';
const END: char = '\u{e003}';
const TAG: char = '\u{e004}';
/// What a place may hold when a text is tried.
const TRIED: &[&str] = &["7", "Thu 10:02", "Paid", "₦500", "Zqx Vrt"];

fn templates() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut out = Vec::new();
    for folder in ["", "pages/house", "pages/shop", "pages/reception", "pages/buying", "pages/outreach"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "html") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// A template with its tags and expressions as single letters, and words that tags hold.
fn flat(text: &str) -> (String, Vec<String>) {
    let mut out = String::new();
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = |close: &str| rest.find(close).map_or(rest.len(), |i| i + close.len());
        if rest.starts_with("{#") {
            rest = &rest[end("#}")..];
        } else if rest.starts_with("{{") {
            let inside = &rest[..end("}}")];
            if let Some(said) = inside.split("icon_said(\"").nth(1) {
                words.extend(said.split('"').next().map(str::to_owned));
            }
            if inside.contains("|icon") {
                out.push_str("<wbr>")
            } else {
                out.push(PLACE)
            }
            rest = &rest[inside.len()..];
        } else if rest.starts_with("{%") {
            let inside = &rest[..end("%}")];
            let tag = inside.trim_start_matches("{%").trim_start_matches('-').trim_start();
            rest = &rest[inside.len()..];
            if ["block live", "block title_of"].iter().any(|b| tag.starts_with(b)) {
                rest = rest.split_once("endblock").and_then(|(_, r)| r.split_once("%}")).map_or("", |(_, r)| r);
            } else if tag.starts_with("call entry") {
                words.extend(tag.split('"').nth(7).map(str::to_owned));
            }
            out.push(match tag.split([' ', '-']).next().unwrap_or_default() {
                "if" => IF,
                "else" => ELSE,
                "endif" => END,
                _ => TAG,
            });
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    (out, words)
}

/// Every text a run of text with conditions may become. A condition that begins or ends elsewhere parts it.
fn variants(run: &str) -> Vec<String> {
    let mut letters: Vec<char> = run.chars().collect();
    let mut open = Vec::new();
    let mut paired = vec![false; letters.len()];
    for i in 0..letters.len() {
        match letters[i] {
            IF => open.push(vec![i]),
            ELSE => {
                if let Some(group) = open.last_mut() {
                    group.push(i);
                }
            }
            END => {
                for j in open.pop().unwrap_or_default() {
                    (paired[j], paired[i]) = (true, true);
                }
            }
            _ => {}
        }
    }
    for (c, paired) in letters.iter_mut().zip(&paired) {
        if matches!(*c, IF | ELSE | END) && !paired {
            *c = TAG;
        }
    }
    letters.split(|c| *c == TAG).flat_map(|part| expand(part, &mut 0)).collect()
}

/// The texts of a part up to the end of the branch that begins at `at`.
fn expand(part: &[char], at: &mut usize) -> Vec<String> {
    let mut all = vec![String::new()];
    while let Some(c) = part.get(*at) {
        match *c {
            ELSE | END => break,
            IF => {
                let mut branches = Vec::new();
                let mut elses = 0;
                loop {
                    *at += 1;
                    branches.extend(expand(part, at));
                    match part.get(*at) {
                        Some(&ELSE) => elses += 1,
                        _ => break,
                    }
                }
                *at += 1;
                if elses == 0 {
                    branches.push(String::new());
                }
                all = all.iter().flat_map(|a| branches.iter().map(move |b| format!("{a}{b}"))).take(64).collect();
            }
            c => {
                all.iter_mut().for_each(|a| a.push(c));
                *at += 1;
            }
        }
    }
    all
}

/// Whether a text is in the catalogue, whatever its places hold.
fn is_covered(text: &str) -> bool {
    let words = catalogue::french();
    let places = text.matches(PLACE).count();
    let tries = TRIED.len().pow(u32::try_from(places.min(4)).unwrap());
    (0..tries).any(|n| {
        let mut n = n;
        let filled: String = text
            .chars()
            .map(|c| {
                if c != PLACE {
                    return c.to_string();
                }
                let value = TRIED[n % TRIED.len()];
                n /= TRIED.len();
                value.to_owned()
            })
            .collect();
        catalogue::is_neutral(&filled) || words.say(&filled).is_some()
    })
}

fn texts(html: &str) -> Vec<String> {
    let mut all: Vec<String> = page::pieces(html)
        .into_iter()
        .flat_map(|(_, run)| variants(&run))
        .map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "))
        .map(|t| {
            t.rsplit_once(" · ").filter(|(_, r)| *r == PLACE.to_string() || *r == "Steward").map_or(t.clone(), |(own, _)| own.to_owned())
        })
        .filter(|t| t.contains(char::is_alphabetic))
        .collect();
    all.sort();
    all.dedup();
    all
}

/// Template and text of everything that the catalogue does not cover, and of what stands where nothing is translated.
pub fn missing() -> Vec<String> {
    let mut out = Vec::new();
    for path in templates() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (html, more) = flat(&std::fs::read_to_string(&path).unwrap());
        let ours = texts(&html);
        let shown = |t: &str| t.replace(PLACE, "{}");
        for text in ours.iter().chain(&more).filter(|t| !is_covered(t)) {
            out.push(format!("{name}\t{}", shown(text)));
        }
        let all = texts(&html.replace(" dir=\"auto\"", ""));
        for text in all.iter().filter(|t| !ours.contains(t)) {
            out.push(format!("{name}\thushed\t{}", shown(text)));
        }
    }
    out
}

#[test]
fn no_text_of_a_template_is_missing() {
    let missing = missing();
    assert!(missing.is_empty(), "{} texts are not in templates/dashboard/fr:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn conditions_inside_a_text_are_followed() {
    let (html, words) = flat(
        "<p>Steward {% if a %}answers{% else %}is off{% endif %}, {{ n }} open</p>{% call entry(\"a\", \"/b\", \"c\", \"Word\", 0) %}",
    );
    assert_eq!(texts(&html), ["Steward answers, \u{e000} open", "Steward is off, \u{e000} open"]);
    assert_eq!(words, ["Word"]);
    assert_eq!(texts(&flat("{% if a %}<b>One{% endif %} two</b>").0), ["One", "two"]);
}

/// Files whose sentences are for visitors of the public pages.
const PUBLIC: &[&str] = &["pages/public.rs", "pages/pay.rs", "pages/chat_file.rs", "view/public.rs", "view/pay.rs"];
/// Sentences that are put together of parts a trial does not guess, and things to say to a shop on the simulated phone.
const PARTS: &[&str] = &[
    "Sales of the last seven days: ",
    "Sales a day, ",
    "Messages of customers a day, ",
    "Connected.",
    "What do you have today?",
    "Where are you and when do you open?",
    "Where is my order?",
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            if !name.ends_with("/samples") {
                sources(&path, out);
            }
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && !PUBLIC.iter().any(|p| name.ends_with(p)) {
            out.push(path);
        }
    }
}

#[test]
fn no_sentence_of_a_page_is_missing() {
    let literal = regex::Regex::new(r#"(?s)"((?:[^"\\]|\\.)*)""#).unwrap();
    let (place, fold) = (regex::Regex::new(r"\{[^{}]*\}").unwrap(), regex::Regex::new(r"\\\n\s*").unwrap());
    let mut files = Vec::new();
    for folder in ["src/web/pages", "src/web/view"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    let mut missing = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("\n#[cfg(test)]").next().unwrap();
        let code: String = code.lines().filter(|l| !l.trim_start().starts_with("//")).map(|l| format!("{l}\n")).collect();
        for found in literal.captures_iter(&code) {
            let said = fold.replace_all(&found[1], "").replace("\\\"", "\"");
            let said = place.replace_all(&said, PLACE.to_string()).into_owned();
            let sentence = said.starts_with(char::is_uppercase) && said.contains(' ') && said.ends_with(['.', '?', '!']);
            if sentence && !said.contains('<') && !PARTS.iter().any(|p| said.starts_with(p)) && !is_covered(&said) {
                missing.push(format!("{}\t{}", path.display(), said.replace(PLACE, "{}")));
            }
        }
    }
    assert!(missing.is_empty(), "{} sentences are not in templates/dashboard/fr:\n{}", missing.len(), missing.join("\n"));
}
