//! Customers in a spreadsheet's CSV: any order of columns, any of three separators. A bad row is told by its number and harms no other.
//!
//! Columns (and other words for them): `name`, `phone`, `email`, `tags` (separated by `|`, `;` or commas), `language`, `consent` (yes or
//! no: may be written to first; empty leaves it), `note`. A row needs a phone number or an e-mail address.

use super::catalogue_csv::RowError;
use super::contact::{Identity, IdentityKind};
use super::member::check_email;
use crate::domain::error::{Error, Result};
use crate::domain::lang::Lang;
use crate::domain::phone::Phone;
use crate::domain::text::{clip, fold};
use csv::{ReaderBuilder, StringRecord};

/// Rows of one file at most.
pub const MOST_ROWS: usize = 100_000;

/// What one row says; what it does not say is empty or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number in the spreadsheet; the header is 1.
    pub number: usize,
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
    /// Rows that can be kept.
    pub rows: Vec<Row>,
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
    let word: String = fold(header).chars().filter(|c| c.is_alphanumeric()).collect();
    WORDS.iter().find(|(_, all)| all.contains(&word.as_str())).map_or(Column::Nothing, |(c, _)| *c)
}

/// Reads a file; numbers without a country code are of `country`. An error when it is no table with a column of numbers or addresses.
pub fn read(bytes: &[u8], country: &str) -> Result<Sheet> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("");
    let count = |c: char| first.matches(c).count();
    let separator = [(count(';'), b';'), (count('\t'), b'\t'), (count(','), b',')].into_iter().max().map_or(b',', |(_, s)| s);
    let mut reader = ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| Error::field("file", format!("This is no table: {e}.")))?.clone();
    let columns: Vec<Column> = header.iter().map(column).collect();
    if !columns.contains(&Column::Phone) && !columns.contains(&Column::Email) {
        return Err(Error::field("file", "The file has no column of numbers. Its first row must hold \"phone\" or \"email\"."));
    }
    let mut sheet = Sheet::default();
    for (n, record) in reader.records().enumerate() {
        if n >= MOST_ROWS {
            return Err(Error::field("file", format!("The file has more than {MOST_ROWS} rows. Split it.")));
        }
        let (number, mut shown) = (n + 2, String::new());
        let read = record.map_err(|e| Error::invalid(format!("The row cannot be read: {e}."))).and_then(|r| {
            shown = clip(r.iter().find(|c| !c.trim().is_empty()).unwrap_or(""), 60);
            row(&columns, &r, number, country)
        });
        match read {
            Ok(Some(row)) => sheet.rows.push(row),
            Ok(None) => {}
            Err(e) => {
                let column = e.fields.first().map_or("", |f| f.0.as_str());
                sheet.errors.push(RowError { row: number, text: shown, column: column.into(), message: e.message.clone() });
            }
        }
    }
    Ok(sheet)
}

/// One row; none when it is empty.
fn row(columns: &[Column], r: &StringRecord, number: usize, country: &str) -> Result<Option<Row>> {
    if r.iter().all(|c| c.trim().is_empty()) {
        return Ok(None);
    }
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
    let language = match of(Column::Language) {
        "" => None,
        code => Some(Lang::from_code(&code.to_lowercase())),
    };
    let tags = of(Column::Tags).split(['|', ';', ',']).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    Ok(Some(Row { number, name: name.to_owned(), identities, tags, language, consent, note: of(Column::Note).to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_rows_are_kept_and_bad_ones_told() {
        let file = "\u{feff}First name;Surname;Mobile;E-mail;Tags;Consent\nAda;Obi;0803 123 4567;ADA@example.com;vip|lagos;yes\nNobody;;;;;\nX;;12;;;\nY;;0803 123 4568;;;maybe\n\n";
        let s = read(file.as_bytes(), "NG").unwrap();
        assert_eq!(s.rows.len(), 1);
        let r = &s.rows[0];
        assert_eq!((r.name.as_str(), r.number, r.consent, r.tags.len(), r.identities.len()), ("Ada Obi", 2, Some(true), 2, 2));
        assert_eq!((r.identities[0].value.as_str(), r.identities[1].value.as_str()), ("+2348031234567", "ada@example.com"));
        let told: Vec<(usize, &str, &str)> = s.errors.iter().map(|e| (e.row, e.column.as_str(), e.text.as_str())).collect();
        assert_eq!(told, [(3, "phone", "Nobody"), (4, "phone", "X"), (5, "consent", "Y")]);
        assert!(read(b"a,b\n1,2\n", "NG").unwrap_err().message.contains("no column of numbers"));
    }
}
