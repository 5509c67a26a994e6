//! Who may be written to first, and when: consent, WhatsApp's 24 hours, a pause between messages, quiet hours.

use crate::domain::house::conversation::Channel;
use crate::domain::limits;
use crate::domain::time::{DAY_MS, MINUTE_MS, Time};
use serde::{Deserialize, Serialize};

/// The owner's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Remind of baskets and unpaid orders.
    pub nudges: bool,
    /// Minutes of silence before a reminder.
    pub nudge_after_min: i64,
    /// Quiet from this minute of the day on the business's clock.
    pub quiet_from_min: i64,
    /// Until this one.
    pub quiet_to_min: i64,
    /// Days between two campaign messages to the same person.
    pub pause_days: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { nudges: false, nudge_after_min: 45, quiet_from_min: 20 * 60, quiet_to_min: 8 * 60, pause_days: 7 }
    }
}

impl Rules {
    /// When it is no longer quiet; none when it is not quiet now.
    pub fn quiet_until(&self, now: Time, zone: &str) -> Option<Time> {
        let local = now.in_zone(zone);
        let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
        let (from, to) = (self.quiet_from_min, self.quiet_to_min);
        let quiet = if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to };
        let left = (to - minute).rem_euclid(24 * 60);
        quiet.then(|| Time::from_millis(now.millis() - now.millis().rem_euclid(MINUTE_MS)).plus_ms(left * MINUTE_MS))
    }
}

/// What is known of a person who may get a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Said yes, no, or nothing.
    pub consent: Option<bool>,
    /// Where they wrote last; none when they never did.
    pub channel: Option<Channel>,
    /// When they last wrote there.
    pub last_inbound_at: Option<Time>,
    /// A person of the team is in that talk, or wanted in it.
    pub with_a_person: bool,
    /// When the business last wrote first.
    pub last_outreach_at: Option<Time>,
}

/// How a message reaches somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// In words of our own.
    Words,
    /// As a message WhatsApp has approved.
    Template,
}

/// Why somebody gets nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Said no.
    SaidNo,
    /// Never said yes.
    NotAsked,
    /// Nowhere to write to.
    NoChannel,
    /// The 24 hours are over and there is no approved message.
    WindowOver,
    /// Got something not long ago.
    TooSoon,
    /// A person is talking with them.
    WithAPerson,
    /// Wrote after the campaign began.
    WroteMeanwhile,
}

impl Why {
    /// For the owner.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SaidNo => "said no to messages",
            Self::NotAsked => "never said yes to messages",
            Self::NoChannel => "never wrote on a channel we can answer",
            Self::WindowOver => "their 24 hours are over and no approved message can go there",
            Self::TooSoon => "got a message not long ago",
            Self::WithAPerson => "is talking with a person",
            Self::WroteMeanwhile => "wrote meanwhile",
        }
    }
}

/// Whether a campaign may reach somebody now, and how. `began` is when it was started; none for a preview.
pub fn may_get(s: &Standing, rules: &Rules, has_template: bool, began: Option<Time>, now: Time) -> Result<Way, Why> {
    match s.consent {
        Some(true) => {}
        Some(false) => return Err(Why::SaidNo),
        None => return Err(Why::NotAsked),
    }
    let channel = s.channel.ok_or(Why::NoChannel)?;
    if began.is_some_and(|b| s.last_inbound_at.is_some_and(|l| l > b)) {
        return Err(Why::WroteMeanwhile);
    }
    if s.with_a_person {
        return Err(Why::WithAPerson);
    }
    if s.last_outreach_at.is_some_and(|l| now.since_ms(l) < rules.pause_days * DAY_MS) {
        return Err(Why::TooSoon);
    }
    match channel {
        c if c.has_window() && s.last_inbound_at.is_none_or(|l| now.since_ms(l) >= limits::WHATSAPP_WINDOW_MS) => {
            if has_template && c == Channel::Whatsapp { Ok(Way::Template) } else { Err(Why::WindowOver) }
        }
        Channel::Api => Err(Why::NoChannel),
        _ => Ok(Way::Words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::HOUR_MS;

    fn at(text: &str) -> Time {
        Time::parse(text).unwrap()
    }

    #[test]
    fn nights_are_quiet_across_midnight() {
        let r = Rules::default();
        assert_eq!(r.quiet_until(at("2026-11-21T11:00:00Z"), "Africa/Lagos"), None);
        // 21:30 in Lagos.
        assert_eq!(r.quiet_until(at("2026-11-21T20:30:00Z"), "Africa/Lagos"), Some(at("2026-11-22T07:00:00Z")));
        assert_eq!(r.quiet_until(at("2026-11-22T06:59:30Z"), "Africa/Lagos"), Some(at("2026-11-22T07:00:00Z")));
        assert_eq!(r.quiet_until(at("2026-11-22T07:00:00Z"), "Africa/Lagos"), None);
    }

    #[test]
    fn each_reason_keeps_a_message_back() {
        let now = at("2026-11-21T11:00:00Z");
        let good = Standing {
            consent: Some(true),
            channel: Some(Channel::Whatsapp),
            last_inbound_at: Some(now.plus_ms(-HOUR_MS)),
            ..Standing::default()
        };
        let r = Rules::default();
        assert_eq!(may_get(&good, &r, false, None, now), Ok(Way::Words));
        let old = Standing { last_inbound_at: Some(now.plus_ms(-24 * HOUR_MS)), ..good.clone() };
        assert_eq!(may_get(&old, &r, false, None, now), Err(Why::WindowOver));
        assert_eq!(may_get(&old, &r, true, None, now), Ok(Way::Template));
        let cases = [
            (Standing { consent: None, ..good.clone() }, Why::NotAsked),
            (Standing { consent: Some(false), ..good.clone() }, Why::SaidNo),
            (Standing { channel: None, ..good.clone() }, Why::NoChannel),
            (Standing { with_a_person: true, ..good.clone() }, Why::WithAPerson),
            (Standing { last_outreach_at: Some(now.plus_ms(-6 * DAY_MS)), ..good.clone() }, Why::TooSoon),
        ];
        for (s, why) in cases {
            assert_eq!(may_get(&s, &r, true, None, now), Err(why));
        }
        assert_eq!(may_get(&good, &r, true, Some(now.plus_ms(-2 * HOUR_MS)), now), Err(Why::WroteMeanwhile));
    }
}
