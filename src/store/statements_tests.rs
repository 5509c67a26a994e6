//! Every query written in this layer prepares against the schema, also those no test happens to run.

use super::schema::Kind;
use regex::Regex;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.to_string_lossy().ends_with("tests.rs") {
            out.push(path);
        }
    }
}

/// What a constant of the file holds, as it stands in the code.
fn constant(text: &str, name: &str) -> Option<String> {
    let found = Regex::new(&format!(r#"const {name}: &str =\s*"((?:[^"\\]|\\.)*)""#)).unwrap().captures(text)?;
    Some(found[1].to_owned())
}

/// The statements of a file, and how many are put together at run time from more than constants.
fn statements(text: &str) -> (Vec<String>, usize) {
    let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text);
    let literal = Regex::new(r#""((?:[^"\\]|\\.)*)""#).unwrap();
    let place = Regex::new(r"\{([A-Za-z_]*)\}").unwrap();
    let line_end = Regex::new(r"\\\n\s*").unwrap();
    let (mut whole, mut pieced) = (Vec::new(), 0);
    for found in literal.captures_iter(code) {
        let sql = line_end.replace_all(&found[1], "").replace("\\\"", "\"").replace("\\n", "\n");
        if !["select ", "insert ", "update ", "delete ", "with "].iter().any(|w| sql.trim_start().starts_with(w)) {
            continue;
        }
        let filled = place.replace_all(&sql, |c: &regex::Captures<'_>| constant(code, &c[1]).unwrap_or_else(|| c[0].to_owned()));
        if place.is_match(&filled) { pieced += 1 } else { whole.push(filled.into_owned()) }
    }
    (whole, pieced)
}

#[test]
fn every_statement_prepares() {
    let open = |kind: Kind| {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(kind.sql()).unwrap();
        conn
    };
    let (control, business) = (open(Kind::Control), open(Kind::Business));
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store"), &mut files);
    let (mut wrong, mut right, mut pieced) = (Vec::new(), 0, 0);
    for file in files {
        let conn = if file.parent().is_some_and(|p| p.ends_with("control")) { &control } else { &business };
        let (whole, more) = statements(&std::fs::read_to_string(&file).unwrap());
        pieced += more;
        for sql in whole {
            match conn.prepare(&sql) {
                Ok(_) => right += 1,
                // Functions of an extension are there only in files this layer has opened.
                Err(e) if e.to_string().contains("no such function: vec_") => pieced += 1,
                Err(e) => wrong.push(format!("{}: {e}\n    {sql}", file.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(right > 120, "only {right} statements were found: the reader of the source no longer fits it");
    assert!(pieced < right / 8, "{pieced} statements are put together at run time and cannot be looked at here");
}

/// How SQLite goes about a statement.
fn plan(conn: &Connection, sql: &str) -> String {
    let mut s = conn.prepare(&format!("explain query plan {sql}")).unwrap();
    let nothing = vec![rusqlite::types::Null; s.parameter_count()];
    let steps = s.query_map(rusqlite::params_from_iter(nothing), |r| r.get::<_, String>(3)).unwrap();
    steps.map(|step| step.unwrap()).collect::<Vec<_>>().join("; ")
}

#[test]
fn neither_a_send_nor_what_is_old_is_looked_for_through_a_whole_table() {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(Kind::Business.sql()).unwrap();
    let mut walks = Vec::new();
    for (file, of, least) in [("jobs.rs", " dedupe = ?1", 5), ("jobs.rs", " payload = ?", 0), ("house/retention.rs", " from messages ", 1)]
    {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store").join(file)).unwrap();
        let found: Vec<String> = statements(&text).0.into_iter().filter(|sql| sql.contains(of)).collect();
        assert!(found.len() >= least, "{file}: {found:?}");
        walks.extend(
            found
                .into_iter()
                .map(|sql| (plan(&conn, &sql), sql))
                .filter(|(plan, _)| plan.contains("SCAN jobs") || plan.contains("SCAN messages")),
        );
    }
    assert!(walks.is_empty(), "{walks:#?}");
}
