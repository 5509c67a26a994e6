//! What is said about open doors and about what is there: compared with the hours and the stock.

use super::known::Known;
use super::names::Names;
use super::sentences::Sentence;
use super::stems::{IF, NOT};
use super::times::Stated;
use crate::domain::house::briefing::Briefing;
use crate::domain::house::hours::Hours;
use crate::domain::lang::Lang;
use crate::domain::phrase::say;
use crate::domain::text::fold;

const OPENS: &str = "open|opens|opening|opened|reopen|abrimos|abre|abren|abierto|abiertos|ouvrons|ouvre|ouvrent|ouvert|ouverts|abrem|aberto|abertos|\
    a bude|mun bude|anyi na emeghe|meghere|tunafungua|iko wazi|نفتح|مفتوح|مفتوحون|مفتوحين";
const CLOSES: &str =
    "close|closes|closing|shut|cerramos|cierra|cierran|fermons|ferme|ferment|fechamos|fecha|fecham|mun rufe|tunafunga|نغلق";
const CLOSED: &str = "closed|shut|not open|dont open|no open|no dey open|cerrado|cerrados|cerrada|no abrimos|fermes|fermee|sommes ferme|nouvrons pas|fechado|\
    fechados|fechada|nao abrimos|hatutafungua|tumefunga|مغلق|مغلقون|مغلقين|لا نفتح";
const NOW: &str = "now|right now|at the moment|currently|ahora|en ce moment|maintenant|agora|yanzu|bayi|ugbu a|sasa|الان|حاليا";
const DAILY: &str =
    "every day|everyday|daily|seven days|7 days|all week|todos los dias|tous les jours|todos os dias|kullum|kila siku|كل يوم";
const OUT: &str = "sold out|out of stock|unavailable|not available|no longer available|ran out|run out|agotado|agotada|agotados|agotadas|epuise|epuisee|epuises|\
    epuisees|esgotado|esgotada|ti tan|ya kare|agwula|imeisha|don finish|نفد|نفدت|نفذ|نفذت";
const IN: &str = "available|in stock|we have|weve got|disponible|disponibles|disponivel|en stock|tenemos|nous avons|temos|dey available|متوفر|متوفره|inapatikana|\
    tunayo";

/// A judge of what is said about doors.
pub(super) struct Doors<'a> {
    b: &'a Briefing,
    hours: &'a Hours,
    /// Names of the days in the languages we answer in, Monday first.
    days: [Vec<String>; 7],
    /// The owner's own words speak of other hours.
    told: bool,
}

impl<'a> Doors<'a> {
    /// None where no hours are set.
    pub(super) fn of(b: &'a Briefing, known: &Known) -> Option<Self> {
        let hours = &b.profile.hours;
        if hours.days.iter().all(Vec::is_empty) {
            return None;
        }
        let days = std::array::from_fn(|d| {
            let name = |l: &Lang, d: usize| fold(&say(*l, &format!("day_{d}"), &[])).replace('\'', "");
            let parts = |n: &str| n.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
            let own = |l: &Lang| {
                // "Day" is in the name of every day.
                let other = parts(&name(l, (d + 1) % 7));
                parts(&name(l, d)).into_iter().find(|p| p.len() > 2 && !other.contains(p))
            };
            Lang::ALL.iter().filter_map(own).collect()
        });
        let rows = fold(&known.rows.text);
        let told = ["closed", "holiday", "christmas", "cerrado", "ferme", "fechado", "مغلق"].iter().any(|w| rows.contains(w));
        Some(Self { b, hours, days, told })
    }

    /// What is false in a sentence about doors; `times` are those it states.
    pub(super) fn faults(&self, s: &Sentence, times: &[&Stated], known: &Known) -> Vec<String> {
        let (opens, closes, closed) = (s.states(OPENS), s.states(CLOSES), s.states(CLOSED));
        if s.has("until further|order*|booking*") || !(opens || closes || closed) {
            return Vec::new();
        }
        let mut out = Vec::new();
        let days = self.named(s, None);
        let denies = closed || s.has(NOT);
        for t in times {
            let day = if let [d] = days[..] { Some(d) } else { None };
            let at_door = |m: u16| t.is(m) || m == 1440 && t.is(0);
            let kept = match day {
                Some(d) => self.hours.days[d].iter().any(|x| at_door(x.from) || at_door(x.to)),
                None => known.doors.iter().any(|m| at_door(*m)),
            };
            let elsewhere = known.rows.times.iter().any(|m| t.is(*m)) || denies && known.theirs.times.iter().any(|m| t.is(*m));
            if !kept && !elsewhere {
                out.push(format!("\"{}\" is not when the doors open or close then.", t.text));
            }
        }
        if times.is_empty() && !self.told && !IF.split('|').any(|w| s.find(w).next().is_some()) {
            out.extend(self.wrong_days(s));
        }
        out
    }

    fn wrong_days(&self, s: &Sentence) -> Option<String> {
        let zone = &self.b.profile.time_zone;
        let is_open = self.hours.is_open(self.b.now, zone);
        let clauses = s.tokens.last().map_or(0, |t| t.clause);
        for clause in 0..=clauses {
            let within = |list: &str| list.split('|').any(|p| s.find(p).any(|at| s.tokens[at].clause == clause));
            let days = self.named(s, Some(clause));
            let ranged = within("to|through|till|until|a|au|ate|hasta|jusquau|al|hadi") && days.len() > 1;
            let closed = within(CLOSED);
            let open = within(OPENS) && !closed && !within(NOT);
            let wrong = if closed && !ranged {
                days.iter().any(|d| !self.hours.days[*d].is_empty()) || within(NOW) && days.is_empty() && is_open
            } else if open {
                let free = days.iter().any(|d| self.hours.days[*d].is_empty());
                free || within(NOW) && days.is_empty() && !is_open || within(DAILY) && self.hours.days.iter().any(Vec::is_empty)
            } else {
                false
            };
            if wrong {
                return Some("That is not what the opening hours say.".to_owned());
            }
        }
        None
    }

    /// The days a sentence or one clause of it names.
    fn named(&self, s: &Sentence, clause: Option<usize>) -> Vec<usize> {
        let here = |at: &usize| clause.is_none_or(|c| s.tokens[*at].clause == c);
        let today = usize::from(self.b.now.in_zone(&self.b.profile.time_zone).weekday().to_monday_zero_offset().unsigned_abs());
        let any = |list: &str| list.split('|').any(|p| s.find(p).any(|at| here(&at)));
        let mut out: Vec<usize> = (0..7)
            .filter(|d| {
                let is = |t: &str| self.days[*d].iter().any(|name| t == name || t.strip_suffix('s') == Some(name));
                s.tokens.iter().enumerate().any(|(at, t)| here(&at) && is(&t.text))
            })
            .collect();
        if any("today|hoy|aujourdhui|hoje|yau|leo|اليوم") {
            out.push(today);
        }
        if any("tomorrow|manana|demain|amanha|gobe|kesho|غدا") {
            out.push((today + 1) % 7);
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// What is false in a sentence about whether one thing is there.
pub(super) fn stock_fault(s: &Sentence, names: &Names<'_>, has_time: bool) -> Option<String> {
    let (out, there) = (s.states(OUT), s.states(IN));
    if !(out || there) || has_time || IF.split('|').any(|w| s.find(w).next().is_some()) {
        return None;
    }
    let item = names.only_one(s)?;
    let gone = item.can_sell() == Some(0);
    let denied = |list: &str| {
        list.split('|').flat_map(|p| s.find(p)).any(|at| (at.saturating_sub(2)..at).any(|i| NOT.split('|').any(|n| s.is_at(i, n))))
    };
    // One choice of a thing may be out while the thing is there.
    let of_choice = item
        .options
        .iter()
        .flat_map(|g| &g.choices)
        .any(|c| super::names::is_named(&c.name, &s.tokens.iter().map(|t| t.text.clone()).collect::<Vec<_>>()));
    let says_gone = out && !denied("sold out|out of stock|agotado|epuise|esgotado");
    let says_there = !out && there && !denied(IN);
    match (says_gone, says_there, gone) {
        (true, _, false) if !of_choice => Some(format!("{} is not sold out.", item.name)),
        (_, true, true) => Some(format!("{} is sold out.", item.name)),
        _ => None,
    }
}
