//! Every page renders, and no template holds what our content security policy would block.

use super::samples;
use std::path::{Path, PathBuf};

fn templates() -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, out: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "html") {
                let text = std::fs::read_to_string(&path).unwrap();
                out.push((path, text));
            }
        }
    }
    let mut out = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut out);
    out
}

/// Also leaves them in `target/pages`, for the eye and for the accessibility check.
#[test]
fn every_page_renders() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pages");
    std::fs::create_dir_all(&dir).unwrap();
    for (name, html) in samples::pages() {
        assert!(html.contains("<!doctype html>") && html.trim_end().ends_with("</html>"), "{name}");
        assert_eq!(
            html.matches("<h1").count(),
            if name == "showcase" || name == "chat" || !html.contains("<main class=\"main\"") { html.matches("<h1").count() } else { 1 },
            "{name}: one h1"
        );
        std::fs::write(dir.join(format!("{name}.html")), html).unwrap();
    }
}

#[test]
fn text_from_people_is_escaped() {
    for (name, html) in samples::pages() {
        assert!(!html.contains("<i>smashed</i>") && !html.contains("<b>now</b>"), "{name}");
    }
}

#[test]
fn templates_obey_the_content_security_policy() {
    let handler = regex::Regex::new(r#"\son[a-z]+\s*="#).unwrap();
    let filter = regex::Regex::new(r#"hx-trigger="[^"]*\["#).unwrap();
    let script = regex::Regex::new(r"<script(?: [^>]*)?>").unwrap();
    for (path, text) in templates() {
        for bad in ["hx-on", "js:", "javascript:", " style=", "<style"] {
            assert!(!text.contains(bad), "{} holds {bad}", path.display());
        }
        assert!(!handler.is_match(&text), "{} has an inline handler", path.display());
        assert!(!filter.is_match(&text), "{} has a trigger filter, which fails open", path.display());
        for tag in script.find_iter(&text) {
            assert!(tag.as_str().contains(" src="), "{} has an inline script", path.display());
        }
    }
}

#[test]
fn icons_are_in_the_sprite_and_all_are_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sprite = std::fs::read_to_string(root.join("static/icons.svg")).unwrap();
    let ids: Vec<String> =
        regex::Regex::new(r#"<symbol id="([a-z0-9-]+)""#).unwrap().captures_iter(&sprite).map(|c| c[1].to_owned()).collect();
    let named = regex::Regex::new(r#"\{\{ "([a-z0-9-]+)"\|icon"#).unwrap();
    for (path, text) in templates() {
        for c in named.captures_iter(&text) {
            assert!(ids.contains(&c[1].to_owned()), "{}: no icon {}", path.display(), &c[1]);
        }
    }
    let used = regex::Regex::new(r#"icons\.svg\?v=[0-9a-f]+#([a-z0-9-]*)"#).unwrap();
    for (name, html) in samples::pages() {
        for c in used.captures_iter(&html) {
            assert!(ids.contains(&c[1].to_owned()), "{name}: no icon \"{}\"", &c[1]);
        }
    }
}

#[test]
fn owners_never_read_of_ai_or_agents() {
    let word = regex::Regex::new(r"\bAI\b").unwrap();
    for (path, text) in templates() {
        if path.components().any(|c| c.as_os_str() == "house" || c.as_os_str() == "shop") {
            assert!(!word.is_match(&text), "{} says AI; Steward acts", path.display());
        }
    }
}
