//! Text as words to be found: folded, stemmed, and cut into parts for an embedding.
//!
//! Stems are Snowball's (Porter 2001) for English, French, Spanish and Portuguese; other languages keep their words.
//! What language a text is in is told by its small words, so nobody has to say it.

use super::arabic;
use super::text::fold;
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// A language with stems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tongue {
    /// English, and Pidgin for the sake of its words.
    English,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
}

impl Tongue {
    const ALL: [Self; 4] = [Self::English, Self::French, Self::Spanish, Self::Portuguese];

    fn stemmer(self) -> Stemmer {
        Stemmer::create(match self {
            Self::English => Algorithm::English,
            Self::French => Algorithm::French,
            Self::Spanish => Algorithm::Spanish,
            Self::Portuguese => Algorithm::Portuguese,
        })
    }

    /// Small words, folded. Those of several languages count for each.
    const fn small(self) -> &'static str {
        match self {
            Self::English => {
                " a about am an and any are as at be because been but by can could did do does for from get had has have he her his how i if in into is it its just me my no not of on one or our out she should so some than that the their them then there these they this to up us was we were what when where which while who whom why will with would you your "
            }
            Self::French => {
                " a ai alors au aucun aussi avec avez avoir avons ce ces cette comme comment dans de des deux donc dont du elle elles en est et etait etre eu il ils j je l la le les leur leurs lui ma mais me meme mes moi mon n ne nos notre nous on ont ou par pas pendant plus pour pourquoi qu quand que quel quelle quelles quels qui quoi sa sans se ses si son sont sous sur ta te tes toi ton tu un une vos votre vous y "
            }
            Self::Spanish => {
                " a al algo ante antes aquel como con contra cual cuales cuando cuanto cuanta cuantos cuantas de del desde donde durante e el ella ellas ellos en entre era es esa ese eso esta este esto fue ha han hasta hay la las le les lo los mas me mi mis mucho muy nada ni no nos o os otra otro para pero por porque que quien quienes se ser si sin sobre son su sus tambien te tiene todo todos tu tus un una uno unos y ya yo "
            }
            Self::Portuguese => {
                " a ao aos aquela aquele as ate com como da das de dela dele delas deles depois do dos e ela elas ele eles em entre era essa esse esta este eu foi ha isso isto ja lhe mais mas me mesmo meu minha muito na nao nas nem no nos nossa nosso num numa o onde os ou para pela pelas pelo pelos por qual quais quando quanto quanta quantos quantas que quem sao se sem ser seu seus so sua suas tambem te tem um uma umas uns voce voces "
            }
        }
    }
}

/// Small words of languages without stems here: Pidgin, Yoruba, Hausa, Igbo, Swahili, Arabic.
const SMALL_ELSEWHERE: &str = " abeg abi dem dey dis e for fit go i im make na no ogo oga una wan wetin wey you o ni ti si mo mi won ati fun pelu se nje kini bawo nibo a ba da ga in ita ko ku mai ne ce shi sai ta wa wannan yana yaya ya yi zan za ina menene nawa n ka m na nke ndi gi di bu ihe kedu ebee ole maka ga ya cha hii huo je kwa la ni nini vipi wapi wa za katika hadi ya kwa na gani lini mna je hii من في علي الي عن مع هل ما ماذا متي كم اين كيف هو هي هذا هذه عند عندكم لديكم يوجد و او ان لا يا ";

/// Which lists hold a small word, one bit each: the languages with stems in their order, then the others together.
static SMALL: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for (n, list) in Tongue::ALL.iter().map(|t| t.small()).chain([SMALL_ELSEWHERE]).enumerate() {
        list.split_whitespace().for_each(|w| *all.entry(w).or_insert(0) |= 1 << n);
    }
    all
});

fn lists(word: &str) -> u8 {
    SMALL.get(word).copied().unwrap_or(0)
}

/// The words of a text: folded, in order. Numbers stay; signs go.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let apart = |c: char| !(c.is_alphanumeric() || c == '\'');
    let mut out = Vec::new();
    for word in folded.split(apart).map(|w| w.trim_matches('\'')).filter(|w| !w.is_empty()) {
        push_bare(word, &mut out);
    }
    out
}

/// Arabic writes "and" and the article together with the word: "والسعر" is found by "سعر".
fn without_article(word: &str) -> &str {
    if !word.starts_with(arabic::is_letter) {
        return word;
    }
    let rest = if arabic::leads_with_and(word) { word.strip_prefix('و').unwrap_or(word) } else { word };
    arabic::bare(rest)
}

/// "john's" is "john"; "l'hotel" and "d'eau" are the word and what stands before it.
fn push_bare(word: &str, out: &mut Vec<String>) {
    match word.split_once('\'') {
        None => out.push(without_article(word).to_owned()),
        Some((head, "s" | "t" | "re" | "ll" | "ve" | "d" | "m")) => out.push(without_article(head).to_owned()),
        Some((head, tail)) => {
            for part in [head, tail].into_iter().filter(|p| !p.is_empty()) {
                out.push(without_article(&part.replace('\'', "")).to_owned());
            }
        }
    }
}

/// The language most of the small words belong to; none when there is no majority.
pub fn tongue(words: &[String]) -> Option<Tongue> {
    match tongues(words).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// The languages most of the small words belong to: several when they share them, as Spanish and Portuguese do; none when
/// there are no small words.
pub fn tongues(words: &[String]) -> Vec<Tongue> {
    let mut counts = [0usize; Tongue::ALL.len()];
    for lists in words.iter().map(|w| lists(w)) {
        counts.iter_mut().enumerate().for_each(|(n, count)| *count += usize::from(lists >> n & 1));
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    Tongue::ALL.into_iter().zip(counts).filter(|(_, n)| *n == most && most > 0).map(|(t, _)| t).collect()
}

/// A question without its small words, as it was written otherwise: what it is about, for a comparison by meaning across
/// languages. The question itself when there is nothing else.
pub fn gist(text: &str) -> String {
    let bare = text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    let kept: Vec<&str> = bare.filter(|w| words(w).iter().any(|x| !is_small(x))).collect();
    if kept.is_empty() { text.to_owned() } else { kept.join(" ") }
}

/// Whether a word says nothing about what is looked for.
pub fn is_small(word: &str) -> bool {
    lists(word) != 0
}

fn stem(with: &Stemmer, word: &str) -> String {
    if word.bytes().any(|b| b.is_ascii_digit()) { word.to_owned() } else { with.stem(word).into_owned() }
}

/// A text as the index keeps it: its words, and their stems in its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed {
    /// Folded words with spaces between.
    pub words: String,
    /// Their stems.
    pub stems: String,
}

/// Prepares a text for the index.
pub fn index(text: &str) -> Indexed {
    let words = words(text);
    let with = stemmer_of(&words);
    let stems = words.iter().map(|w| stem(&with, w)).collect::<Vec<_>>().join(" ");
    Indexed { words: words.join(" "), stems }
}

/// The stemmer of a text's language; that of English when it is unclear.
fn stemmer_of(words: &[String]) -> Stemmer {
    tongue(words).unwrap_or(Tongue::English).stemmer()
}

/// Which of some terms stand in a text as the index would keep it, in their order.
pub fn standing<'a>(terms: impl Iterator<Item = &'a Term>, text: &str) -> Vec<bool> {
    let words = words(text);
    let with = stemmer_of(&words);
    let mut stems: Vec<Option<String>> = vec![None; words.len()];
    let mut stands = |t: &Term| {
        let letters: Vec<Option<char>> = t.stems.iter().map(|s| s.chars().next()).collect();
        words.contains(&t.word)
            // No stemmer changes the first letter of a folded word, so most words need no stem.
            || words.iter().zip(&mut stems).filter(|(w, _)| letters.contains(&w.chars().next())).any(|(w, s)| {
                t.stems.contains(s.get_or_insert_with(|| stem(&with, w)))
            })
    };
    terms.map(&mut stands).collect()
}

/// One word looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// As it was written, folded.
    pub word: String,
    /// What it may be stemmed to; several when the language is unclear.
    pub stems: Vec<String>,
}

/// The words of a question that matter, each once; small words only when there is nothing else.
pub fn terms(text: &str) -> Vec<Term> {
    let all = words(text);
    let tongues = tongue(&all).map_or(Tongue::ALL.to_vec(), |t| vec![t]);
    let stemmers: Vec<Stemmer> = tongues.iter().map(|t| t.stemmer()).collect();
    let mut seen = BTreeSet::new();
    let mut out: Vec<(bool, Term)> = Vec::new();
    for word in all {
        if !seen.insert(word.clone()) {
            continue;
        }
        let stems: BTreeSet<String> = stemmers.iter().map(|s| stem(s, &word)).collect();
        out.push((is_small(&word), Term { word, stems: stems.into_iter().collect() }));
    }
    let only_small = out.iter().all(|(small, _)| *small);
    out.into_iter().filter(|(small, _)| only_small || !small).map(|(_, t)| t).take(TERMS).collect()
}

/// Words of a question that are looked for at most.
const TERMS: usize = 48;

/// First line and the rest: a heading, a question or a name, and what stands below it.
pub fn title_and_body(text: &str) -> (&str, &str) {
    match text.trim().split_once('\n') {
        Some((title, body)) => (title.trim(), body.trim()),
        None => ("", text.trim()),
    }
}

/// Characters of a part: two sentences or so. A short question is nearer to the sentences that answer it than to a page.
const PART: usize = 240;
/// Parts of one text at most.
const PARTS: usize = 32;

/// The parts of a text that get a vector each: the whole, its title, and groups of sentences below the title.
pub fn parts(text: &str) -> Vec<String> {
    let (title, body) = title_and_body(text);
    let mut out = vec![text.trim().to_owned()];
    if !title.is_empty() && !body.is_empty() {
        out.push(title.to_owned());
    }
    let groups = groups(body);
    if groups.len() > 1 {
        out.extend(groups.into_iter().take(PARTS).map(|g| format!("{title} {g}").trim().to_owned()));
    }
    out
}

/// Sentences joined to groups of at most [`PART`] characters; a longer sentence is a group of its own.
fn groups(body: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for sentence in sentences(body) {
        match out.last_mut() {
            Some(last) if last.chars().count() + sentence.chars().count() < PART => {
                last.push(' ');
                last.push_str(sentence);
            }
            _ => out.push(sentence.to_owned()),
        }
    }
    out
}

/// Cuts after the end of a sentence or a line; "3.5" stays whole.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut from, mut ended) = (0, false);
    for (at, c) in text.char_indices() {
        if c == '\n' || (ended && c.is_whitespace()) {
            out.push(&text[from..at]);
            from = at;
            ended = false;
        } else {
            ended = matches!(c, '.' | '!' | '?' | '…' | '。' | '؟') || (ended && matches!(c, '"' | '\'' | ')' | '”' | '»'));
        }
    }
    out.push(&text[from..]);
    out.into_iter().map(str::trim).filter(|s| !s.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_languages_are_folded_and_stemmed() {
        assert_eq!(words("L’hôtel d'Abéokuta: Ẹ̀bà, ƙwai & 2 rooms"), ["l", "hotel", "d", "abeokuta", "eba", "kwai", "2", "rooms"]);
        assert_eq!(words("المَسبح والإفطار للضيوف ٢٤ ساعة"), ["مسبح", "افطار", "ضيوف", "24", "ساعه"]);
        assert_eq!(index("The rooms are booked").stems, "the room are book");
        assert_eq!(index("las habitaciones de la casa están reservadas").stems, "las habit de la cas estan reserv");
        assert_eq!(tongue(&words("onde fica o hotel e quanto custa")), Some(Tongue::Portuguese));
        assert_eq!(tongue(&words("où est la chambre pour nous")), Some(Tongue::French));
        assert_eq!(tongue(&words("jollof")), None);
        assert_eq!(tongues(&words("a que horas abre a piscina")), [Tongue::French, Tongue::Spanish, Tongue::Portuguese]);
        assert!(tongues(&words("jollof")).is_empty());
        assert_eq!(gist("¿A qué hora es el desayuno?"), "hora desayuno");
        assert_eq!(gist("¿y tú?"), "¿y tú?", "nothing else is left");
        assert_eq!(gist("¿por qué?"), "¿por qué?");
    }

    #[test]
    fn what_stands_in_a_text_is_what_its_index_holds() {
        let texts = [
            "The rooms are booked; skis, dying lilies and happy children's toys",
            "las habitaciones de la casa están reservadas y yo también",
            "les chambres où les enfants jouaient ne sont pas libres",
            "os quartos são reservados à noite para vocês",
            "yellow youths enjoying eyes 24 hours",
            "",
        ];
        for text in texts {
            let kept = index(text);
            let holds = |list: &str, w: &str| list.split(' ').any(|x| x == w);
            for asked in texts {
                let terms = terms(asked);
                let want: Vec<bool> =
                    terms.iter().map(|t| holds(&kept.words, &t.word) || t.stems.iter().any(|s| holds(&kept.stems, s))).collect();
                assert_eq!(standing(terms.iter(), text), want, "{asked} in {text}");
            }
        }
    }

    #[test]
    fn a_question_keeps_the_words_that_matter() {
        let of = |q: &str| terms(q).into_iter().map(|t| t.word).collect::<Vec<_>>();
        assert_eq!(of("What time is the breakfast?"), ["time", "breakfast"]);
        assert_eq!(of("how are you"), ["how", "are", "you"]);
        assert_eq!(of("¿A qué hora es el desayuno?"), ["hora", "desayuno"]);
        assert!(terms("camisas").first().unwrap().stems.contains(&"camis".to_owned()));
    }

    #[test]
    fn a_long_text_has_parts_that_do_not_cut_sentences() {
        assert_eq!(
            sentences("It costs 3.5 euros. Really? \"Yes.\" said he\nEnd"),
            ["It costs 3.5 euros.", "Really?", "\"Yes.\"", "said he", "End"]
        );
        assert_eq!(parts("Rice").len(), 1);
        assert_eq!(parts("Rice\nWith chicken."), ["Rice\nWith chicken.", "Rice"]);
        let long = format!("Pool\n{}", "The pool is open all day for guests of the house. ".repeat(12));
        let parts = parts(&long);
        assert!(parts.len() >= 4 && parts.len() <= 6, "{}", parts.len());
        assert!(parts.iter().skip(2).all(|p| p.starts_with("Pool The pool") && p.chars().count() <= PART + 6));
    }

    #[test]
    fn the_first_line_is_the_title() {
        assert_eq!(title_and_body("Breakfast\nFrom seven."), ("Breakfast", "From seven."));
        assert_eq!(title_and_body("From seven."), ("", "From seven."));
    }
}
