//! Whether this process can serve, part by part.

use super::App;
use crate::domain::error::Error;
use crate::domain::time::{SECOND_MS, Time};
use crate::store::control::business;
use crate::store::integrity;
use serde::Serialize;

/// Whoever asks more often is told what was seen the last time: a look writes to every open file.
const FRESH_MS: i64 = 5 * SECOND_MS;

/// One part's state.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// Which part.
    pub name: &'static str,
    /// Whether it works.
    pub ok: bool,
    /// What is wrong, or a fact.
    pub detail: String,
}

/// What was seen the last time, and when.
pub type Seen = tokio::sync::Mutex<Option<(Time, Health)>>;

/// How this process is.
#[derive(Debug, Clone)]
pub struct Health {
    /// Whether anything can be served: the control file can be written, and the file of a business, if there is any.
    pub serves: bool,
    /// Every part.
    pub parts: Vec<Part>,
}

/// Looks at every part that serving needs, by writing to it.
pub async fn look(app: &App) -> Health {
    let mut seen = app.seen.lock().await;
    let now = app.clock().now();
    if let Some((at, health)) = seen.as_ref()
        && (0..FRESH_MS).contains(&now.since_ms(*at))
    {
        return health.clone();
    }
    let health = look_anew(app).await;
    *seen = Some((now, health.clone()));
    health
}

async fn look_anew(app: &App) -> Health {
    let control = part("control file", app.store.control_write(business::write_nothing).await);
    let (mut fine, mut wrong) = (0, Vec::new());
    let (directory, aside) = (app.directory(), app.store.all_aside());
    let mut open = app.store.all_open();
    open.retain(|id| !aside.contains_key(id));
    if open.is_empty() {
        open.extend(directory.businesses().map(|b| b.id).find(|id| !aside.contains_key(id)));
    }
    for b in open.into_iter().filter_map(|id| directory.business(id)) {
        let written = match app.store.business(b.id) {
            Ok(file) => file.write(integrity::write_business).await,
            Err(e) => Err(e),
        };
        match written {
            Ok(()) => fine += 1,
            Err(e) => wrong.push(part("business file", Err(app.blamed(b, e)))),
        }
    }
    wrong.extend(aside.into_values().map(|detail| Part { name: "business file", ok: false, detail }));
    let serves = control.ok && (fine > 0 || wrong.is_empty());
    let mut parts = vec![control];
    if fine > 0 {
        parts.push(part("business file", Ok(())));
    }
    parts.extend(wrong);
    Health { serves, parts }
}

fn part(name: &'static str, outcome: Result<(), Error>) -> Part {
    match outcome {
        Ok(()) => Part { name, ok: true, detail: "writable".into() },
        Err(e) => Part { name, ok: false, detail: e.message },
    }
}
