//! Answers that are given again: what they are, how often they serve, and how they are forgotten.

use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::services::house::saved_answer as answers;
use crate::store::house::saved_answer as rows;
use crate::web::format;
use crate::web::pages::answer::Answer;
use crate::web::pages::session::Here;
use crate::web::view::house::saved_answers::{SavedAnswerRow, SavedAnswersPage};
use axum::extract::Path;

/// Answers on the page at most.
const SHOWN: u32 = 200;

/// `GET /app/answers/saved`.
pub async fn page(here: Here) -> Answer {
    let page = here.view("answers", |tx, v| {
        let (asked, served) = rows::counts(tx)?;
        let sub = match asked {
            0 => "No question was asked yet".to_owned(),
            n => format!("{served} of {} answered from here: {} %", format::count(n, "question", "questions"), served * 100 / n),
        };
        let row = |s: crate::domain::house::saved_answer::SavedAnswer| SavedAnswerRow {
            id: s.id.to_string(),
            facts: format!("Given {} more, {} old, {}", format::count(s.hits, "time", "times"), v.age(s.created_at), s.language.name()),
            question: s.question,
            answer: s.answer,
            source: s.source,
        };
        let list = rows::list_saved(tx, SHOWN)?.into_iter().map(row).collect();
        Ok(SavedAnswersPage { sub, rows: list, chrome: v.chrome })
    });
    here.page(&page.await?)
}

/// `POST /app/answers/saved/ID/forget`.
pub async fn forget(here: Here, Path(id): Path<Id>) -> Answer {
    here.require(Role::Manager)?;
    here.write(move |tx| rows::delete_saved(tx, id)).await?;
    Ok(here.back("/app/answers/saved", "Forgotten. The next who asks gets a fresh answer."))
}

/// `POST /app/answers/saved/clear`.
pub async fn clear(here: Here) -> Answer {
    here.require(Role::Manager)?;
    let n = here.write(answers::clear).await?;
    Ok(here.back("/app/answers/saved", &format!("{} forgotten.", format::count(i64::try_from(n).unwrap_or(0), "answer", "answers"))))
}
