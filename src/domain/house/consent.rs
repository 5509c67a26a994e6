//! Words with which people say that they want no messages, or want them again: whole messages, in every language spoken here.
//! English words: CTIA's messaging principles; the others as people of those languages write it.

use crate::domain::text::fold;

/// What somebody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// No messages but answers.
    Stop,
    /// Messages again.
    Start,
}

/// Folded as [`fold`] folds: small letters without marks.
const STOP: &[&str] = &[
    "stop",
    "stopall",
    "stop all",
    "unsubscribe",
    "opt out",
    "optout",
    "quit",
    "stop messages",
    "stop messaging me",
    "stop texting me",
    "no more messages",
    "abeg stop",
    "make una stop",
    "no send me message again",
    "da duro",
    "e da duro",
    "e ma fi ranse si mi mo",
    "daina",
    "ku daina",
    "a daina",
    "daina aiko min da sako",
    "kwusi",
    "kwusi izitere m ozi",
    "biko kwusi",
    "baja",
    "parar",
    "no mas mensajes",
    "cancelar suscripcion",
    "darme de baja",
    "arret",
    "arreter",
    "arretez",
    "desabonnement",
    "me desabonner",
    "plus de messages",
    "pare",
    "sair",
    "cancelar inscricao",
    "descadastrar",
    "nao quero mais mensagens",
    "acha kunitumia ujumbe",
    "acheni kunitumia ujumbe",
    "msinitumie ujumbe",
    "sitaki ujumbe",
    "sitaki ujumbe tena",
    "jiondoe",
    "niondoe",
    "توقف",
    "توقفوا",
    "ايقاف",
    "وقف",
    "اوقف الرسايل",
    "الغاء الاشتراك",
    "لا ترسلوا لي",
    "لا اريد رسايل",
    "كفي رسايل",
    "بلاش رسايل",
];
const START: &[&str] = &[
    "start",
    "unstop",
    "subscribe",
    "opt in",
    "optin",
    "resubscribe",
    "make una start again",
    "tun bere",
    "e tun bere",
    "ci gaba",
    "maliteghachi",
    "malite",
    "alta",
    "suscribir",
    "suscribirme",
    "reprendre",
    "m'abonner",
    "abonner",
    "inscrever",
    "quero mensagens",
    "nitumieni ujumbe",
    "jiunge",
    "استيناف",
    "اشتراك",
    "اشترك",
    "اريد رسايل",
];

/// What a whole message asks for; none when it is about anything else. "Stop" inside a sentence is no wish.
pub fn wish(text: &str) -> Option<Wish> {
    let folded = fold(text);
    let said = folded.trim().trim_matches(|c: char| c.is_ascii_punctuation() && c != '\'').trim();
    if said.chars().count() > 40 {
        return None;
    }
    let is = |words: &[&str]| words.contains(&said);
    match (is(STOP), is(START)) {
        (true, _) => Some(Wish::Stop),
        (_, true) => Some(Wish::Start),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_as_they_are_compared() {
        for word in STOP.iter().chain(START) {
            assert_eq!(fold(word), **word);
            assert!(wish(word).is_some());
        }
        assert!(STOP.iter().all(|w| !START.contains(w)));
    }

    #[test]
    fn only_a_whole_message_is_a_wish() {
        assert_eq!(wish(" STOP! "), Some(Wish::Stop));
        assert_eq!(wish("Arrêtez."), Some(Wish::Stop));
        assert_eq!(wish("Ẹ dá dúró"), Some(Wish::Stop));
        assert_eq!(wish("إيقاف"), Some(Wish::Stop));
        assert_eq!(wish("لا أريد رسائل!"), Some(Wish::Stop));
        assert_eq!(wish("start"), Some(Wish::Start));
        for other in ["stop at Yaba please", "where is the bus stop", "when do you start?", "2 jollof", ""] {
            assert_eq!(wish(other), None, "{other}");
        }
    }
}
