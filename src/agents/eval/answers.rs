//! Measures answering from documents: questions the documents answer, and questions they do not, at every threshold.

use super::documents::Documents;
use super::fixture;
use crate::agents::library::{ANSWERS, Signs};
use crate::domain::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;

/// The sets inside the program: the threshold was chosen on the first and is only checked on the others.
const SETS: &[(&str, &[(&str, &str)], &str)] = &[
    ("hotel", super::conversations::HOTEL, include_str!("../../../data/evals/hotel/questions.toml")),
    ("electronics", super::conversations::ELECTRONICS, include_str!("../../../data/evals/electronics/questions.toml")),
    ("hotel, other languages", super::conversations::HOTEL, include_str!("../../../data/evals/hotel/foreign.toml")),
    ("electronics, other languages", super::conversations::ELECTRONICS, include_str!("../../../data/evals/electronics/foreign.toml")),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    known: Vec<Known>,
    unknown: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    ask: String,
    says: String,
}

/// One question.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    /// The question.
    pub ask: String,
    /// What the answer must hold; none when the documents do not say.
    pub says: Option<String>,
    /// How well the best passage fits.
    pub fit: f32,
    /// The sentences that were chosen.
    pub answer: String,
    /// They hold what they must.
    pub right: bool,
    /// What spoke for the passage.
    pub signs: Signs,
}

/// How one set went.
#[derive(Debug, Clone, Serialize)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// Every question.
    pub cases: Vec<Case>,
    /// Microseconds a question, in the mean.
    pub micros: u128,
}

/// How all went.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Set by set.
    pub sets: Vec<Set>,
}

impl Set {
    /// Of the questions with an answer the right and the wrong ones, and of those without one how many were answered.
    pub fn at(&self, threshold: f32) -> (usize, usize, usize) {
        let answered = |c: &&Case| c.fit >= threshold;
        let known = self.cases.iter().filter(|c| c.says.is_some());
        let right = known.clone().filter(answered).filter(|c| c.right).count();
        let wrong = known.filter(answered).filter(|c| !c.right).count();
        (right, wrong, self.cases.iter().filter(|c| c.says.is_none()).filter(answered).count())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for set in &self.sets {
            let known = set.cases.iter().filter(|c| c.says.is_some()).count();
            writeln!(
                f,
                "{}: {known} questions the documents answer, {} they do not; {} us a question",
                set.name,
                set.cases.len() - known,
                set.micros
            )?;
            writeln!(f, "  threshold   answered right   answered wrong   answered though unknown")?;
            for step in 0..11u8 {
                let threshold = 0.30 + 0.04 * f32::from(step);
                let (right, wrong, made_up) = set.at(threshold);
                writeln!(f, "  {threshold:9.2}   {right:14}   {wrong:14}   {made_up:23}")?;
            }
            let (right, wrong, made_up) = set.at(ANSWERS);
            writeln!(f, "  {ANSWERS:9.2}   {right:14}   {wrong:14}   {made_up:23}   <- used")?;
            for c in set.cases.iter().filter(|c| (c.fit >= ANSWERS) != c.says.is_some() || c.says.is_some() && !c.right) {
                writeln!(f, "    {:.2} {:?} -> {:?}", c.fit, c.ask, crate::domain::text::clip(&c.answer.replace('\n', " / "), 100))?;
            }
        }
        Ok(())
    }
}

/// Runs the sets inside the program, or that of a folder with `questions.toml` and Markdown documents beside it.
pub fn run(path: Option<&Path>) -> Result<Report> {
    let Some(folder) = path else {
        let sets = SETS.iter().map(|(name, documents, questions)| set(name, &Documents::open(documents)?, questions));
        return Ok(Report { sets: sets.collect::<Result<_>>()? });
    };
    let file = folder.join("questions.toml");
    let questions =
        std::fs::read_to_string(&file).map_err(|e| Error::invalid(format!("{} cannot be read.", file.display())).with_source(e))?;
    Ok(Report { sets: vec![set(&folder.display().to_string(), &Documents::of_folder(folder)?, &questions)?] })
}

fn set(name: &str, documents: &Documents, questions: &str) -> Result<Set> {
    let questions: Questions = fixture::read(name, questions)?;
    let began = std::time::Instant::now();
    let mut cases = Vec::new();
    for k in questions.known {
        cases.push(case(documents, k.ask, Some(k.says))?);
    }
    for ask in questions.unknown {
        cases.push(case(documents, ask, None)?);
    }
    let micros = began.elapsed().as_micros() / (cases.len().max(1) as u128);
    Ok(Set { name: name.to_owned(), cases, micros })
}

fn case(documents: &Documents, ask: String, says: Option<String>) -> Result<Case> {
    let looked = documents.ask(&ask)?;
    let answer = looked.best.map(|a| a.text).unwrap_or_default();
    let right = says.as_ref().is_some_and(|s| answer.to_lowercase().contains(&s.to_lowercase()));
    Ok(Case { ask, says, fit: looked.fit, answer, right, signs: looked.signs })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the sets of questions in other languages than their documents are named.
    const FOREIGN: &str = "other languages";

    #[test]
    fn most_questions_are_answered_right_and_few_are_made_up() {
        let report = run(None).unwrap();
        let mut foreign = (0, 0);
        for set in &report.sets {
            let known = set.cases.iter().filter(|c| c.says.is_some()).count();
            let (right, wrong, made_up) = set.at(ANSWERS);
            assert!(wrong * 100 <= known * 6 && made_up * 100 <= (set.cases.len() - known) * 17, "{report}");
            if set.name.ends_with(FOREIGN) {
                foreign = (foreign.0 + right, foreign.1 + known);
            } else {
                assert!(right * 100 >= known * 65, "{report}");
            }
        }
        // Across languages meaning alone has to do, so it is silent more often.
        assert!(foreign.0 * 100 >= foreign.1 * 45, "{report}");
    }

    /// Where the threshold of `domain/house/gap` comes from.
    #[test]
    fn questions_that_ask_the_same_come_together() {
        let groups: [&[&str]; 6] = [
            &["do you deliver to Ikorodu?", "can you deliver to Ikorodu please", "is delivery to Ikorodu possible?"],
            &["do you have a playground for children?", "is there a playground for kids?"],
            &["can I pay half now and half on delivery?", "can I pay half on delivery?"],
            &["do you have a swimming pool?"],
            &["what time does the kitchen close on Sunday?"],
            &["do you bake birthday cakes?", "can you bake a birthday cake?"],
        ];
        let search = crate::search::Search::new(None);
        let vectors: Vec<Option<Vec<f32>>> = groups.iter().flat_map(|g| g.iter()).map(|q| search.embed_now(q)).collect();
        let found = crate::domain::house::gap::clusters(&vectors);
        let sizes: Vec<usize> = found.iter().map(Vec::len).collect();
        let near = |a: usize, b: usize| crate::domain::house::gap::cosine(vectors[a].as_deref().unwrap(), vectors[b].as_deref().unwrap());
        let told: Vec<String> =
            (0..vectors.len()).flat_map(|a| (0..a).map(move |b| (a, b))).map(|(a, b)| format!("{b}-{a} {:.2}", near(a, b))).collect();
        assert_eq!(sizes, [3, 2, 2, 1, 1, 2], "{found:?} {told:?}");
    }
}
