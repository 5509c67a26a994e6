//! A catalogue in a spreadsheet's CSV, read the way people make them: any order of columns, any of three separators,
//! a byte-order mark, Windows letters, quoted line ends, empty lines. A bad row is told by its number and harms no other.
//!
//! Columns (and other words for them): `name`, `price`, `sku`, `category`, `description`, `aliases` (separated by `|`, `;` or `,`),
//! `unit`, `stock` (empty: not counted), `available`, `options`, `photo` (an address, or a file beside the list). Other columns become
//! attributes.
//!
//! Options are written `Size*: Small, Large +500; Extras+: Egg +200, Fish +400`: groups separated by `;`, choices by `,`,
//! what a choice adds to the price at its end; `*` after a group's name means it must be chosen, `+` that more than one
//! may be.

use super::catalogue_cell as cell;
use crate::domain::error::{Error, Result};
use crate::domain::house::item::OptionGroup;
use crate::domain::limits;
use crate::domain::money::Currency;
use crate::domain::text::{clip, fold};
use csv::{ReaderBuilder, StringRecord};

/// What one row says. What has no column is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Its number in the spreadsheet; the header is 1.
    pub number: usize,
    /// Name.
    pub name: String,
    /// Price in minor units.
    pub price_minor: i64,
    /// The owner's code.
    pub sku: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Other names.
    pub aliases: Option<Vec<String>>,
    /// What one is.
    pub unit: Option<String>,
    /// How many; the inner none means not counted.
    pub stock: Option<Option<i64>>,
    /// Offered.
    pub available: Option<bool>,
    /// Options.
    pub options: Option<Vec<OptionGroup>>,
    /// Where its photo is, as the file says; once it is kept, our name of it.
    pub photo: Option<String>,
    /// Columns we do not know, by their header.
    pub attributes: Vec<(String, String)>,
}

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Its number in the spreadsheet; the header is 1.
    pub row: usize,
    /// What it says, shortened.
    pub text: String,
    /// The column.
    pub column: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Rows that can be imported.
    pub rows: Vec<Row>,
    /// What is wrong with the others.
    pub errors: Vec<RowError>,
    /// How many rows cannot be imported.
    pub failed: usize,
}

impl Sheet {
    /// Rows in all, good and bad.
    pub fn total(&self) -> usize {
        self.rows.len() + self.failed
    }
    /// Notes a row that cannot be imported.
    fn refuse(&mut self, errors: Vec<RowError>) {
        self.failed += 1;
        self.errors.extend(errors);
    }
}

/// A column's meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Name,
    Price,
    Sku,
    Category,
    Description,
    Aliases,
    Unit,
    Stock,
    Available,
    Options,
    Photo,
    Other(String),
    Nothing,
}

const WORDS: [(Column, &[&str]); 11] = [
    (
        Column::Name,
        &[
            "name",
            "item",
            "itemname",
            "product",
            "productname",
            "title",
            "dish",
            "meal",
            "nom",
            "article",
            "produit",
            "designation",
            "plat",
        ],
    ),
    (Column::Price, &["price", "unitprice", "sellingprice", "amount", "cost", "rate", "prix", "tarif", "montant", "prixunitaire"]),
    (Column::Sku, &["sku", "code", "itemcode", "productcode", "retailerid", "productretailerid", "id", "ref", "reference", "codearticle"]),
    (Column::Category, &["category", "group", "section", "type", "collection", "department", "categorie", "rayon", "famille"]),
    (Column::Description, &["description", "details", "desc", "about"]),
    (Column::Aliases, &["aliases", "alias", "othernames", "synonyms", "alsocalled", "keywords", "autresnoms", "motscles"]),
    (Column::Unit, &["unit", "per", "uom", "soldper", "measure", "unite"]),
    (Column::Stock, &["stock", "quantity", "qty", "inventory", "instock", "stockquantity", "onhand", "left", "quantite", "enstock"]),
    (Column::Available, &["available", "availability", "active", "enabled", "offered", "onmenu", "disponible", "actif"]),
    (Column::Options, &["options", "variants", "modifiers", "choices"]),
    (Column::Photo, &["photo", "photourl", "photos", "image", "imageurl", "imagelink", "imagesrc", "picture", "pictureurl"]),
];

fn column(header: &str) -> Column {
    let plain = fold(header.split('(').next().unwrap_or(header));
    let word: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    if word.is_empty() {
        return Column::Nothing;
    }
    let known = WORDS.iter().find(|(_, words)| words.contains(&word.as_str()));
    known.map_or_else(|| Column::Other(header.trim().to_owned()), |(c, _)| c.clone())
}

/// Reads a file. An error when nothing of it can be read; otherwise the good rows and what is wrong with the others.
pub fn read(bytes: &[u8], currency: Currency) -> Result<Sheet> {
    let text = cell::decode(bytes);
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') {
        return Err(Error::field("file", "This is no text file. Save the spreadsheet as CSV first."));
    }
    let delimiter = cell::sniff(text);
    if let Some(line) = unclosed_quote(text, delimiter) {
        // The rest of the file would be one cell, and every row in it lost without a word.
        return Err(Error::field("file", format!("A quotation mark on line {line} is never closed. Close it or take it out.")));
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut number = 0;
    let mut columns: Option<Vec<Column>> = None;
    let mut sheet = Sheet::default();
    while reader.read_record(&mut record).map_err(unreadable)? {
        number += 1 + blank_lines(text, &record);
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        match &columns {
            None => columns = Some(header(&record)?),
            Some(c) => match row(c, &record, number, currency) {
                Ok(row) => sheet.rows.push(row),
                Err(errors) => sheet.refuse(errors),
            },
        }
        if sheet.total() > limits::IMPORT_ROWS {
            return Err(Error::field("file", format!("At most {} rows can be imported at once.", limits::IMPORT_ROWS)));
        }
    }
    if sheet.total() == 0 {
        return Err(Error::field(
            "file",
            "The file has no rows. Its first row names the columns: name, price …; the rows under it are the items.",
        ));
    }
    Ok(sheet)
}

/// The line of a quotation mark that opens a cell and is never closed.
fn unclosed_quote(text: &str, delimiter: u8) -> Option<usize> {
    let (mut line, mut opened, mut starts) = (1, None, true);
    let mut bytes = text.bytes().peekable();
    while let Some(b) = bytes.next() {
        match (b, opened) {
            (b'"', Some(_)) if bytes.peek() == Some(&b'"') => drop(bytes.next()),
            (b'"', Some(_)) => opened = None,
            (b'"', None) if starts => opened = Some(line),
            _ => {}
        }
        line += usize::from(b == b'\n');
        starts = opened.is_none() && (b == delimiter || b == b'\n' || b == b'\r');
    }
    opened
}

fn unreadable(e: csv::Error) -> Error {
    Error::field("file", "This is not a CSV file.").with_source(e)
}

/// The text of a spreadsheet's file, whatever program wrote it.
pub(in crate::domain) fn text_of(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    cell::decode(bytes)
}

/// Empty lines before a record, which spreadsheets count as rows and the reader passes over.
pub(in crate::domain) fn blank_lines(text: &str, record: &StringRecord) -> usize {
    let start = record.position().and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(0);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let skipped = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).filter(|b| **b == b'\n').count();
    let split = start > 0 && rest.first() == Some(&b'\n') && text.as_bytes().get(start - 1) == Some(&b'\r');
    skipped.saturating_sub(usize::from(split))
}

fn header(record: &StringRecord) -> Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::with_capacity(record.len());
    for h in record {
        let c = column(h);
        // The first of two columns with one meaning is taken; the second is kept as an attribute.
        let taken = !matches!(c, Column::Nothing | Column::Other(_)) && columns.contains(&c);
        columns.push(if taken { Column::Other(h.trim().to_owned()) } else { c });
    }
    let missing: Vec<&str> =
        [(Column::Name, "name"), (Column::Price, "price")].iter().filter(|(c, _)| !columns.contains(c)).map(|(_, n)| *n).collect();
    if missing.is_empty() {
        return Ok(columns);
    }
    let found: Vec<String> = record.iter().map(str::trim).filter(|h| !h.is_empty()).take(12).map(|h| clip(h, 40)).collect();
    Err(Error::field("file", format!("The first row must name a column {}. It names: {}.", missing.join(" and "), found.join(", "))))
}

fn row(columns: &[Column], record: &StringRecord, number: usize, currency: Currency) -> std::result::Result<Row, Vec<RowError>> {
    let mut row = Row { number, price_minor: -1, ..Row::default() };
    let mut errors = Vec::new();
    for (i, c) in columns.iter().enumerate() {
        let text = record.get(i).unwrap_or("").trim();
        if let Err((column, message)) = set(&mut row, c, text, currency) {
            let text = clip(&record.iter().collect::<Vec<_>>().join(", "), 80);
            errors.push(RowError { row: number, text, column: column.to_owned(), message });
        }
    }
    if errors.is_empty() { Ok(row) } else { Err(errors) }
}

fn set(row: &mut Row, c: &Column, text: &str, currency: Currency) -> std::result::Result<(), (&'static str, String)> {
    let words = || Some(text.to_owned());
    match c {
        Column::Name if text.is_empty() => return Err(("name", "The name is missing.".into())),
        Column::Name if text.chars().count() > 120 => return Err(("name", "A name has at most 120 characters.".into())),
        Column::Name => text.clone_into(&mut row.name),
        Column::Price if text.is_empty() => return Err(("price", "The price is missing.".into())),
        Column::Price => row.price_minor = cell::price(text, currency).map_err(|e| ("price", e))?,
        Column::Sku => row.sku = words().filter(|s| !s.is_empty()),
        Column::Category => row.category = words(),
        Column::Description => row.description = words(),
        Column::Unit => row.unit = words(),
        Column::Aliases => row.aliases = Some(cell::aliases(text)),
        Column::Stock => row.stock = Some(cell::stock(text).map_err(|e| ("stock", e))?),
        Column::Available => row.available = Some(cell::yes(text).map_err(|e| ("available", e))?),
        Column::Options => row.options = Some(cell::options(text, currency).map_err(|e| ("options", e))?),
        Column::Photo if text.len() > 2_000 => return Err(("photo", "The photo's address is too long.".into())),
        Column::Photo => row.photo = words().filter(|p| !p.is_empty()),
        Column::Other(name) if !text.is_empty() => row.attributes.push((name.clone(), text.to_owned())),
        Column::Other(_) | Column::Nothing => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_ngn(text: &str) -> Sheet {
        read(text.as_bytes(), Currency::NGN).unwrap()
    }

    #[test]
    fn reads_what_spreadsheets_write() {
        let s = read_ngn("\u{feff}Item Name;Price (NGN);Qty;Colour\r\n\"Jollof; rice\";1,500.50;12;red\r\n\r\nEba;₦300;;\r\n");
        assert_eq!(s.rows.len(), 2, "{:?}", s.errors);
        assert_eq!((s.rows[0].name.as_str(), s.rows[0].price_minor, s.rows[0].stock), ("Jollof; rice", 150_050, Some(Some(12))));
        assert_eq!(s.rows[0].attributes, [("Colour".to_owned(), "red".to_owned())]);
        assert_eq!((s.rows[1].number, s.rows[1].stock), (4, Some(None)));
    }

    #[test]
    fn bad_rows_are_told_by_their_number_and_harm_no_other() {
        let s = read_ngn("name,price,stock\n\"two\nlines\",100,1\n\nBad,abc,x\n,5,\nGood,200,3\n");
        let told: Vec<_> = s.errors.iter().map(|e| (e.row, e.column.as_str())).collect();
        assert_eq!(told, [(4, "price"), (4, "stock"), (5, "name")]);
        assert_eq!(s.rows.iter().map(|r| r.number).collect::<Vec<_>>(), [2, 6]);
        assert_eq!((s.failed, s.total()), (2, 4));
    }

    #[test]
    fn a_file_without_the_columns_says_what_it_has() {
        let e = read(b"foo,bar\n1,2\n", Currency::NGN).unwrap_err();
        assert!(e.message.contains("name and price") && e.message.contains("foo, bar"), "{e}");
        assert!(read(b"", Currency::NGN).is_err());
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_by_its_line() {
        let e = read(b"name,price\nRice,100\n\"Beans,200\nYam,300\n", Currency::NGN).unwrap_err();
        assert!(e.message.contains("line 3"), "{e}");
        let s = read_ngn("name,price\nPipe 5\" wide,100\n\"Say \"\"hi\"\"\nnow\",200\n");
        assert_eq!((s.rows.len(), s.errors.len()), (2, 0));
    }

    #[test]
    fn french_headings_are_read_and_a_nul_is_refused() {
        let s = read_ngn("nom;prix;catégorie;stock\nRiz;100;Plats;4\n");
        assert_eq!((s.rows[0].name.as_str(), s.rows[0].category.as_deref(), s.rows[0].stock), ("Riz", Some("Plats"), Some(Some(4))));
        assert!(read(b"name,price\nRi\0ce,100\n", Currency::NGN).is_err());
    }

    #[test]
    fn old_windows_files_are_read() {
        let s = read(b"name,price\nCr\xe8me,100\n", Currency::NGN).unwrap();
        assert_eq!(s.rows[0].name, "Crème");
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, Currency::NGN);
        }
        #[test]
        fn reading_rows_never_panics(rows in "(name|Price;|\"|,|\n|\r\n|[0-9]{1,3}|\\*:|\\+|;|\u{20a6}){0,60}") {
            let _ = read(format!("name,price,stock,options\n{rows}").as_bytes(), Currency::NGN);
        }
    }
}
