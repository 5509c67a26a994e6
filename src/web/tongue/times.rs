//! Times and lengths of time as `web::format` and the pages write them in English, said in French.

const WEEKDAYS: &[(&str, &str)] = &[
    ("Monday", "lundi"),
    ("Tuesday", "mardi"),
    ("Wednesday", "mercredi"),
    ("Thursday", "jeudi"),
    ("Friday", "vendredi"),
    ("Saturday", "samedi"),
    ("Sunday", "dimanche"),
    ("Mon", "lun."),
    ("Tue", "mar."),
    ("Wed", "mer."),
    ("Thu", "jeu."),
    ("Fri", "ven."),
    ("Sat", "sam."),
    ("Sun", "dim."),
];

const MONTHS: &[(&str, &str)] = &[
    ("January", "janvier"),
    ("February", "février"),
    ("March", "mars"),
    ("April", "avril"),
    ("May", "mai"),
    ("June", "juin"),
    ("July", "juillet"),
    ("August", "août"),
    ("September", "septembre"),
    ("October", "octobre"),
    ("November", "novembre"),
    ("December", "décembre"),
    ("Jan", "janv."),
    ("Feb", "févr."),
    ("Mar", "mars"),
    ("Apr", "avr."),
    ("Jun", "juin"),
    ("Jul", "juil."),
    ("Aug", "août"),
    ("Sep", "sept."),
    ("Oct", "oct."),
    ("Nov", "nov."),
    ("Dec", "déc."),
];

const PLAIN: &[(&str, &str)] = &[
    ("Today", "aujourd’hui"),
    ("today", "aujourd’hui"),
    ("Yesterday", "hier"),
    ("yesterday", "hier"),
    ("Tomorrow", "demain"),
    ("tomorrow", "demain"),
    ("now", "maintenant"),
    ("under a minute", "moins d’une minute"),
    ("1 day", "1 jour"),
    ("1 night", "1 nuit"),
];

fn find(list: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    list.iter().find(|(en, _)| *en == word).map(|(_, fr)| *fr)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// "10:02", also "24:00".
fn is_clock(word: &str) -> bool {
    word.split_once(':').is_some_and(|(h, m)| is_number(h) && h.len() <= 2 && is_number(m) && m.len() == 2)
}

/// A time, a day or a length of time in French; nothing when the text is none of these.
pub fn say(text: &str) -> Option<String> {
    if text.len() > 60 {
        return None;
    }
    find(PLAIN, text).map(str::to_owned).or_else(|| length(text)).or_else(|| day(text))
}

/// "3 days", "2.4 s", "23 h 46 min".
fn length(text: &str) -> Option<String> {
    if let Some((n, unit)) = text.split_once(' ')
        && is_number(n)
    {
        let many = |one: &str, many: &str| Some(format!("{n} {}", if matches!(n, "0" | "1") { one } else { many }));
        match unit {
            "days" => return many("jour", "jours"),
            "nights" => return many("nuit", "nuits"),
            "hours" => return many("heure", "heures"),
            "minutes" => return many("minute", "minutes"),
            "weeks" => return many("semaine", "semaines"),
            "months" => return many("mois", "mois"),
            _ => {}
        }
    }
    let words: Vec<&str> = text.split(' ').collect();
    let pairs =
        words.chunks(2).all(|p| p.len() == 2 && p[0].starts_with(|c: char| c.is_ascii_digit()) && is_unit(p[1]) && is_decimal(p[0]));
    pairs.then(|| text.replace('.', ","))
}

fn is_unit(word: &str) -> bool {
    matches!(word, "h" | "min" | "s" | "ms" | "µs")
}

fn is_decimal(word: &str) -> bool {
    let (whole, rest) = word.split_once('.').unwrap_or((word, "0"));
    is_number(whole) && is_number(rest)
}

/// "Thu 10:02", "3 Nov 2025", "Saturday 21 November, 10:16", "24 Dec 18:00 to 20:00".
fn day(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let mut named = false;
    let words: Vec<&str> = text.split(' ').collect();
    for (i, whole) in words.iter().enumerate() {
        let (word, comma) = whole.strip_suffix(',').map_or((*whole, ""), |w| (w, ","));
        let month_next = words.get(i + 1).is_some_and(|w| find(MONTHS, w.trim_end_matches(',')).is_some());
        let said = if let Some(name) = find(WEEKDAYS, word).or_else(|| find(MONTHS, word)) {
            named = true;
            name
        } else if word == "1" && month_next {
            "1er"
        } else if is_number(word) && word.len() <= 4 || is_clock(word) || word == "–" || word == "-" {
            word
        } else if named && matches!(word, "to" | "at") {
            "à"
        } else if i == 0 && i + 1 < words.len() {
            named = true;
            find(PLAIN, word).filter(|_| matches!(word, "Today" | "Yesterday" | "Tomorrow" | "today" | "yesterday" | "tomorrow"))?
        } else {
            return None;
        };
        out.push(format!("{said}{comma}"));
    }
    named.then(|| out.join(" "))
}

/// Whether a text that stands alone reads better with a capital: whole names of days.
pub fn wants_capital(text: &str) -> bool {
    let first = text.split([' ', ',']).next().unwrap_or_default();
    find(PLAIN, first).is_some_and(|_| first.starts_with(char::is_uppercase)) || first.len() > 3 && find(WEEKDAYS, first).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_lengths() {
        let cases = [
            ("Thu", "jeu."),
            ("Thu 10:02", "jeu. 10:02"),
            ("3 Nov", "3 nov."),
            ("1 Nov 2025 10:02", "1er nov. 2025 10:02"),
            ("Saturday 21 November, 10:16", "samedi 21 novembre, 10:16"),
            ("1 November", "1er novembre"),
            ("Today", "aujourd’hui"),
            ("Today 14:05", "aujourd’hui 14:05"),
            ("1 day", "1 jour"),
            ("3 days", "3 jours"),
            ("31 min", "31 min"),
            ("23 h 46 min", "23 h 46 min"),
            ("2.4 s", "2,4 s"),
            ("under a minute", "moins d’une minute"),
        ];
        for (en, fr) in cases {
            assert_eq!(say(en).as_deref(), Some(fr), "{en}");
        }
        for other in ["Mama Put", "12", "10:02", "Sun Cafe", "3 Novels", "", "Orders", "at", "to"] {
            assert_eq!(say(other), None, "{other}");
        }
    }
}
