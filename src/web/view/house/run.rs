//! The work log: what Steward did, and why, turn by turn.

use crate::web::view::{Chip, Chrome, Note, Pill, filters};
use askama::Template;

/// `/app/work-log`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/runs.html")]
pub struct RunsPage {
    /// The frame.
    pub chrome: Chrome,
    /// "61 turns today, 2 stopped to ask you".
    pub sub: String,
    /// Filters.
    pub chips: Vec<Chip>,
    /// The turns, newest first.
    pub rows: Vec<RunRow>,
    /// Address of the next page; empty at the end.
    pub next: String,
}

/// A turn in the list.
#[derive(Debug, Clone, Default)]
pub struct RunRow {
    /// Where it leads.
    pub url: String,
    /// "Took an order of ₦18,500".
    pub title: String,
    /// For whom.
    pub who: String,
    /// When.
    pub time: String,
    /// "2.4 s".
    pub took: String,
    /// "$0.0004" or "free".
    pub cost: String,
    /// The model.
    pub model: String,
    /// How it ended.
    pub pill: Pill,
}

/// `/app/work-log/ID`.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "pages/house/run.html")]
pub struct RunPage {
    /// The frame.
    pub chrome: Chrome,
    /// "Took an order of ₦18,500".
    pub title: String,
    /// How it ended.
    pub pill: Pill,
    /// The conversation it belongs to; empty for none.
    pub chat_url: String,
    /// For whom.
    pub who: String,
    /// Time, cost, tokens, steps, retries: a figure and its words.
    pub numbers: Vec<(String, String)>,
    /// What the customer said, as one text.
    pub asked: String,
    /// What was understood, piece by piece.
    pub understood: Vec<String>,
    /// What was answered; empty when nothing was.
    pub answered: String,
    /// Why it ended as it did, for a person.
    pub why: Option<Note>,
    /// The rows it used: what and where.
    pub used: Vec<UsedRow>,
    /// The waterfall.
    pub spans: Vec<Span>,
    /// Its time scale.
    pub scale: Vec<Tick>,
    /// The step looked at.
    pub step: Option<StepDetail>,
    /// What longer work has more; none for a turn.
    pub work: Option<Work>,
}

/// Longer work: where it stands, its past, and what a person may do.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// Its id.
    pub id: String,
    /// What it waits for; empty when it does not.
    pub waits: String,
    /// It is not over.
    pub can_stop: bool,
    /// It cannot go on by itself.
    pub parked: bool,
    /// Deeds of which nobody knows whether they happened.
    pub doubts: Vec<Doubt>,
    /// The run it belongs to; empty for none.
    pub parent_url: String,
    /// What that is: "Part of a longer run".
    pub parent_word: String,
    /// Its branches.
    pub branches: Vec<Relative>,
    /// What it was started with.
    pub input: String,
    /// What came of it; empty until it is done.
    pub result: String,
    /// A point of its past.
    pub moment: Option<Moment>,
    /// What a replay found.
    pub replay: Option<Note>,
    /// Trials made from it.
    pub trials: Vec<Relative>,
    /// What this trial did otherwise.
    pub difference: Option<Otherwise>,
}

/// A deed of which nobody knows whether it happened.
#[derive(Debug, Clone, Default)]
pub struct Doubt {
    /// Its row.
    pub id: String,
    /// What it was.
    pub title: String,
    /// Why nobody knows.
    pub why: String,
}

/// A run that belongs to this one.
#[derive(Debug, Clone, Default)]
pub struct Relative {
    /// Where it leads.
    pub url: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub pill: Pill,
}

/// A point of a run's past, after one of its steps.
#[derive(Debug, Clone, Default)]
pub struct Moment {
    /// The step's number in rows, from 0.
    pub seq: u32,
    /// The same as people count.
    pub number: u32,
    /// How many steps there are.
    pub of: u32,
    /// The step's name.
    pub node: String,
    /// The point before; empty at the first.
    pub before_url: String,
    /// The point after; empty at the last.
    pub after_url: String,
    /// What it heard.
    pub heard: String,
    /// What changed: name, from, to.
    pub changed: Vec<(String, String, String)>,
    /// All it knew then.
    pub state: String,
    /// It can be tried again from here.
    pub can_try: bool,
}

/// What a trial did otherwise than its run.
#[derive(Debug, Clone, Default)]
pub struct Otherwise {
    /// Steps side by side: as it was, in the trial, whether they are the same.
    pub steps: Vec<(String, String, bool)>,
    /// Fields that differ in the end: name, as it was, in the trial.
    pub fields: Vec<(String, String, String)>,
}

/// A row of the database a turn read or wrote.
#[derive(Debug, Clone, Default)]
pub struct UsedRow {
    /// "Meat pie, ₦900, 64 left".
    pub text: String,
    /// Its page; empty for none.
    pub url: String,
}

/// A bar of the waterfall; places are thousandths of the whole.
#[derive(Debug, Clone, Default)]
pub struct Span {
    /// Opens its detail.
    pub url: String,
    /// An icon of the sprite.
    pub icon: &'static str,
    /// It failed.
    pub failed: bool,
    /// "Understand: wants to order".
    pub name: String,
    /// "m" a model, "o" an outside service, "w" waiting, "f" failed, "" our own rules.
    pub kind: &'static str,
    /// Where it starts.
    pub x: i64,
    /// How wide it is, at least 3.
    pub w: i64,
    /// "620 ms".
    pub took: String,
    /// What it cost; may be empty.
    pub cost: String,
    /// The one looked at.
    pub current: bool,
}

/// A mark of the scale.
#[derive(Debug, Clone, Default)]
pub struct Tick {
    /// Thousandths of the whole.
    pub x: i64,
    /// "1 s".
    pub label: String,
}

/// One step in full.
#[derive(Debug, Clone, Default)]
pub struct StepDetail {
    /// Its name.
    pub title: String,
    /// Name and value: model, tokens, time, cost.
    pub facts: Vec<(String, String)>,
    /// What came out.
    pub output: String,
    /// What went in.
    pub input: String,
    /// What a person should know about it.
    pub note: Option<Note>,
    /// The name is what was answered, which stays in its language.
    pub quoted: bool,
}
