//! What the owner teaches about intents: examples added, corrected and taken away. What is kept in memory is learned anew.

use crate::domain::error::{Error, Result};
use crate::domain::house::business::Template;
use crate::domain::house::intent::{EXAMPLE_CHARS, Example, Intent, OwnIntent, seeds};
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::text::{clip, fold, slug};
use crate::store::house::{contact, conversation, intent, message};
use crate::store::meta;
use crate::store::tx::{Read, Tx};

/// Examples of the owner's at most.
const MOST: usize = 2_000;

/// Adds an example.
pub fn teach(tx: &mut Tx<'_>, name: &str, text: &str, language: Lang, from: Option<Id>) -> Result<()> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > EXAMPLE_CHARS {
        return Err(Error::field("text", format!("An example has 1 to {EXAMPLE_CHARS} characters.")));
    }
    known(tx, name)?;
    if intent::list_examples(tx)?.len() >= MOST {
        return Err(Error::conflict(format!("There are {MOST} examples of your own. Take some away first.")));
    }
    intent::upsert_example(tx, &Example { text: text.to_owned(), intent: name.to_owned(), language }, from, false)?;
    touched(tx)
}

/// A customer's message means this: it becomes an example.
pub fn correct(tx: &mut Tx<'_>, id: Id, name: &str) -> Result<()> {
    let m = message::find_message(tx, id)?;
    let thread = conversation::find_conversation(tx, m.conversation_id)?;
    let language = contact::find_person(tx, thread.contact_id)?.language;
    teach(tx, name, &clip(&m.content.words(), EXAMPLE_CHARS - 1), language, Some(id))
}

/// Takes an example of the program's away.
pub fn unteach(tx: &mut Tx<'_>, template: Template, text: &str) -> Result<()> {
    let folded = fold(text.trim());
    let seed = seeds(template).iter().find(|e| fold(&e.text) == folded).ok_or_else(|| Error::not_found("example"))?;
    intent::upsert_example(tx, seed, None, true)?;
    touched(tx)
}

/// Takes an example of the owner's away, or gives one of the program's back.
pub fn remove(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    intent::delete_example(tx, id)?;
    touched(tx)
}

/// Adds an intent of the owner's.
pub fn add_intent(tx: &mut Tx<'_>, title: &str, acts_as: Intent) -> Result<OwnIntent> {
    let i = OwnIntent { name: clip(&slug(title), 40), title: title.trim().to_owned(), acts_as };
    i.check()?;
    intent::upsert_intent(tx, &i)?;
    touched(tx)?;
    Ok(i)
}

/// Takes an intent of the owner's away with its examples.
pub fn remove_intent(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    intent::delete_intent(tx, name)?;
    touched(tx)
}

fn known(tx: &Read<'_>, name: &str) -> Result<()> {
    let own = || Ok::<bool, Error>(intent::list_intents(tx)?.iter().any(|i| i.name == name));
    if Intent::from_word(name).is_some() || own()? { Ok(()) } else { Err(Error::field("intent", "There is no such intent.")) }
}

/// What is kept in memory of the business is read again.
fn touched(tx: &mut Tx<'_>) -> Result<()> {
    meta::bump(tx, "profile_version").map(drop)
}
