//! Customers in a spreadsheet's CSV, in any order of columns.
//!
//! Columns (and other words for them): `name`, `phone`, `email`, `tags` (separated by `|`, `;` or commas), `language`, `consent` (yes or
//! no: may be written to first; empty leaves it), `note`. A row needs a phone number or an e-mail address.

use super::catalogue_csv::RowError;
use super::contact::{Identity, IdentityKind};
use super::member::check_email;
use super::sheet;
use crate::domain::error::{Error, Result};
use crate::domain::lang::Lang;
use crate::domain::phone::Phone;
use crate::domain::text::fold;
use csv::StringRecord;

/// Rows of one file at most.
pub const MOST_ROWS: usize = 100_000;

/// What one row says; what it does not say is empty or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Name.
    pub name: String,
    /// How they are known, at least one.
    pub identities: Vec<Identity>,
    /// Tags.
    pub tags: Vec<String>,
    /// Language.
    pub language: Option<Lang>,
    /// May be written to first.
    pub consent: Option<bool>,
    /// What the team knows.
    pub note: String,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Rows that can be kept, with their number.
    pub rows: Vec<(usize, Row)>,
    /// What is wrong with the others.
    pub errors: Vec<RowError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    First,
    Last,
    Phone,
    Email,
    Tags,
    Language,
    Consent,
    Note,
    Nothing,
}

const WORDS: [(Column, &[&str]); 9] = [
    (Column::Name, &["name", "fullname", "customer", "customername", "contact", "contactname"]),
    (Column::First, &["firstname", "givenname", "first"]),
    (Column::Last, &["lastname", "surname", "familyname", "last"]),
    (Column::Phone, &["phone", "phonenumber", "mobile", "whatsapp", "whatsappnumber", "number", "tel", "telephone", "phone1value"]),
    (Column::Email, &["email", "mail", "emailaddress", "email1value"]),
    (Column::Tags, &["tags", "tag", "labels", "group", "groups", "segment"]),
    (Column::Language, &["language", "lang"]),
    (Column::Consent, &["consent", "optin", "optedin", "maywrite", "marketing", "subscribed"]),
    (Column::Note, &["note", "notes", "remark", "remarks", "comment", "comments"]),
];

fn column(header: &str) -> Column {
    let word = sheet::word(header);
    WORDS.iter().find(|(_, all)| all.contains(&word.as_str())).map_or(Column::Nothing, |(c, _)| *c)
}

/// Reads a file; numbers without a country code are of `country`. An error when it is no table with a column of numbers or addresses.
pub fn read(bytes: &[u8], country: &str) -> Result<Sheet> {
    let (header, rows) = sheet::rows(bytes, MOST_ROWS)?;
    let columns: Vec<Column> = header.iter().map(column).collect();
    if !columns.contains(&Column::Phone) && !columns.contains(&Column::Email) {
        return Err(Error::field("file", "The file has no column of numbers. Its first row must hold \"phone\" or \"email\"."));
    }
    let (rows, errors) = sheet::each(&rows, |r| row(&columns, r, country));
    Ok(Sheet { rows, errors })
}

fn row(columns: &[Column], r: &StringRecord, country: &str) -> Result<Row> {
    let of = |c: Column| columns.iter().zip(r.iter()).find(|(x, v)| **x == c && !v.trim().is_empty()).map_or("", |(_, v)| v.trim());
    let whole = format!("{} {}", of(Column::First), of(Column::Last));
    let name = if of(Column::Name).is_empty() { whole.trim() } else { of(Column::Name) };
    if name.chars().count() > 120 || of(Column::Note).chars().count() > 2_000 {
        return Err(Error::field("name", "A name has at most 120 characters, a note at most 2,000."));
    }
    let mut identities = Vec::new();
    if !of(Column::Phone).is_empty() {
        let phone = Phone::parse(of(Column::Phone), country).ok_or_else(|| Error::field("phone", "That is not a phone number."))?;
        identities.push(Identity { kind: IdentityKind::Phone, value: phone.e164().to_owned() });
    }
    if !of(Column::Email).is_empty() {
        identities.push(Identity { kind: IdentityKind::Email, value: check_email(of(Column::Email))? });
    }
    if identities.is_empty() {
        return Err(Error::field("phone", "The row has neither a phone number nor an e-mail address."));
    }
    let consent = match fold(of(Column::Consent)).as_str() {
        "" => None,
        "yes" | "y" | "true" | "1" | "x" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => return Err(Error::field("consent", "Consent is yes, no or empty.")),
    };
    let language = language(of(Column::Language))?;
    let tags = of(Column::Tags).split(['|', ';', ',']).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    Ok(Row { name: name.to_owned(), identities, tags, language, consent, note: of(Column::Note).to_owned() })
}

/// By its code or its name; none for nothing.
fn language(text: &str) -> Result<Option<Lang>> {
    let text = fold(text);
    let fits = |l: &Lang| l.code() == text || fold(l.name()) == text;
    match Lang::ALL.into_iter().find(fits) {
        None if !text.is_empty() => Err(Error::field("language", "That is no language Steward writes. Give its code, such as en or yo.")),
        known => Ok(known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_rows_are_kept_and_bad_ones_told() {
        let file = "\u{feff}First name;Surname;Mobile;E-mail;Tags;Consent\nAda;Obi;0803 123 4567;ADA@example.com;vip|lagos;yes\nNobody;;;;;\nX;;12;;;\nY;;0803 123 4568;;;maybe\n\n";
        let s = read(file.as_bytes(), "NG").unwrap();
        assert_eq!(s.rows.len(), 1);
        let (number, r) = &s.rows[0];
        assert_eq!((r.name.as_str(), *number, r.consent, r.tags.len(), r.identities.len()), ("Ada Obi", 2, Some(true), 2, 2));
        assert_eq!((r.identities[0].value.as_str(), r.identities[1].value.as_str()), ("+2348031234567", "ada@example.com"));
        let told: Vec<(usize, &str, &str)> = s.errors.iter().map(|e| (e.row, e.column.as_str(), e.text.as_str())).collect();
        assert_eq!(told, [(3, "phone", "Nobody"), (4, "phone", "X"), (5, "consent", "Y")]);
        // As Excel writes it on Windows; empty lines count, and a language nobody here writes is no English.
        let s = read(b"name;phone;language\nJos\xe9;0803 123 4567;Yoruba\n\nX;0803 123 4568;Klingon\n", "NG").unwrap();
        assert_eq!((s.rows[0].1.name.as_str(), s.rows[0].1.language), ("José", Some(Lang::Yo)));
        assert_eq!((s.errors[0].row, s.errors[0].column.as_str()), (4, "language"));
        assert!(read(b"a,b\n1,2\n", "NG").unwrap_err().message.contains("no column of numbers"));
    }
}
