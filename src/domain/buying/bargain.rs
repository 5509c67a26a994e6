//! Reading a haggle: which price is on the table, and whether it was taken. The same reading serves sellers' messages, transcripts of
//! calls and recorded dialogues (`steward eval bargains`).

use super::amount::{Amount, compiled, find};
use crate::domain::money::Currency;
use crate::domain::text::fold;
use regex::Regex;
use std::sync::OnceLock;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who pays.
    Buyer,
    /// Who is paid.
    Seller,
}

/// What one side said.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Who.
    pub side: Side,
    /// The words.
    pub text: &'a str,
}

/// What the words say about the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// One side took the other's price.
    Agreed,
    /// One side gave up.
    GivenUp,
    /// Nothing is said.
    Open,
}

/// What a dialogue came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The newest price on the table.
    pub price_minor: Option<i64>,
    /// Whether it was taken.
    pub verdict: Verdict,
    /// Every amount that was named.
    pub named: Vec<i64>,
}

const YES: &str = r"^\s*(?:(?:hm+|well|oh|i guess|haha|lol)[,. ]*)*(?:yes|yeah|yep|yup|ok|okay|k\b|sure|alright|all right|fine|great|awesome|cool|perfect|excellent|wonderful|good|deal|agreed|done|sold|absolutely|definitely|certainly|of course|very well|that'?s (?:great|fine|good|fair|perfect|ok|awesome|acceptable)|that (?:is|sounds|seems|works)|sounds|works|thank(?:s| you)|you got|no wahala|oya|i (?:can|could|will) (?:do|accept|agree|take)|i'?ll (?:do|take|accept))\b";
const TAKEN: &str = r"\b(?:deal|agreed?|sold|sounds? (?:good|great|fair|reasonable|perfect|fine)|seems fair|works? for me|that works|will work|can work with|i'?ll take (?:it|that|the)|i will take (?:it|that)|you(?:'ve| have)? got (?:it|yourself|a deal)|it'?s yours|all yours|i accept|accepted|acceptable|fair enough|perfect|(?:i|we) can do that|i could do that|okay i can do|let'?s do (?:it|that)|i'?ll do (?:it|that)|that'?s fine|that is fine|fine with me|good with me|i can accept|i'?ll accept|i will accept|i guess i can|i suppose i can|yes,? i can|ok(?:ay)? (?:great|good|cool|fine|deal)|great[.!]|done[.!]|when can (?:i|you)|come (?:pick|get) it|pick it up|see you)\b";
const SURE: &str = r"\b(?:deal|sold|agreed|it'?s yours|i'?ll take it|i accept|sounds (?:good|great|fair))\b";
const ONLY_TALK: &str = r"no deal|not a deal|deal\s?\?|good deal|great deal|have a deal\?|a deal\?|better deal|steal of|made a deal";
const NO: &str = r"\b(?:no deal|not a deal|can'?t (?:do|accept|go|take|agree|sell|let)|cannot (?:do|accept|go|take|agree)|won'?t (?:do|accept|work)|couldn'?t|too (?:low|much)|not (?:accept|enough|going|able|willing|interested)|doesn'?t work|unfortunately|no,? (?:thanks|thank)|no way|steep|pass)\b";
const HEDGE: &str = r"\b(?:but (?:i|it|that|the|would|could|can|my)|if (?:you|it|i)|unless|would you|could you|can you do|how about|what about|what if|how much|do we have a deal|is it a deal)\b|deal\s?\?";
const GIVEN_UP: &str = r"\b(?:no deal|never ?mind|no thanks?|not interested|i'?ll pass|have to pass|gonna pass|find (?:another|someone|something)|look(?:ing)? elsewhere|good ?bye|bye\b|good luck|forget it|we (?:couldn'?t|can'?t|could not|cannot|won'?t be able to) (?:agree|make|reach)|keep looking|another (?:buyer|offer)|waste|insult\w*|ridiculous|wait for|someone else|can'?t afford|have a (?:nice|good|great) (?:day|one))\b";
const THEIR_OFFER: &str = r"\baccept (?:your|the|that) (?:offer|price)\b";
/// Before a number: somebody else's, or no price of this.
const NOT_OURS: &str = r"(?:asking|list(?:ed|ing)?|worth|paid|original(?:ly)?|retails?|new|instead of|not|than|from|another|additional|extra|deposit|plus|for an?|could go for)\s*(?:is|of|at|price|for|about|around|only|nearly)*\s*$";
/// After a number: it is refused or is no price of this.
const REFUSED: &str =
    r"^\s*(?:(?:is|seems|sounds|still|a|way|bit|little|just|quite)\s*)*(?:too|steep|low\b|high|much|deposit|case\b|worth)";

fn has(cell: &'static OnceLock<Regex>, pattern: &str, text: &str) -> bool {
    compiled(cell, pattern).is_match(text)
}

/// What one turn does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cues {
    /// It sounds like a yes.
    pub yes: bool,
    /// It is one, whatever else is in it.
    pub sure: bool,
    /// It refuses.
    pub no: bool,
    /// It makes a condition or asks for another price.
    pub hedge: bool,
    /// It asks something.
    pub asks: bool,
    /// It ends the talk.
    pub ends: bool,
    /// It takes the other side's price by name.
    pub theirs: bool,
}

/// Reads the cues of a folded text.
pub fn cues(s: &str) -> Cues {
    static CELLS: [OnceLock<Regex>; 8] = [const { OnceLock::new() }; 8];
    let [yes, taken, sure, talk, no, hedge, up, theirs] = &CELLS;
    Cues {
        yes: has(yes, YES, s) || has(taken, TAKEN, s),
        sure: has(sure, SURE, s) && !has(talk, ONLY_TALK, s),
        no: has(no, NO, s),
        hedge: has(hedge, HEDGE, s),
        asks: s.contains('?'),
        ends: has(up, GIVEN_UP, s),
        theirs: has(theirs, THEIR_OFFER, s),
    }
}

/// The number a turn stands for: the last that is not somebody else's and not refused.
pub fn stands_for(s: &str, found: &[Amount]) -> Option<i64> {
    static BEFORE: OnceLock<Regex> = OnceLock::new();
    static AFTER: OnceLock<Regex> = OnceLock::new();
    let ours = |a: &&Amount| {
        let before = s.get(..a.from).unwrap_or("").trim_end();
        let after = s.get(a.to..).unwrap_or("");
        !has(&BEFORE, NOT_OURS, before) && !has(&AFTER, REFUSED, after)
    };
    found.iter().rev().find(ours).or(found.last()).map(|a| a.minor)
}

/// What is on the table while turns are read.
#[derive(Default)]
struct Table {
    buyer: Option<i64>,
    seller: Option<i64>,
    newest: Option<i64>,
    named: Vec<i64>,
    agreed: bool,
    no: bool,
    ended: bool,
    turns: usize,
}

impl Table {
    fn hear(&mut self, turn: Turn<'_>, currency: Currency, usual: Option<i64>) {
        let s = fold(turn.text);
        let (found, c) = (find(&s, currency, usual), cues(&s));
        self.turns += 1;
        match stands_for(&s, &found) {
            Some(v) => self.price(turn.side, v, &found, c),
            None => {
                let clear = !c.no && !c.hedge && (!c.asks || c.sure);
                let takes = (c.sure && (self.newest.is_some() || self.turns > 2)) || (c.yes && self.newest.is_some());
                self.agreed |= clear && takes;
            }
        }
        self.no = c.no || c.hedge;
        self.ended = c.ends;
        if c.ends && !c.sure {
            self.agreed = false;
        }
    }

    fn price(&mut self, side: Side, named: i64, found: &[Amount], c: Cues) {
        self.named.extend(found.iter().map(|a| a.minor));
        let other = if side == Side::Buyer { self.seller } else { self.buyer };
        let v = if c.theirs { other.unwrap_or(named) } else { named };
        let same = other == Some(v);
        match side {
            Side::Buyer => self.buyer = Some(v),
            Side::Seller => self.seller = Some(v),
        }
        self.newest = Some(v);
        self.agreed = match same {
            true => c.theirs || (c.yes && !c.no) || (!c.no && !c.hedge && !c.asks),
            false => other.is_none() && c.yes && !c.no && !c.hedge && !c.asks && self.turns > 1,
        };
    }

    /// The two prices are within a twentieth of what the thing usually costs, and nobody has said no since.
    fn is_close(&self, usual: Option<i64>) -> bool {
        match (self.buyer, self.seller, usual) {
            (Some(b), Some(s), Some(u)) => !self.no && b.abs_diff(s).saturating_mul(1_000) <= u.unsigned_abs().saturating_mul(45),
            _ => false,
        }
    }
}

/// Reads a dialogue. `usual` is what the thing costs on its label.
pub fn read(turns: &[Turn<'_>], currency: Currency, usual: Option<i64>) -> Reading {
    let mut t = Table::default();
    turns.iter().for_each(|turn| t.hear(*turn, currency, usual));
    let verdict = if t.agreed || (!t.ended && t.is_close(usual)) {
        Verdict::Agreed
    } else if t.ended || t.no {
        Verdict::GivenUp
    } else {
        Verdict::Open
    };
    Reading { price_minor: t.newest, verdict, named: t.named }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(lines: &[&str], usual: i64) -> Reading {
        let side = |n: usize| if n.is_multiple_of(2) { Side::Buyer } else { Side::Seller };
        let turns: Vec<Turn<'_>> = lines.iter().enumerate().map(|(n, text)| Turn { side: side(n), text }).collect();
        read(&turns, "USD".parse().unwrap(), Some(usual))
    }

    #[test]
    fn the_price_that_was_taken_is_read() {
        let r = talk(
            &["Would you take $70 for the lamp?", "No, that is too low. 90 and it's yours", "Could you meet me at 80?", "Okay, deal!"],
            10_000,
        );
        assert_eq!((r.price_minor, r.verdict), (Some(8_000), Verdict::Agreed));
        let r = talk(&["I can give 50", "I really wanted $80 but I'll accept your offer", "Thanks!"], 8_000);
        assert_eq!((r.price_minor, r.verdict), (Some(5_000), Verdict::Agreed));
    }

    #[test]
    fn giving_up_and_silence_are_not_agreement() {
        let r = talk(&["Would you take $40?", "I can't do that, 90 is the price", "No thanks, I'll keep looking"], 10_000);
        assert_eq!(r.verdict, Verdict::GivenUp);
        let r = talk(&["Would you take $40?", "My price is 90."], 10_000);
        assert_ne!(r.verdict, Verdict::Agreed);
        assert_eq!(talk(&["hello", "hi"], 10_000).verdict, Verdict::Open);
    }
}
