//! What customers mean: recent words as they are read now, corrected with a tap, and the examples behind it.

use crate::domain::error::{Error, Kind, Result};
use crate::domain::house::business::Template;
use crate::domain::house::intent::{Intent, OwnIntent, ReadsIntents, seeds};
use crate::domain::house::member::Role;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::text::{clip, fold};
use crate::services::house::intent as intents;
use crate::store::house::intent::{self as rows, ExampleRow};
use crate::store::tx::Read;
use crate::web::error::status;
use crate::web::format;
use crate::web::pages::answer::{Answer, html_as};
use crate::web::pages::session::Here;
use crate::web::view::house::intent::{ExampleLine, IntentPart, IntentsPage, MeantRow};
use crate::web::view::{Errors, Pick};
use axum::Form;
use axum::extract::Path;
use serde::Deserialize;

/// Messages shown.
const SHOWN: u32 = 40;

/// `GET /app/intents`.
pub async fn page(here: Here) -> Answer {
    let page = shown(&here, Errors::default()).await?;
    here.page(&page)
}

async fn shown(here: &Here, errors: Errors) -> Result<IntentsPage> {
    let (app, business) = (here.app.clone(), here.business.clone());
    here.view("assistants", move |tx, v| {
        let profile = app.shelf.profile(tx, business.id)?;
        let reader = app.shelf.desks.of(tx, &business, &profile)?.reader.clone();
        let (own, taught) = (rows::list_intents(tx)?, rows::list_examples(tx)?);
        let row = |(id, conversation, lang, text): (Id, Id, Lang, String)| {
            let meant = reader.read(&text);
            let said = taught.iter().any(|t| t.message_id == Some(id));
            MeantRow {
                id: id.to_string(),
                text: clip(&text, 240),
                lang: lang.code().into(),
                url: format!("/app/messages/{conversation}"),
                sure: if said { "you said so".into() } else { format!("{} % sure", meant.confidence) },
                picks: picks(&own, &meant.name),
            }
        };
        let recent = rows::list_recent_words(tx, SHOWN)?.into_iter().map(row).collect();
        Ok(IntentsPage {
            rows: recent,
            intents: parts(tx, business.template)?,
            acts: picks(&[], Intent::Faq.as_str()),
            errors,
            chrome: v.chrome,
        })
    })
    .await
}

fn picks(own: &[OwnIntent], on: &str) -> Vec<Pick> {
    let ours = Intent::ALL.into_iter().map(|i| (i.as_str().to_owned(), i.title().to_owned()));
    let all = ours.chain(own.iter().map(|i| (i.name.clone(), i.title.clone())));
    all.map(|(value, label)| Pick { on: value == on, value, label }).collect()
}

fn parts(tx: &Read<'_>, template: Template) -> Result<Vec<IntentPart>> {
    let (own, taught) = (rows::list_intents(tx)?, rows::list_examples(tx)?);
    let ours = Intent::ALL.into_iter().map(|i| (i.as_str().to_owned(), i.title().to_owned(), false));
    let all = ours.chain(own.into_iter().map(|i| (i.name, i.title, true)));
    Ok(all.map(|(name, title, own)| part(name, title, own, template, &taught)).collect())
}

fn part(name: String, title: String, own: bool, template: Template, taught: &[ExampleRow]) -> IntentPart {
    let mine: Vec<ExampleLine> = taught
        .iter()
        .filter(|t| t.example.intent == name)
        .map(|t| ExampleLine {
            id: t.id.to_string(),
            text: t.example.text.clone(),
            language: t.example.language.name(),
            removed: t.removed,
        })
        .collect();
    let changed = |text: &str| taught.iter().any(|t| fold(&t.example.text) == fold(text));
    let of_program = seeds(template).iter().filter(|e| e.intent == name && !changed(&e.text));
    let of_program =
        of_program.map(|e| ExampleLine { id: String::new(), text: e.text.clone(), language: e.language.name(), removed: false });
    let yours = mine.iter().filter(|e| !e.removed).count();
    let examples: Vec<ExampleLine> = mine.into_iter().chain(of_program).collect();
    let all = i64::try_from(examples.iter().filter(|e| !e.removed).count()).unwrap_or(0);
    IntentPart { name, title, own, count: format!("{}, {yours} of yours", format::count(all, "example", "examples")), examples }
}

/// What the forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    intent: String,
    text: String,
    id: String,
    title: String,
    acts_as: String,
}

/// `POST /app/intents/messages/ID`: this message means that.
pub async fn correct(here: Here, Path(id): Path<Id>, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Manager)?;
    let done = here.write(move |tx| intents::correct(tx, id, &form.intent)).await;
    answered(&here, done, "Learned. It is an example from now on.").await
}

/// `POST /app/intents/NAME/examples`.
pub async fn add(here: Here, Path(name): Path<String>, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Manager)?;
    let done = here.write(move |tx| intents::teach(tx, &name, &form.text, Lang::En, None)).await;
    answered(&here, done, "Added.").await
}

/// `POST /app/intents/examples/remove`: one of the owner's by its id, or one of the program's by its words.
pub async fn remove(here: Here, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Manager)?;
    let template = here.business.template;
    let done = here.write(move |tx| match form.id.as_str() {
        "" => intents::unteach(tx, template, &form.text),
        id => intents::remove(tx, id.parse()?),
    });
    let done = done.await;
    answered(&here, done, "Done.").await
}

/// `POST /app/intents`.
pub async fn add_intent(here: Here, Form(form): Form<Typed>) -> Answer {
    here.require(Role::Manager)?;
    let acts_as = Intent::from_word(&form.acts_as).unwrap_or(Intent::Unknown);
    let done = here.write(move |tx| intents::add_intent(tx, &form.title, acts_as).map(drop)).await;
    answered(&here, done, "Added. Give it a few examples.").await
}

/// `POST /app/intents/NAME/remove`.
pub async fn remove_intent(here: Here, Path(name): Path<String>) -> Answer {
    here.require(Role::Manager)?;
    let done = here.write(move |tx| intents::remove_intent(tx, &name)).await;
    answered(&here, done, "Removed.").await
}

async fn answered(here: &Here, done: Result<()>, words: &str) -> Answer {
    match done {
        Ok(()) => {
            here.app.learn_intents(here.business.id);
            Ok(here.back("/app/intents", words))
        }
        Err(e) if matches!(e.kind, Kind::Invalid | Kind::Conflict) => again(here, &e).await,
        Err(e) => Err(e.into()),
    }
}

async fn again(here: &Here, e: &Error) -> Answer {
    html_as(status(e), &shown(here, Errors::from(e)).await?)
}
