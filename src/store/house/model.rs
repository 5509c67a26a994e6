//! Language models the owner chose.

use crate::domain::error::{Error, Result};
use crate::domain::house::model::{Look, OwnModel, Use};
use crate::domain::id::Id;
use crate::domain::price::Price;
use crate::store::tx::{Read, Tx, id_at, json, word_at};
use rusqlite::{Row, params};

const COLUMNS: &str = "id, service, base_url, model, purpose, place, prompt_micros, completion_micros, look, sealed";

/// A model and its sealed key.
pub type Sealed = (OwnModel, Vec<u8>);

fn model(r: &Row<'_>) -> rusqlite::Result<Sealed> {
    let micros = |at| Ok::<_, rusqlite::Error>(r.get::<_, Option<i64>>(at)?.map(|n| u64::try_from(n).unwrap_or(0)));
    let price = micros(6)?.zip(micros(7)?);
    let look: Option<String> = r.get(8)?;
    let own = OwnModel {
        id: id_at(r, 0)?,
        service: r.get(1)?,
        base_url: r.get(2)?,
        model: r.get(3)?,
        purpose: word_at(r, 4, Use::from_word)?,
        place: r.get(5)?,
        price: price.map(|(p, c)| Price { prompt_micros_per_million: p, completion_micros_per_million: c }),
        look: look.and_then(|t| serde_json::from_str(&t).ok()),
    };
    Ok((own, r.get(9)?))
}

/// All of them, in the order they are asked.
pub fn list_models(tx: &Read<'_>) -> Result<Vec<Sealed>> {
    tx.all(&format!("select {COLUMNS} from models order by place, id"), [], model)
}

/// One of them.
pub fn find_model(tx: &Read<'_>, id: Id) -> Result<Sealed> {
    tx.one(&format!("select {COLUMNS} from models where id = ?1"), [id.to_string()], model)?.ok_or_else(|| Error::not_found("model"))
}

/// Adds or changes a model.
pub fn upsert_model(tx: &mut Tx<'_>, m: &OwnModel, sealed: &[u8]) -> Result<()> {
    let now = tx.now.millis();
    let micros = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let price = m.price.map(|p| (micros(p.prompt_micros_per_million), micros(p.completion_micros_per_million)));
    tx.run(
        "insert into models (id, service, base_url, model, purpose, place, prompt_micros, completion_micros, sealed, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         on conflict (id) do update set service = excluded.service, base_url = excluded.base_url, model = excluded.model,
           purpose = excluded.purpose, place = excluded.place, prompt_micros = excluded.prompt_micros,
           completion_micros = excluded.completion_micros, sealed = excluded.sealed, look = null",
        params![
            m.id.to_string(),
            m.service,
            m.base_url,
            m.model,
            m.purpose.as_str(),
            m.place,
            price.map(|p| p.0),
            price.map(|p| p.1),
            sealed,
            now
        ],
    )
    .map(drop)
}

/// Puts another seal around a model's key.
pub fn update_sealed(tx: &mut Tx<'_>, id: Id, sealed: &[u8]) -> Result<()> {
    tx.run("update models set sealed = ?2 where id = ?1", params![id.to_string(), sealed]).map(drop)
}

/// Sets a model's place in the chain.
pub fn update_place(tx: &mut Tx<'_>, id: Id, place: i64) -> Result<()> {
    tx.run("update models set place = ?2 where id = ?1", params![id.to_string(), place]).map(drop)
}

/// Writes down what came of trying a model.
pub fn update_look(tx: &mut Tx<'_>, id: Id, look: &Look) -> Result<()> {
    tx.run("update models set look = ?2 where id = ?1", params![id.to_string(), json(look)?]).map(drop)
}

/// Forgets a model and its key.
pub fn delete_model(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.run("delete from models where id = ?1", [id.to_string()]).map(drop)
}
