//! What of a letter was written now: without the letter it answers, without the signature.
//!
//! Forwarded letters stay: whoever forwards one wants it read. Answers between the lines of a quotation stay too.

/// Words an attribution ends with: "On Friday Ada wrote:".
const WROTE: [&str; 9] = ["wrote:", "a écrit :", "a écrit:", "escribió:", "escreveu:", "schrieb:", "ha scritto:", "napisał:", "schreef:"];
/// What a wrapped attribution begins with.
const BEGUN: [&str; 9] = ["On ", "Le ", "El ", "Em ", "A ", "Am ", "Il ", "W dniu ", "Op "];
/// Lines that begin what another program quotes without marks.
const ORIGINAL: [&str; 5] = ["original message", "message d'origine", "mensaje original", "mensagem original", "ursprüngliche nachricht"];
const FORWARD: [&str; 5] =
    ["forwarded message", "message transféré", "mensaje reenviado", "mensagem encaminhada", "weitergeleitete nachricht"];
/// First words of the block of headers such a program writes, and those of the lines below.
const BLOCK_FIRST: [&str; 3] = ["from:", "de:", "von:"];
const BLOCK_REST: [&str; 11] =
    ["sent:", "date:", "to:", "subject:", "envoyé:", "enviado:", "enviado el:", "à:", "para:", "gesendet:", "an:"];
/// What phones write below.
const PHONES: [&str; 7] =
    ["sent from my ", "sent from mail for", "get outlook for", "envoyé de mon ", "enviado desde mi ", "enviado do meu ", "von meinem "];
/// A signature is at most so long; what is longer was meant to be read.
const SIGNATURE_LINES: usize = 15;
/// Lines after which nothing is looked at any more.
const LINES: usize = 20_000;

/// What the sender wrote now. `from_html`: the text was made of HTML, where what is quoted carries no marks. When nothing would be left,
/// the whole is given back: a letter is never read as empty because of us.
pub fn cut(text: &str, from_html: bool) -> String {
    let lines: Vec<&str> = text.lines().take(LINES).map(str::trim_end).collect();
    let kept = without_signature(without_quotes(&lines, from_html));
    let kept = tidy(&kept);
    if kept.is_empty() { tidy(&lines) } else { kept }
}

fn without_quotes<'a>(lines: &[&'a str], from_html: bool) -> Vec<&'a str> {
    let mut out = Vec::with_capacity(lines.len());
    let mut at = 0;
    let mut forwarded = false;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        forwarded |= is_forward(line);
        if !forwarded && begins_original(rest) {
            break;
        }
        if let Some(n) = attribution(rest) {
            if from_html {
                break;
            }
            at += n;
            continue;
        }
        if !is_quoted(line) {
            out.push(*line);
        }
        at += 1;
    }
    out
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Whether a forwarded letter begins here: its headers look like those of one that is answered.
fn is_forward(line: &str) -> bool {
    let low = line.trim().to_lowercase();
    low.starts_with("---") && FORWARD.iter().any(|w| low.contains(w))
}

/// How many lines an attribution takes, when one begins here: long ones are wrapped.
fn attribution(rest: &[&str]) -> Option<usize> {
    let first = rest.first()?.trim();
    if first.is_empty() || is_quoted(first) {
        return None;
    }
    let mut joined = String::new();
    for (n, line) in rest.iter().take(3).enumerate() {
        let line = line.trim();
        if line.is_empty() || is_quoted(line) {
            return None;
        }
        joined.push_str(line);
        let low = joined.to_lowercase();
        let said = WROTE.iter().any(|w| low.ends_with(w)) && low.chars().count() < 300;
        // A line before it belongs to it only when it begins as such lines do.
        let begun = n == 0 || BEGUN.iter().any(|w| first.starts_with(w));
        // It names a day or an address; "He wrote:" in somebody's own words does neither.
        if said && begun && (low.contains('@') || low.bytes().filter(u8::is_ascii_digit).count() >= 3) {
            return Some(n + 1);
        }
        if line.ends_with(':') {
            return None;
        }
        joined.push(' ');
    }
    None
}

/// Whether everything from here on is the letter that is answered, as programs write it that quote without marks.
fn begins_original(rest: &[&str]) -> bool {
    let Some(first) = rest.first().map(|l| l.trim().to_lowercase()) else { return false };
    if first.starts_with("---") && ORIGINAL.iter().any(|w| first.contains(w)) {
        return true;
    }
    let block = |from: usize| {
        let line = |n: usize| rest.get(from + n).map(|l| headline(l)).unwrap_or_default();
        BLOCK_FIRST.iter().any(|w| line(0).starts_with(w))
            && (1..5).filter(|n| BLOCK_REST.iter().any(|w| line(*n).starts_with(w))).count() >= 2
    };
    if first.len() >= 20 && first.bytes().all(|b| b == b'_') {
        return (1..4).any(block);
    }
    block(0)
}

/// A line as the block's names are compared: without stars, lower case, "De :" as "de:".
fn headline(line: &str) -> String {
    line.trim().trim_start_matches('*').to_lowercase().replacen(" :", ":", 1).replacen('\u{a0}', "", 1)
}

fn without_signature(mut lines: Vec<&str>) -> Vec<&str> {
    if let Some(at) = lines.iter().rposition(|l| matches!(l.trim_end(), "--" | "—"))
        && lines.len() - at <= SIGNATURE_LINES
    {
        lines.truncate(at);
    }
    while let Some(last) = lines.last().map(|l| l.trim().to_lowercase()) {
        if !last.is_empty() && !PHONES.iter().any(|p| last.starts_with(p)) {
            break;
        }
        lines.pop();
    }
    lines
}

/// No more than one empty line in a row, none at the ends.
fn tidy(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in lines {
        if line.trim().is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if gap { "\n\n" } else { "\n" });
        }
        gap = false;
        out.push_str(line.trim_end());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_is_cut_and_what_was_written_stays() {
        let gmail = "Yes, 2 plates please.\n\nOn Fri, 20 Nov 2026 at 10:12, Mama Put <shop@example.com>\nwrote:\n\n> Which size?\n> 1. Small\n\n-- \nAda Obi\nObi & Sons";
        assert_eq!(cut(gmail, false), "Yes, 2 plates please.");
        let outlook = "Deal.\n\n________________________________\nFrom: Mama Put\nSent: Friday\nTo: Ada\nSubject: Price\n\nWe pay 80.";
        assert_eq!(cut(outlook, false), "Deal.");
        let french = "Oui merci\n\nLe ven. 20 nov. 2026 à 10:12, Shop <s@example.com> a écrit :\nLe prix est 80";
        assert_eq!(cut(french, true), "Oui merci");
        assert_eq!(cut("Thanks\n-----Original Message-----\nFrom: x", false), "Thanks");
        assert_eq!(cut("Bring it at 5\n\nSent from my iPhone", false), "Bring it at 5");
    }

    #[test]
    fn answers_between_the_lines_stay_and_nothing_is_emptied() {
        let between = "On 2026-11-20 Shop <s@example.com> wrote:\n> Which size?\nLarge.\n> Delivery?\nYes, to Yaba.";
        assert_eq!(cut(between, false), "Large.\nYes, to Yaba.");
        assert_eq!(cut("> only a quotation", false), "> only a quotation");
        let forwarded = "See below.\n\n---------- Forwarded message ---------\nFrom: Farm <f@example.com>\nDate: Friday\nSubject: Eggs\nTo: Ada\n\nEggs are 60 now.";
        assert!(cut(forwarded, false).contains("Eggs are 60 now."));
        assert_eq!(cut("He wrote:\nno eggs today", false), "He wrote:\nno eggs today");
        assert_eq!(cut("a\n\n\n\nb\r\n", false), "a\n\nb");
        assert_eq!(cut("", false), "");
    }
}
