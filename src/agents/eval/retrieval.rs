//! How well questions find their passages: by words, by vectors, and by both, through the search that everything else uses.

use super::rows;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::Clock;
use crate::search::{By, Filter, Kind, Query, Search};
use crate::store::Store;
use crate::store::file::File;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

#[derive(Debug, Deserialize)]
struct Passage {
    _id: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    question: Option<String>,
    #[serde(default)]
    answers: Vec<String>,
}

impl Passage {
    /// Heading or question on the first line, then what stands below it.
    fn searched(&self) -> String {
        let one_line = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
        let title = self.title.as_deref().or(self.question.as_deref()).map(one_line).unwrap_or_default();
        let body: Vec<&str> = self.text.as_deref().into_iter().chain(self.answers.iter().map(String::as_str)).collect();
        if title.is_empty() { body.join("\n") } else { format!("{title}\n{}", body.join("\n")) }
    }
}

#[derive(Debug, Deserialize)]
struct Question {
    _id: String,
    text: String,
    #[serde(default)]
    doc: Option<String>,
}

/// One way of searching, measured.
#[derive(Debug, Serialize)]
pub struct Measured {
    /// Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002), relevance 0 or 1.
    pub ndcg_at_10: f64,
    /// Part of the right passages among the first ten.
    pub recall_at_10: f64,
    /// Microseconds a question.
    pub micros_per_query: f64,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Passages searched.
    pub passages: usize,
    /// Questions asked.
    pub queries: usize,
    /// Milliseconds to write all passages, words and vectors.
    pub index_ms: f64,
    /// Words only.
    pub words: Measured,
    /// Vectors only.
    pub vectors: Measured,
    /// Both, fused.
    pub both: Measured,
}

/// Which files; what is absent has its usual name in the folder.
#[derive(Debug, Default)]
pub struct Files<'a> {
    /// The folder.
    pub folder: Option<&'a Path>,
    /// Passages.
    pub corpus: Option<&'a Path>,
    /// Questions.
    pub queries: Option<&'a Path>,
    /// Which passages answer which question.
    pub qrels: Option<&'a Path>,
}

/// Puts the passages into a store of its own and asks every question.
pub async fn run(files: Files<'_>) -> Result<Report> {
    let corpus: Vec<Passage> = rows::read(&rows::choose(files.corpus, files.folder, &["corpus.jsonl"], "corpus")?)?;
    let queries: Vec<Question> = rows::read(&rows::choose(files.queries, files.folder, &["queries.jsonl"], "queries")?)?;
    let right = relevant(&files, &queries)?;
    let dir = tempfile::tempdir().map_err(|e| Error::unavailable("No temporary folder could be made.").with_source(e))?;
    let store = Store::open(dir.path(), Clock::System)?;
    let search = Arc::new(Search::new(None));
    store.on_text(search.clone());
    let now = Clock::System.now();
    let business = Id::new(now);
    let file = store.create_business(business)?;
    let ids: Arc<HashMap<Id, String>> = Arc::new(corpus.iter().map(|p| (Id::new(now), p._id.clone())).collect());
    let by_name: HashMap<&str, Id> = ids.iter().map(|(id, name)| (name.as_str(), *id)).collect();
    let passages: Vec<(Id, String)> = corpus.iter().filter_map(|p| Some((*by_name.get(p._id.as_str())?, p.searched()))).collect();
    let began = Instant::now();
    for part in passages.chunks(500).map(<[_]>::to_vec) {
        let search = search.clone();
        file.write(move |tx| part.iter().try_for_each(|(id, text)| search.put(tx, Kind::Chunk, *id, text))).await?;
    }
    let index_ms = began.elapsed().as_secs_f64() * 1e3;
    let asked = Arc::new(Asked { search, business, ids, questions: queries.into_iter().map(|q| (q._id, q.text)).collect(), right });
    Ok(Report {
        passages: corpus.len(),
        queries: asked.questions.len(),
        index_ms,
        words: asked.measure(&file, By::Words).await?,
        vectors: asked.measure(&file, By::Vectors).await?,
        both: asked.measure(&file, By::Both).await?,
    })
}

/// The passages that answer each question, from the questions or from a table beside them.
fn relevant(files: &Files<'_>, queries: &[Question]) -> Result<HashMap<String, HashSet<String>>> {
    let mut right: HashMap<String, HashSet<String>> = HashMap::new();
    for q in queries {
        if let Some(doc) = &q.doc {
            right.entry(q._id.clone()).or_default().insert(doc.clone());
        }
    }
    if right.is_empty() || files.qrels.is_some() {
        let table = rows::text(&rows::choose(files.qrels, files.folder, &["qrels.tsv"], "qrels")?)?;
        for line in table.lines() {
            // "query doc score", or TREC's "query 0 doc score".
            let cells: Vec<&str> = line.split_whitespace().collect();
            let (query, doc, score) = match cells[..] {
                [q, d] => (q, d, "1"),
                [q, d, s] => (q, d, s),
                [q, _, d, s] => (q, d, s),
                _ => continue,
            };
            if score.parse::<f64>().is_ok_and(|s| s > 0.0) {
                right.entry(query.to_owned()).or_default().insert(doc.to_owned());
            }
        }
    }
    if !queries.iter().any(|q| right.contains_key(&q._id)) {
        return Err(Error::invalid("No question says which passage answers it: give each a \"doc\", or a qrels.tsv beside them."));
    }
    Ok(right)
}

struct Asked {
    search: Arc<Search>,
    business: Id,
    ids: Arc<HashMap<Id, String>>,
    questions: Vec<(String, String)>,
    right: HashMap<String, HashSet<String>>,
}

impl Asked {
    async fn measure(self: &Arc<Self>, file: &File, by: By) -> Result<Measured> {
        let me = self.clone();
        file.read(move |tx| {
            let (mut ndcg, mut recall, mut counted) = (0.0, 0.0, 0usize);
            let began = Instant::now();
            for (id, text) in &me.questions {
                let query = Query { kind: Kind::Chunk, text, filter: Filter::default(), limit: 10 };
                let hits = me.search.find_by(tx, me.business, &query, by)?;
                let Some(right) = me.right.get(id) else { continue };
                let hit: Vec<bool> = hits.iter().map(|h| me.ids.get(&h.id).is_some_and(|name| right.contains(name))).collect();
                ndcg += gain(&hit) / gain(&vec![true; right.len().min(10)]);
                recall += many(hit.iter().filter(|h| **h).count()) / many(right.len());
                counted += 1;
            }
            let micros_per_query = began.elapsed().as_secs_f64() * 1e6 / many(me.questions.len());
            Ok(Measured { ndcg_at_10: ndcg / many(counted), recall_at_10: recall / many(counted), micros_per_query })
        })
        .await
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
fn many(n: usize) -> f64 {
    n as f64
}

fn gain(hits: &[bool]) -> f64 {
    hits.iter().enumerate().filter(|(_, h)| **h).map(|(place, _)| 1.0 / (many(place) + 2.0).log2()).sum()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} passages written in {:.0} ms, {} questions", self.passages, self.index_ms, self.queries)?;
        writeln!(f, "by       nDCG@10  recall@10  microseconds a question")?;
        for (name, m) in [("words", &self.words), ("vectors", &self.vectors), ("both", &self.both)] {
            writeln!(f, "{name:8} {:.4}   {:.4}     {:.0}", m.ndcg_at_10, m.recall_at_10, m.micros_per_query)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gain_falls_with_the_place() {
        assert!((gain(&[true]) - 1.0).abs() < 1e-9);
        assert!((gain(&[false, true]) - 0.630_929_75).abs() < 1e-6);
    }

    #[tokio::test]
    async fn a_folder_with_questions_and_a_table_is_measured() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write(
            "corpus.jsonl",
            "{\"_id\":\"a\",\"question\":\"When do you open?\",\"answers\":[\"At nine.\",\"Nine in the morning.\"]}\n{\"_id\":\"b\",\"title\":\"Dogs\",\"text\":\"Dogs are welcome.\"}\n",
        );
        write("queries.jsonl", "{\"_id\":\"1\",\"text\":\"opening time\"}\n{\"_id\":\"2\",\"text\":\"is my dog welcome\"}\n");
        write("qrels.tsv", "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n");
        let files = || Files { folder: Some(dir.path()), ..Files::default() };
        let report = run(files()).await.unwrap();
        assert_eq!((report.passages, report.queries), (2, 2));
        assert!(report.both.ndcg_at_10 > 0.99 && report.words.recall_at_10 > 0.4 && report.vectors.recall_at_10 > 0.99, "{report}");
        std::fs::remove_file(dir.path().join("qrels.tsv")).unwrap();
        assert!(run(files()).await.unwrap_err().message.contains("qrels.tsv"));
        write("queries.jsonl", "{\"_id\":\"1\",\"text\":\"opening time\",\"doc\":\"a\"}\n");
        assert!(run(files()).await.is_ok());
    }
}
