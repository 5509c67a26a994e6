//! What a member may order Steward to do from a verified phone, in a few plain words.

/// An order to Steward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The money of this order is there.
    Approve(i64),
    /// It is not; with words for the customer.
    Reject(i64, String),
    /// This is sold out.
    SoldOut(String),
    /// This can be had again.
    Back(String),
    /// Which orders are open.
    Orders,
    /// How the day goes.
    Today,
    /// Send that every day at this hour; none: not any more.
    DigestAt(Option<u8>),
    /// What can be said.
    Help,
}

/// What the words that can be said are, for "help".
pub const HELP: &str = "You can write:\ntoday\norders\napprove 1042\nreject 1042 nothing has come in\nsold out jollof\nback jollof\ndigest 20 (every day at 20:00)\ndigest off";

/// Reads a command. Anything else is like any customer's words.
pub fn read(text: &str) -> Option<Command> {
    let text = crate::domain::arabic::digits(text);
    let text = text.trim().trim_end_matches(['.', '!']).trim();
    if text.chars().count() > 300 || text.lines().count() > 1 {
        return None;
    }
    let lower = text.to_lowercase();
    match lower.as_str() {
        "orders" => return Some(Command::Orders),
        "today" => return Some(Command::Today),
        "help" => return Some(Command::Help),
        "digest off" => return Some(Command::DigestAt(None)),
        _ => {}
    }
    // Lower-casing may change how long a text is, so what follows the words is cut from the text itself.
    let after = |words: &str| -> Option<&str> {
        let head = text.get(..words.len())?;
        let rest = text.get(words.len()..)?;
        (head.eq_ignore_ascii_case(words) && rest.starts_with(char::is_whitespace)).then(|| rest.trim()).filter(|r| !r.is_empty())
    };
    if let Some(rest) = after("approve") {
        return number(rest).filter(|(_, more)| more.is_empty()).map(|(n, _)| Command::Approve(n));
    }
    if let Some(rest) = after("reject") {
        return number(rest).map(|(n, why)| Command::Reject(n, why.to_owned()));
    }
    if let Some(what) = after("sold out") {
        return Some(Command::SoldOut(what.to_owned()));
    }
    if let Some(what) = after("back") {
        return Some(Command::Back(what.to_owned()));
    }
    let hour: u8 = after("digest")?.parse().ok()?;
    (hour < 24).then_some(Command::DigestAt(Some(hour)))
}

/// "1042", "#1042", and what follows.
fn number(text: &str) -> Option<(i64, &str)> {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let digits = first.trim_start_matches('#');
    let n = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    Some((n, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_understood() {
        let cases = [
            (" Approve #1042! ", Command::Approve(1042)),
            ("approve ١٠٤٢", Command::Approve(1042)),
            ("reject 1042 nothing came", Command::Reject(1042, "nothing came".into())),
            ("Sold out Jollof Rice", Command::SoldOut("Jollof Rice".into())),
            ("BACK jollof", Command::Back("jollof".into())),
            ("Orders", Command::Orders),
            ("today.", Command::Today),
            ("digest 7", Command::DigestAt(Some(7))),
            ("digest off", Command::DigestAt(None)),
        ];
        for (text, command) in cases {
            assert_eq!(read(text), Some(command), "{text}");
        }
    }

    #[test]
    fn other_words_are_a_customers() {
        for text in [
            "approve",
            "approve 10 and 11",
            "approve ten",
            "I want two orders",
            "back",
            "soldout x",
            "digest 24",
            "sold out\nx",
            "ßack jollof",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
