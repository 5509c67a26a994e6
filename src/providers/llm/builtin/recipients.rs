//! Who receives an order and in which room: noted in the customer's words for whoever brings it.

use super::words::{Gap, Word, Words};

/// "her", "his": whose name or number it is, when not the customer's.
static OTHERS: Words = Words::new("her his their receiver receivers recipient recipients mums dads wifes husbands");
/// Rooms of a house that has several.
static ROOMS: Words = Words::new("room rm suite ward office floor apartment apt");

/// The stretches of a text that say who receives the order: those with a telephone, another person's name or number, a room.
pub fn whom<'t>(words: &[Word], text: &'t str) -> Vec<&'t str> {
    // "Chika, 08033445566": a short text with a telephone is all about who receives it.
    if words.len() < 9 && has_telephone(words) && !words.iter().any(|w| w.number.is_some_and(|n| n < 1_000)) {
        return vec![text.trim()];
    }
    sentences(words).filter_map(|(from, to)| stretch(words, from, to)).map(|(from, to)| &text[words[from].from..words[to - 1].to]).collect()
}

/// Whether the name at this word is another person's: "her name is Kemi".
pub fn is_anothers(words: &[Word], name: usize) -> bool {
    words[..name].iter().rev().take(2).any(|w| OTHERS.has(&w.text))
}

/// A telephone: ten to fourteen digits, in one or several words.
fn has_telephone(words: &[Word]) -> bool {
    let digits = |w: &Word| w.text.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit());
    let parts = words.split(|w| !digits(w));
    parts.map(|run| run.iter().map(|w| w.text.trim_start_matches('+').len()).sum::<usize>()).any(|n| (10..15).contains(&n))
}

/// The parts of a text between full stops.
fn sentences(words: &[Word]) -> impl Iterator<Item = (usize, usize)> {
    let ends = (1..=words.len()).filter(|to| *to == words.len() || words[to - 1].after >= Gap::Stop);
    ends.scan(0, |from, to| Some((std::mem::replace(from, to), to)))
}

/// Of a sentence, the part that says who or where inside.
fn stretch(words: &[Word], from: usize, to: usize) -> Option<(usize, usize)> {
    let word = |i: usize| words.get(i).filter(|_| i < to).map_or("", |w| w.text.as_str());
    if let Some(at) = (from..to).find(|i| begins(words, *i, to)) {
        return Some((at, to));
    }
    // "room 204": the room alone.
    let numbered = |i: &usize| ROOMS.has(word(*i)) && words.get(i + 1).filter(|_| i + 1 < to).is_some_and(|w| w.number.is_some());
    let room = (from..to).find(numbered)?;
    (words[room].after == Gap::None).then_some((room, room + 2))
}

/// "her number is", "receiver: Kemi", "phone 0803…".
fn begins(words: &[Word], at: usize, to: usize) -> bool {
    let word = |i: usize| words.get(i).filter(|_| i < to).map_or("", |w| w.text.as_str());
    let named = matches!(word(at + 1), "name" | "number" | "phone" | "line" | "contact");
    let other = OTHERS.has(word(at)) && (named || !matches!(word(at), "her" | "his" | "their"));
    let phone = matches!(word(at), "phone" | "tel" | "contact" | "mobile" | "call" | "number") && has_telephone(&words[at..to.min(at + 4)]);
    other || phone
}

#[cfg(test)]
mod tests {
    use super::super::words::cut;
    use super::*;

    #[test]
    fn who_receives_it_and_where() {
        let of = |t: &'static str| whom(&cut(t), t).join("; ");
        assert_eq!(of("Chika, 08033445566"), "Chika, 08033445566");
        assert_eq!(
            of("send 1 jollof to my mum at 17 Ogunlana Drive, Surulere. her number is 08031234567 and her name is Egusi"),
            "her number is 08031234567 and her name is Egusi"
        );
        assert_eq!(of("2 chin chin deliver to 17 Ogunlana Drive. Receiver: Kemi 08031234567"), "Receiver: Kemi 08031234567");
        assert_eq!(of("1 zobo deliver to 7 Ogunlana drive, phone 08030001111"), "phone 08030001111");
        assert_eq!(of("Room 204: club sandwich and two breakfast trays"), "Room 204");
        assert_eq!(of("2 breakfast to room 7 at 7am tomorrow"), "room 7");
        assert_eq!(of("I want 2 rooms"), "");
        assert_eq!(of("2 jollof and 1 coke please"), "");
    }
}
