//! What a run waits for between two steps, as it is kept, and whether it has come.

use super::{Child, Event};
use crate::domain::error::Result;
use crate::domain::house::approval::Verdict;
use crate::domain::house::run::{Ended, RunState};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::domain::usage::Usage;
use crate::store::house::{effect, run};
use crate::store::tx::Tx;
use serde::{Deserialize, Serialize};

/// What a run waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub(super) enum Wait {
    /// Nothing: the first step is next.
    Begin,
    /// Nothing: the next step is next.
    Go,
    /// Deeds, by their keys.
    Deeds {
        keys: Vec<String>,
        /// The step that planned them.
        step: u32,
    },
    /// Branches of a step.
    Branches {
        step: u32,
        /// Those that have not begun, the next one last.
        later: Vec<(u32, Child)>,
        at_once: usize,
        until: Option<Time>,
    },
    /// A time.
    Time { until: Time },
    /// A letter.
    Letter { keys: Vec<String>, until: Option<Time> },
    /// A decision about a question with this key.
    Decision { key: String },
}

/// The key under which a run hears of its question.
pub fn decision_key(question: &str) -> String {
    format!("approval:{question}")
}

impl Wait {
    /// When it must be looked at even if nothing comes.
    pub(super) fn until(&self) -> Option<Time> {
        match self {
            Self::Time { until } => Some(*until),
            Self::Branches { until, .. } | Self::Letter { until, .. } => *until,
            Self::Begin | Self::Go | Self::Deeds { .. } | Self::Decision { .. } => None,
        }
    }

    /// What the step hears, once it has come, and what the deeds it waited for have used.
    pub(super) fn heard(&self, tx: &mut Tx<'_>, id: Id) -> Result<Option<(Event, Usage)>> {
        let plain = |e| Ok(Some((e, Usage::default())));
        match self {
            Self::Begin => plain(Event::Begun),
            Self::Go => plain(Event::Went),
            Self::Deeds { keys, step } => outcomes(tx, id, *step, keys),
            Self::Branches { step, later, .. } => {
                let (all, ended) = run::count_children(tx, id, *step)?;
                if !later.is_empty() || ended < all {
                    return Ok(None);
                }
                joined(tx, id, *step).map(Some)
            }
            Self::Time { until } => {
                if tx.now >= *until {
                    plain(Event::Time)
                } else {
                    Ok(None)
                }
            }
            Self::Letter { keys, until } => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                match run::take_letter(tx, id, &keys)? {
                    Some((key, data)) => plain(Event::Letter { key, data }),
                    None if until.is_some_and(|u| tx.now >= u) => plain(Event::Late),
                    None => Ok(None),
                }
            }
            Self::Decision { key } => match run::take_letter(tx, id, &[&decision_key(key)])? {
                Some((_, data)) => match serde_json::from_value::<Verdict>(data) {
                    Ok(verdict) => plain(Event::Decided { verdict }),
                    Err(_) => Ok(None),
                },
                None => Ok(None),
            },
        }
    }
}

fn outcomes(tx: &mut Tx<'_>, id: Id, step: u32, keys: &[String]) -> Result<Option<(Event, Usage)>> {
    let (mut outcomes, mut usage) = (Vec::with_capacity(keys.len()), Usage::default());
    for key in keys {
        let Some(row) = effect::find_effect_by_key(tx, key)? else { return Ok(None) };
        if !row.state.is_settled() {
            return Ok(None);
        }
        // What another run, or an earlier step, has paid for is not paid for again.
        if (row.run_id, row.step) == (id, step) {
            usage.add(row.usage);
        }
        outcomes.push(row.outcome());
    }
    Ok(Some((Event::Done { outcomes }, usage)))
}

fn joined(tx: &mut Tx<'_>, id: Id, step: u32) -> Result<(Event, Usage)> {
    let mut usage = Usage::default();
    let ended = run::list_children(tx, id, Some(step))?.into_iter().map(|m| {
        usage.add(m.usage);
        let problem = if m.state == RunState::Done { String::new() } else { m.outcome };
        Ended { run: m.id, state: m.state, result: m.result, problem }
    });
    let ended = ended.collect();
    Ok((Event::Joined { ended }, usage))
}
