//! Words that tell that a text is about a booking.

use super::cue_words as more;
use crate::domain::reception::resource::ResourceKind;
use crate::domain::reception::when::Part;
use regex::Regex;
use std::sync::OnceLock;

/// What a text wants with bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cues {
    /// Wants to book.
    pub book: bool,
    /// Wants to change.
    pub change: bool,
    /// Wants to give up.
    pub cancel: bool,
    /// Asks about bookings there are.
    pub mine: bool,
    /// Names a booking, whatever is done with it.
    pub named: bool,
    /// Wants the waitlist.
    pub wait: bool,
    /// Asks whether or when something is free.
    pub free: bool,
    /// Breaks off.
    pub stop: bool,
    /// The sort of thing.
    pub kind: Option<ResourceKind>,
}

struct Patterns {
    book: Regex,
    named: Regex,
    cancel: Regex,
    change: Regex,
    mine: Regex,
    wait: Regex,
    free: Regex,
    stop: Regex,
    keeps: Regex,
    owns: Regex,
    kinds: Vec<(ResourceKind, Regex)>,
}

fn patterns() -> &'static Patterns {
    static ALL: OnceLock<Patterns> = OnceLock::new();
    ALL.get_or_init(|| {
        let re = |p: &str| Regex::new(p).expect("a fixed pattern");
        let both = |p: &str, more: &str| re(&format!("{p}|{more}"));
        Patterns {
            book: both(r"^\W*(?:a |one )?(?:table|room|appointment|viewing|reservation|booking)(?: please| pls)?\W*$|\b(book|reserve|rebook|make (?:a |me a |another )?(?:booking|reservation)|(?:a|any|get|have|need|want|another|the last) (?:table|reservation|booking|appointment|viewing)|table (?:for|at|tomorrow|tonight|on|today)|(?:a |any |single |double |need )?rooms? (?:for|tonight|tomorrow|from|on|available)|(?:a|another) (?:\w+ )?room|schedule|appointment|viewing|come (?:and )?(?:see|view)|(?:see|view|visit|inspect) the (?:house|flat|apartment|property|place|duplex|home)|reservar|una reserva|hacer una reserva|mesa (?:para|esta|manana|hoy)|una mesa|una habitacion|habitacion para|una cita|reserver|une reservation|une table|table pour|une chambre|chambre pour|un rendez-vous|fazer uma reserva|uma mesa|um quarto|quarto para|marcar|agendar|make una keep table|keep table|tebur|tabili)\b", more::BOOK),
            named: both(r"\b(bookings?|booked|reservations?|reserved|appointments?|viewings?|my table|my room|the table|the room|reservas?|reserva|mi mesa|ma table|ma chambre|minha mesa|cita|rendez-vous)\b", more::NAMED),
            cancel: both(r"\b(cancel|cancels|cancell?ing|call (?:it )?off|can'?t (?:make it|come)|cannot (?:make it|come)|(?:won'?t|not) be able to (?:make it|come)|not coming|no longer need|i no fit come|i no go come again|no go fit come|no fit come again|cancelar|cancela|anular|annuler|annulez|desmarcar|fagile|soke|kagbuo)\b", more::CANCEL),
            change: both(r"\b(change|move|reschedule|push|postpone|bring (?:it )?forward|shift|switch|update|amend|modify|rather|instead|extend|make it|make that|cambiar|cambia|mover|aplazar|changer|deplacer|decaler|mudar|alterar|remarcar|adiar|actually)\b", more::CHANGE),
            mine: both(r"\b(?:(?:what|when|which|do i|show|see|check|is|have i|my) .{0,24}(?:my )?(?:bookings?|reservations?|appointments?|viewings?)|when is my (?:table|room|booking|reservation)|mis reservas|cual es mi reserva|mes reservations|minhas reservas)\b", more::MINE),
            wait: both(r"\b(wait ?-?list|waiting list|lista de espera|liste d'attente|let me know if|tell me if|notify me)\b", more::WAIT),
            free: both(r"\b(availab\w*|free (?:table|room|time|slot)s?|(?:anything|something) (?:free|open)|have (?:any )?space|space (?:for|tonight|today|tomorrow|on|left)|is there (?:any )?(?:space|room)|what times?|which times?|any (?:space|slots?|times?|rooms?|tables?)|space for|slots?|fully booked|disponib\w*|libre|livre|dey available|dey free|do you have .{0,20}(?:table|room)s?|have you got .{0,20}(?:table|room)s?|room for)\b", more::FREE),
            stop: both(r"^\W*(?:no[, ]+)?(?:never ?mind|forget (?:it|about it|the booking)|stop|leave it|no thanks?(?: you)?|don'?t book(?: it)?|i changed my mind|dejalo|laisse tomber|deixa|no book am again)\W*$", more::STOP),
            keeps: re(r"\b(?:(?:don'?t|do not|dont|never|no need to|not going to|won'?t) (?:please |want to |wanna |need to )*cancel|can (?:i|we) (?:still |also |always |just )*cancel\b.{0,40}\b(?:later|if|free|charge|days? before|hours? before|any ?time|in case|last minute)|is it (?:possible|ok|okay|free|allowed) to cancel|(?:how|until when|till when|when) .{0,24}\bcancel\b|what (?:happens )?if .{0,30}\bcancel|cancell?ation (?:policy|fees?|terms|rules?|conditions?|charges?)|free cancell?ation|if (?:i|we) (?:have to |need to |want to )?cancel)\b"),
            owns: re(r"\bdo (?:i|we) (?:still |already |even )*have (?:a|an|any) (?:bookings?|reservations?|appointments?|viewings?|tables?|rooms?)\b(?:\W*(?:$|with you|booked|today|tomorrow|tonight|on|for|here))"),
            kinds: vec![
                (ResourceKind::Viewing, both(r"\b(viewings?|inspection|(?:see|view|visit|inspect) (?:the|a|it|that|this)|visita|visiter)\b", more::VIEWING)),
                (ResourceKind::Room, both(r"\b(rooms?|nights?|stay|sleep|lodge|lodging|accommodation|suite|habitacion|noches?|chambre|nuits?|quarto|noites?|check in|yara|daki)\b", more::ROOM)),
                (ResourceKind::Table, both(r"\b(tables?|dinner|lunch|breakfast|brunch|eat|dine|mesa|cenar|cena|almorzar|comer|diner|dejeuner|jantar|almoco|chop|tebur|tabili)\b", more::TABLE)),
                (ResourceKind::Person, both(r"\b(appointment|meeting|consultation|haircut|cita|rendez-vous|consulta|meet)\b", more::PERSON)),
            ],
        }
    })
}

/// What a folded text tells.
pub fn cues(folded: &str) -> Cues {
    let p = patterns();
    // "do I have a booking?" makes none.
    let owns = p.owns.is_match(folded);
    Cues {
        book: p.book.is_match(folded) && !owns,
        change: p.change.is_match(folded),
        // "can I cancel it later if needed?", "please don't cancel": a question, and the contrary.
        cancel: p.cancel.is_match(folded) && !p.keeps.is_match(folded),
        mine: p.mine.is_match(folded) || owns,
        named: p.named.is_match(folded),
        wait: p.wait.is_match(folded),
        free: p.free.is_match(folded),
        stop: p.stop.is_match(folded),
        kind: p.kinds.iter().find(|(_, re)| re.is_match(folded)).map(|(k, _)| *k),
    }
}

/// "evening", "pm", "in the morning" as an answer.
pub fn part_of(folded: &str) -> Option<Part> {
    let word = |list: &[&str]| folded.split(|c: char| !c.is_alphanumeric()).any(|w| list.contains(&w));
    if word(&[
        "evening",
        "pm",
        "night",
        "afternoon",
        "later",
        "noche",
        "tarde",
        "soir",
        "noite",
        "irole",
        "yamma",
        "mgbede",
        "jioni",
        "usiku",
        "mchana",
        "مساء",
        "المساء",
        "ليلا",
        "second",
    ]) {
        return Some(Part::Evening);
    }
    word(&["morning", "am", "early", "manana", "matin", "manha", "aaro", "safe", "ututu", "asubuhi", "صباحا", "الصبح", "الصباح", "first"])
        .then_some(Part::Morning)
}
