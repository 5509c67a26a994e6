//! A question that is tried, and questions nothing answered.

use crate::agents::library::{self, Looked};
use crate::app::App;
use crate::domain::error::Result;
use crate::domain::house::gap::{Cluster, clusters};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::time::DAY_MS;
use crate::services::house::document;
use crate::store::house::document as rows;
use crate::store::tx::Read;
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::{Here, View};
use crate::web::view::house::answers::{GapRow, PassageRow, Tried};
use axum::Form;
use serde::Deserialize;
use std::time::Instant;

/// Open questions that are looked at for the list.
const OPEN: u32 = 400;
/// How long after a question a person's words count as its answer.
const REPLY_MS: i64 = DAY_MS;

/// What the documents say to a question.
pub fn tried(app: &App, tx: &Read<'_>, business: Id, question: &str, passages: i64) -> Result<Tried> {
    let began = Instant::now();
    let looked = library::look_up(app.search.as_ref(), tx, business, question, library::Scope::default())?;
    let took = began.elapsed().as_micros();
    let facts = format!("{}.{} ms. Looked at {}.", took / 1000, took % 1000 / 100, format::count(passages, "passage", "passages"));
    let (answer, source) = looked.answer.as_ref().map_or_else(Default::default, |a| (a.text.clone(), a.source.clone()));
    Ok(Tried { answer, source, facts, passages: passages_of(&looked) })
}

fn passages_of(looked: &Looked) -> Vec<PassageRow> {
    let row = |(n, f): (usize, &library::Found)| PassageRow {
        n: n + 1,
        source: library::source(&f.chunk),
        url: format!("/app/answers/documents/{}", f.chunk.document_id),
        section: f.chunk.passage.section.clone(),
        parts: marked(&f.chunk.passage.text, looked.answer.as_ref().filter(|a| a.chunk == f.chunk.id).map_or(&[], |a| &a.sentences)),
        fit: f.fit,
        fit_words: match f.fit {
            60.. => "Fits well",
            35..60 => "Fits",
            _ => "Fits a little",
        },
    };
    looked.passages.iter().enumerate().map(row).collect()
}

/// A passage cut at the sentences that answer.
fn marked(text: &str, sentences: &[String]) -> Vec<(String, bool)> {
    let (mut out, mut rest) = (Vec::new(), text);
    for s in sentences {
        let Some((before, after)) = rest.split_once(s.as_str()) else { continue };
        out.push((before.to_owned(), false));
        out.push((s.clone(), true));
        rest = after;
    }
    out.push((rest.to_owned(), false));
    out.retain(|(words, _)| !words.is_empty());
    out
}

/// Questions nothing answered, the like of each together.
pub fn list(app: &App, tx: &Read<'_>, v: &View) -> Result<Vec<GapRow>> {
    let open = rows::list_open_gaps(tx, OPEN)?;
    let vectors: Vec<Option<Vec<f32>>> = open.iter().map(|g| app.search.embed_now(&g.question)).collect();
    clusters(&vectors).into_iter().map(|c| row(tx, v, &open, &c)).collect()
}

fn row(tx: &Read<'_>, v: &View, open: &[rows::Gap], cluster: &Cluster) -> Result<GapRow> {
    let all: Vec<&rows::Gap> = cluster.iter().filter_map(|i| open.get(*i)).collect();
    let Some(newest) = all.first() else { return Ok(GapRow::default()) };
    let mut draft = String::new();
    for g in &all {
        let Some(conversation) = g.conversation_id.filter(|_| draft.is_empty()) else { continue };
        draft = rows::list_replies(tx, conversation, g.asked_at, REPLY_MS)?.join("\n");
    }
    let mut people: Vec<Option<Id>> = all.iter().map(|g| g.conversation_id).collect();
    people.sort_unstable();
    people.dedup();
    let mut others: Vec<String> = all.iter().map(|g| g.question.clone()).filter(|q| *q != newest.question).collect();
    others.sort_unstable();
    others.dedup();
    Ok(GapRow {
        id: newest.id.to_string(),
        ids: all.iter().map(|g| g.id.to_string()).collect::<Vec<_>>().join(","),
        question: newest.question.clone(),
        others,
        count: format::count(i64::try_from(people.len()).unwrap_or(0), "person", "people"),
        time: v.short(newest.asked_at),
        draft,
        url: newest.conversation_id.map_or_else(String::new, |c| format!("/app/messages/{c}")),
    })
}

/// An answer to approve.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settle {
    gaps: String,
    question: String,
    answer: String,
}

impl Settle {
    fn ids(&self) -> Result<Vec<Id>> {
        self.gaps.split(',').filter(|s| !s.is_empty()).map(str::parse).collect()
    }
}

/// `POST /app/answers/gaps/approve`.
pub async fn approve(here: Here, Form(form): Form<Settle>) -> Answer {
    here.require(Role::Manager)?;
    let ids = form.ids()?;
    here.write(move |tx| document::approve(tx, &ids, &form.question, &form.answer)).await?;
    Ok(here.back("/app/answers", "Approved. Steward answers this from now on."))
}

/// `POST /app/answers/gaps/dismiss`.
pub async fn dismiss(here: Here, Form(form): Form<Settle>) -> Answer {
    here.require(Role::Manager)?;
    let ids = form.ids()?;
    here.write(move |tx| document::dismiss(tx, &ids)).await?;
    Ok(here.back("/app/answers", "Put aside."))
}
