//! The architecture, checked. Everything `ARCHITECTURE.md` promises and a machine can see is a test here, so the page
//! cannot rot. Plain text scans: fast, and without building anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who may import whom; the same table as in `ARCHITECTURE.md`. A row names only rows above it.
const IMPORTS: &[(&str, &str)] = &[
    ("domain", ""),
    ("config", "domain"),
    ("telemetry", "domain"),
    ("store", "domain config telemetry"),
    ("net", "domain config telemetry"),
    ("queue", "domain telemetry store"),
    ("graph", "domain telemetry store"),
    ("providers", "domain config telemetry net"),
    ("channels", "domain config telemetry net"),
    ("services", "domain telemetry store queue"),
    ("search", "domain telemetry store providers"),
    ("app", "domain config telemetry store net queue providers channels search"),
    ("agents", "domain telemetry store queue graph providers services search app"),
    ("jobs", "domain telemetry store queue graph providers channels services search app agents"),
    ("web", "domain config telemetry store channels services search app agents"),
    ("cli", "domain config telemetry store providers services app agents jobs web"),
];

/// Things with one home; the same table as in `ARCHITECTURE.md`: thing, where it may be, words that give it away.
const ONLY_HERE: &[(&str, &str, &[&str])] = &[
    (
        "SQL, rusqlite",
        "store",
        &["rusqlite", "\"select ", "\"insert into ", "\"update ", "\"delete from ", "pragma ", "\"SELECT ", "PRAGMA "],
    ),
    ("unsafe", "store/vector", &["unsafe {", "unsafe fn", "unsafe impl"]),
    ("reqwest", "net", &["reqwest::"]),
    ("axum", "web", &["axum::", "axum_extra::", "tower_http::"]),
    (
        "wall clock, id randomness",
        "domain",
        &["SystemTime::now", "Timestamp::now", "Zoned::now", "SystemRandom", "Uuid::now_v7", "Uuid::new_v4"],
    ),
    ("environment variables", "config", &["std::env::var", "env::vars", "env::var(", "env::var_os("]),
    ("`tokio::spawn`", "app/tasks", &["tokio::spawn", "task::spawn(", "thread::spawn"]),
    ("stdout, stderr", "cli", &["println!", "eprintln!", "print!(", "eprint!(", "stdout()", "stderr()"]),
];

/// Exceptions to [`ONLY_HERE`], each with its reason.
const ALSO_HERE: &[(&str, &str, &str)] = &[
    ("unsafe", "domain/kernel.rs", "the loops over vectors, which search and the embedding (a provider) both need"),
    ("`tokio::spawn`", "store/file.rs", "the writer and reader threads belong to the open file and end with it"),
    ("stdout, stderr", "telemetry/log.rs", "log lines go to standard error"),
];

/// Files that may be longer than [`LONGEST`] lines, each with its reason.
const LONG: &[(&str, &str)] = &[
    ("tests/tidy.rs", "one list of rules, read from top to bottom"),
    ("tests/it/api.rs", "the API's promises in the order of the contract"),
    ("src/providers/llm/builtin/read.rs", "one pass over a sentence; its steps share one cursor"),
];

/// Lines a file may have.
const LONGEST: usize = 500;
/// Bytes a file in git may have.
const LARGEST: u64 = 1_500_000;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Source files without those that only hold tests.
fn sources() -> Vec<PathBuf> {
    let mut out = files("src", ".rs");
    out.retain(|p| !short(p).ends_with("tests.rs") && !short(p).ends_with("_test.rs") && !short(p).contains("/tests/"));
    out
}

/// All files under `folder` whose name ends so, sorted; none when there is no such folder.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(dir) = folders.pop() {
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        for path in entries.filter_map(|e| e.ok()).map(|e| e.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The path below the project, with forward slashes.
fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Files git knows or would add.
fn in_git() -> Vec<String> {
    let out = Command::new("git").args(["ls-files", "-co", "--exclude-standard"]).current_dir(root()).output();
    match out {
        Ok(out) if out.status.success() => String::from_utf8_lossy(&out.stdout).lines().map(str::to_owned).collect(),
        // A source archive without git: look at the folders instead.
        _ => ["src", "tests", "templates", "static", "data", "docs"].iter().flat_map(|d| files(d, "")).map(|p| short(&p)).collect(),
    }
}

/// Code without comments and, when `tests` is false, without the test modules at the end of a file.
fn code(text: &str, tests: bool) -> String {
    let text = if tests { text } else { text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text) };
    text.lines()
        .map(|l| if l.trim_start().starts_with("//") { "" } else { l.split(" // ").next().unwrap_or(l) })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Lines of `text` that hold `word`, counted from 1.
fn lines_with(text: &str, word: &str) -> Vec<usize> {
    text.lines().enumerate().filter(|(_, l)| l.contains(word)).map(|(n, _)| n + 1).collect()
}

fn none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

/// The cells of the Markdown table below a heading of `ARCHITECTURE.md`.
fn table(heading: &str) -> Vec<(String, String)> {
    let text = read(&root().join("ARCHITECTURE.md"));
    let section = text.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("ARCHITECTURE.md has no part \"{heading}\""));
    let section = section.split("\n## ").next().unwrap_or(section);
    let rows = section.lines().filter(|l| l.starts_with('|')).skip(2);
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(str::trim);
        (cells.next().unwrap_or_default().to_owned(), cells.next().unwrap_or_default().to_owned())
    })
    .collect()
}

#[test]
fn architecture_md_holds_the_import_table() {
    let written: BTreeMap<String, BTreeSet<String>> = table("Who may import whom")
        .into_iter()
        .flat_map(|(modules, may)| modules.split(", ").map(|m| (m.to_owned(), may.clone())).collect::<Vec<_>>())
        .map(|(module, may)| (module, may.split_whitespace().filter(|w| *w != "-").map(str::to_owned).collect()))
        .collect();
    let held: BTreeMap<String, BTreeSet<String>> =
        IMPORTS.iter().map(|(m, may)| ((*m).to_owned(), may.split_whitespace().map(str::to_owned).collect())).collect();
    assert_eq!(written, held, "ARCHITECTURE.md (left) and tests/tidy.rs (right) must hold the same import table");
}

#[test]
fn the_import_table_has_no_circle() {
    for (row, (module, may)) in IMPORTS.iter().enumerate() {
        for other in may.split_whitespace() {
            let place = IMPORTS.iter().position(|(m, _)| *m == other);
            assert!(place.is_some_and(|p| p < row), "{module} names {other}, which is not above it");
        }
    }
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let mut found = Vec::new();
    for path in sources() {
        let name = short(&path);
        let Some((module, _)) = name.trim_start_matches("src/").split_once('/') else { continue };
        let Some((_, may)) = IMPORTS.iter().find(|(m, _)| *m == module) else {
            found.push(format!("{name}: the module {module} is not in the import table"));
            continue;
        };
        let may: BTreeSet<&str> = may.split_whitespace().chain([module]).collect();
        let text = code(&read(&path), false);
        for used in imported(&text) {
            if !may.contains(used.as_str()) {
                found.push(format!("{name}: {module} may not import {used}"));
            }
        }
    }
    none("Imports against the table", found);
}

/// The top modules of ours a text names, in `crate::x` or `use crate::{x, y}`.
fn imported(text: &str) -> BTreeSet<String> {
    let one = regex::Regex::new(r"\bcrate::([a-z_]+)\b").expect("a pattern");
    let many = regex::Regex::new(r"\bcrate::\{([^;]*?)\};").expect("a pattern");
    let top = regex::Regex::new(r"(?:^|,)\s*([a-z_]+)").expect("a pattern");
    let mut out: BTreeSet<String> = one.captures_iter(text).map(|c| c[1].to_owned()).collect();
    for group in many.captures_iter(text) {
        let mut depth = 0usize;
        let flat: String = group[1]
            .chars()
            .filter(|c| {
                depth = match c {
                    '{' => depth + 1,
                    '}' => depth.saturating_sub(1),
                    _ => depth,
                };
                depth == 0
            })
            .collect();
        out.extend(top.captures_iter(&flat).map(|c| c[1].to_owned()));
    }
    out.retain(|m| m != "self" && m != "tests");
    out
}

#[test]
fn imported_modules_are_seen() {
    let text = "use crate::domain::{id::Id, time};\nuse crate::{\n  store::{a, b},\n  web,\n};\nfn f() { crate::net::get() }";
    assert_eq!(imported(text).into_iter().collect::<Vec<_>>(), ["domain", "net", "store", "web"]);
}

#[test]
fn architecture_md_holds_the_only_here_table() {
    let written: BTreeMap<String, String> = table("Only here").into_iter().collect();
    for (thing, home, _) in ONLY_HERE {
        let row = written.get(*thing).unwrap_or_else(|| panic!("ARCHITECTURE.md, \"Only here\": no row \"{thing}\""));
        assert_eq!(row.split(' ').next().map(|w| w.trim_end_matches(',')), Some(*home), "the home of {thing}");
    }
    for (thing, file, _) in ALSO_HERE {
        assert!(ONLY_HERE.iter().any(|(t, ..)| t == thing), "{file}: no such thing as {thing}");
    }
}

#[test]
fn things_with_one_home_stay_there() {
    let mut found = Vec::new();
    for path in sources() {
        let name = short(&path);
        let place = name.trim_start_matches("src/");
        let text = code(&read(&path), false);
        for (thing, home, words) in ONLY_HERE {
            let allowed = place.starts_with(&format!("{home}/")) || place.starts_with(&format!("{home}.rs"));
            let excepted = ALSO_HERE.iter().any(|(t, file, _)| t == thing && place.starts_with(file));
            if allowed || excepted {
                continue;
            }
            for word in *words {
                found.extend(lines_with(&text, word).into_iter().map(|n| format!("{name}:{n}: {word} ({thing}: only in {home})")));
            }
        }
    }
    none("Things away from their home", found);
}

#[test]
fn every_module_says_what_it_is_for() {
    let missing = files("src", ".rs").into_iter().filter(|p| !read(p).starts_with("//!")).map(|p| short(&p)).collect();
    none("Files that do not begin with //!", missing);
}

#[test]
fn every_top_folder_is_in_architecture_md() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let tops: BTreeSet<String> = in_git()
        .iter()
        .filter_map(|f| match f.strip_prefix("src/") {
            Some(rest) => rest.split_once('/').map(|(dir, _)| format!("src/{dir}")),
            None => f.split_once('/').map(|(dir, _)| dir.to_owned()),
        })
        .collect();
    none("Folders ARCHITECTURE.md does not name", tops.into_iter().filter(|t| !text.contains(&format!("`{t}/`"))).collect());
}

/// Places a page names: its links and pictures, and what it writes as a path below the project.
fn named_places(text: &str) -> BTreeSet<String> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#', ' ']).next()).filter(|l| !l.contains(':'));
    let tops = ["src/", "tests/", "templates/", "static/", "data/", "docs/", "benches/", "fuzz/", ".ci/", ".cargo/"];
    let code = text.split('`').skip(1).step_by(2).filter(|c| tops.iter().any(|t| c.starts_with(t)));
    let whole = |p: &&str| !p.is_empty() && !p.contains([' ', '*', '<', '…']);
    links.chain(code).filter(whole).map(|p| p.trim_end_matches('/').to_owned()).collect()
}

#[test]
fn what_the_pages_name_is_there() {
    let known = in_git();
    let is_there = |p: &String| known.iter().any(|f| f == p || f.strip_prefix(p.as_str()).is_some_and(|rest| rest.starts_with('/')));
    let missing = ["README.md", "ARCHITECTURE.md"].into_iter().flat_map(|page| {
        let named = named_places(&read(&root().join(page)));
        named.into_iter().filter(|p| !is_there(p)).map(|p| format!("{page}: {p}")).collect::<Vec<_>>()
    });
    none("Pictures, files and folders a page names that are not in git", missing.collect());
}

#[test]
fn every_template_is_used() {
    let rust: String = files("src", ".rs").iter().map(|p| read(p)).collect();
    let templates = files("templates", "");
    let text: String = templates.iter().map(|p| read(p)).collect();
    let unused = templates.iter().map(|p| short(p)).filter(|name| {
        let name = name.trim_start_matches("templates/");
        !rust.contains(name) && !text.contains(&format!("\"{name}\""))
    });
    none("Templates nobody uses", unused.collect());
}

/// A strict content-security policy forbids these, so they would fail in the browser without a word.
#[test]
fn templates_hold_no_inline_code_or_style() {
    let bad = regex::Regex::new(
        r#"(?i)<script(?:\s[^>]*)?>|<style\b|\sstyle\s*=|\son[a-z]+\s*=|\shx-on|javascript:|hx-vals=.js:|hx-trigger="[^"]*\["#,
    )
    .expect("a pattern");
    let mut found = Vec::new();
    for path in files("templates", ".html") {
        for (n, line) in read(&path).lines().enumerate() {
            for hit in bad.find_iter(line).filter(|h| !(h.as_str().starts_with("<script") && h.as_str().contains("src="))) {
                found.push(format!("{}:{}: {}", short(&path), n + 1, hit.as_str().trim()));
            }
        }
    }
    none("Inline code or style", found);
}

#[test]
fn phrases_exist_in_every_language() {
    let mut found = Vec::new();
    for english in files("templates/messages/en", ".toml") {
        let name = english.file_name().unwrap_or_default();
        let keys = phrases(&english);
        let wanted: BTreeMap<&str, &BTreeSet<String>> = keys.iter().map(|(k, places)| (split_form(k).0, places)).collect();
        for language in ["en", "pcm", "yo", "ha", "ig", "es", "fr", "pt", "sw", "ar"] {
            let path = root().join("templates/messages").join(language).join(name);
            let theirs = if path.exists() { phrases(&path) } else { BTreeMap::new() };
            let forms: &[&str] = if language == "ar" { &FORMS } else { &["one", "other"] };
            for key in wanted.keys() {
                let whole = forms.iter().all(|f| theirs.contains_key(&format!("{key}.{f}")));
                if theirs.contains_key(*key) == whole {
                    found.push(format!("{}: not one text or every form of \"{key}\"", short(&path)));
                }
            }
            for (key, places) in &theirs {
                let (base, form) = split_form(key);
                // "One piece" and "two pieces" need no figure.
                let said = matches!(form, "zero" | "one" | "two");
                match wanted.get(base) {
                    None => found.push(format!("{}: \"{key}\" is not in English", short(&path))),
                    Some(w) if *w != places && !(said && places.is_subset(w)) => {
                        found.push(format!("{}: \"{key}\" has the places {places:?}, in English {w:?}", short(&path)));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    none("Phrases", found);
}

/// Forms a phrase that counts may have.
const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// "only_left.few" is the key and the form.
fn split_form(key: &str) -> (&str, &str) {
    key.rsplit_once('.').filter(|(_, f)| FORMS.contains(f)).unwrap_or((key, ""))
}

/// Keys with the places in their texts.
fn phrases(path: &Path) -> BTreeMap<String, BTreeSet<String>> {
    fn collect(prefix: &str, table: &toml::Table, out: &mut BTreeMap<String, String>) {
        for (key, value) in table {
            let key = format!("{prefix}{key}");
            match value {
                toml::Value::Table(inner) => collect(&format!("{key}."), inner, out),
                other => drop(out.insert(key, other.as_str().unwrap_or_default().to_owned())),
            }
        }
    }
    let place = regex::Regex::new(r"\{([a-z_]+)\}").expect("a pattern");
    let table: toml::Table = read(path).parse().unwrap_or_else(|e| panic!("{}: {e}", short(path)));
    let mut texts = BTreeMap::new();
    collect("", &table, &mut texts);
    texts.into_iter().map(|(k, t)| (k, place.captures_iter(&t).map(|c| c[1].to_owned()).collect())).collect()
}

#[test]
fn no_large_file_is_in_git() {
    let large = in_git().into_iter().filter(|f| !f.starts_with("data/models/")).filter_map(|f| {
        let size = fs::metadata(root().join(&f)).map(|m| m.len()).unwrap_or(0);
        (size > LARGEST).then(|| format!("{f}: {size} bytes"))
    });
    none("Large files", large.collect());
}

#[test]
fn no_path_of_one_machine_is_in_git() {
    // Put together, so that this file does not hold them itself.
    let homes =
        [["/ho", "me/"].concat(), ["/Us", "ers/"].concat(), ["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/tm", "p/wt"].concat()];
    let mut found = Vec::new();
    for name in in_git().into_iter().filter(|f| !f.starts_with("static/vendor/") && !f.starts_with("data/models/")) {
        let Ok(text) = fs::read_to_string(root().join(&name)) else { continue };
        for home in &homes {
            found.extend(lines_with(&text, home).into_iter().map(|n| format!("{name}:{n}: {home}")));
        }
    }
    none("Paths of one machine", found);
}

#[test]
fn nothing_is_left_for_later() {
    let words = ["todo", "unimplemented", "dbg"].map(|w| format!("{w}!("));
    let mut found = Vec::new();
    for path in files("src", ".rs") {
        let text = code(&read(&path), true);
        for word in &words {
            found.extend(lines_with(&text, word).into_iter().map(|n| format!("{}:{n}: {word}", short(&path))));
        }
    }
    none("Left for later", found);
}

#[test]
fn every_named_constraint_has_a_sentence() {
    let (schema, messages) = (root().join("schema.sql"), root().join("src/store/constraints.rs"));
    if !schema.exists() || !messages.exists() {
        return;
    }
    let (schema, messages) = (read(&schema), read(&messages));
    let named = regex::Regex::new(r#"(?i)\bCONSTRAINT\s+"?([a-z0-9_]+)"?"#).expect("a pattern");
    let missing = named.captures_iter(&schema).map(|c| c[1].to_owned()).filter(|n| !messages.contains(&format!("\"{n}\"")));
    none("Constraints of schema.sql without a sentence in src/store/constraints.rs", missing.collect());
}

#[test]
fn files_stay_short() {
    let mut found = Vec::new();
    for path in files("src", ".rs").into_iter().chain(files("tests", ".rs")) {
        let (name, lines) = (short(&path), read(&path).lines().count());
        if lines > LONGEST && !LONG.iter().any(|(f, _)| *f == name) {
            found.push(format!("{name}: {lines} lines; what wants its own room?"));
        }
    }
    for (name, _) in LONG {
        assert!(root().join(name).exists(), "{name} is exempt but does not exist");
    }
    none("Long files", found);
}

#[test]
fn lints_are_expected_with_a_reason_never_allowed() {
    let word = ["#[al", "low("].concat();
    let found = files("src", ".rs").into_iter().flat_map(|p| {
        let text = read(&p);
        lines_with(&text, &word).into_iter().map(move |n| format!("{}:{n}", short(&p))).collect::<Vec<_>>()
    });
    none("Use #[expect(…, reason = …)] instead of allow", found.collect());
}

#[test]
fn no_two_shapes_of_the_api_share_a_name() {
    // The description of the API keeps one of two shapes with the same name, and the other's answers do not fit it.
    let shape =
        regex::Regex::new(r"#\[derive\([^)]*ToSchema[^)]*\)\]\n(?:#\[[^\n]*\n)*(?:pub(?:\([^)]*\))? )?(?:struct|enum) (\w+)").unwrap();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for path in files("src", ".rs") {
        for name in shape.captures_iter(&read(&path)).map(|c| c[1].to_owned()) {
            if let Some(other) = seen.insert(name.clone(), short(&path)) {
                found.push(format!("{name}: {other} and {}", short(&path)));
            }
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
    none("Shapes of the API need names of their own", found);
}
