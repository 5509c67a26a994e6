//! A vendor book in a spreadsheet's CSV, in any order of columns.
//!
//! Columns (and other words for them): `name`, `phone`, `email`, `products` (separated by `|`, `;` or commas), `certifications`,
//! `quality`, `reliability`, `distance_km`, `language`, `do_not_contact`, `note`, `routing`, `account`, `stripe` (acct_…), `reach` (any, sms,
//! call or hand).

use super::vendor::{Bank, Reach, Source, Vendor, phone};
use crate::domain::error::{Error, Result};
use crate::domain::house::catalogue_csv::RowError;
use crate::domain::house::sheet;
use crate::domain::id::Id;
use crate::domain::lang::Lang;
use crate::domain::text::{clip, fold};
use crate::domain::time::Time;
use csv::StringRecord;

/// Rows of one file at most.
pub const MOST_ROWS: usize = 20_000;

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// Vendors that can be kept, with their row.
    pub vendors: Vec<(usize, Vendor)>,
    /// What is wrong with the other rows.
    pub errors: Vec<RowError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Phone,
    Email,
    Products,
    Certifications,
    Quality,
    Reliability,
    Distance,
    Language,
    DoNotContact,
    Note,
    Routing,
    Account,
    Stripe,
    Reach,
    Nothing,
}

const WORDS: [(Column, &[&str]); 15] = [
    (Column::Name, &["name", "vendor", "vendorname", "supplier", "suppliername", "seller", "company", "business"]),
    (Column::Phone, &["phone", "phonenumber", "mobile", "whatsapp", "number", "tel", "telephone", "contact"]),
    (Column::Email, &["email", "mail", "emailaddress"]),
    (Column::Products, &["products", "product", "sells", "items", "goods", "supplies"]),
    (Column::Certifications, &["certifications", "certification", "certificates", "certs"]),
    (Column::Quality, &["quality", "qualityscore"]),
    (Column::Reliability, &["reliability", "reliabilityscore"]),
    (Column::Distance, &["distancekm", "distance", "km"]),
    (Column::Language, &["language", "lang"]),
    (Column::DoNotContact, &["donotcontact", "donotcall", "dnc", "blocked"]),
    (Column::Note, &["note", "notes", "remark", "remarks", "comment"]),
    (Column::Routing, &["routing", "routingnumber", "aba"]),
    (Column::Account, &["account", "accountnumber"]),
    (Column::Stripe, &["stripe", "stripeaccount"]),
    (Column::Reach, &["reach", "reachby", "contactby", "way"]),
];

fn column(header: &str) -> Column {
    let word = sheet::word(header);
    WORDS.iter().find(|(_, all)| all.contains(&word.as_str())).map_or(Column::Nothing, |(c, _)| *c)
}

/// Reads a file. An error when it is no table with a column of names.
pub fn read(bytes: &[u8], country: &str, file_name: &str, now: Time) -> Result<Sheet> {
    let (header, rows) = sheet::rows(bytes, MOST_ROWS)?;
    let columns: Vec<Column> = header.iter().map(column).collect();
    if !columns.contains(&Column::Name) {
        return Err(Error::field(
            "file",
            "The file has no column of names. Its first row must hold \"name\", and can hold phone, email, products and others.",
        ));
    }
    let (vendors, errors) = sheet::each(&rows, |r| vendor(&columns, r, country, file_name, now));
    Ok(Sheet { vendors, errors })
}

fn vendor(columns: &[Column], r: &StringRecord, country: &str, file_name: &str, now: Time) -> Result<Vendor> {
    let of = |c: Column| columns.iter().position(|x| *x == c).and_then(|n| r.get(n)).map_or("", str::trim);
    let list = |c: Column| -> Vec<String> { of(c).split(['|', ';', ',']).map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect() };
    let number = |c: Column, name: &str| -> Result<Option<i64>> {
        let text = of(c).trim_end_matches('%').trim_end_matches("km").trim();
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| Error::field(name, format!("\"{}\" is no whole number.", clip(text, 20))))
    };
    let mut v = Vendor::new(Id::new(now), of(Column::Name), now);
    v.phone = phone(of(Column::Phone), country)?;
    of(Column::Email).clone_into(&mut v.email);
    v.products = list(Column::Products);
    v.certifications = list(Column::Certifications);
    v.quality = number(Column::Quality, "quality")?;
    v.reliability = number(Column::Reliability, "reliability")?;
    v.distance_km = number(Column::Distance, "distance_km")?;
    v.language = Lang::from_code(of(Column::Language));
    v.reach = match fold(of(Column::Reach)).as_str() {
        "" => Reach::Any,
        word => Reach::from_word(word).ok_or_else(|| Error::field("reach", "A vendor is reached by any, sms, call or hand."))?,
    };
    v.do_not_contact = matches!(fold(of(Column::DoNotContact)).as_str(), "yes" | "y" | "true" | "1" | "x");
    of(Column::Note).clone_into(&mut v.note);
    if !of(Column::Routing).is_empty() || !of(Column::Account).is_empty() {
        v.bank =
            Some(Bank { routing: of(Column::Routing).into(), account: of(Column::Account).into(), savings: false, holder: v.name.clone() });
    }
    of(Column::Stripe).clone_into(&mut v.stripe);
    (v.source, v.provenance) = (Source::Import, clip(file_name, 120));
    v.check()?;
    Ok(v)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_rows_are_kept_and_bad_ones_told() {
        let file = "\u{feff}Supplier;Phone;Products;Quality;Stripe account\nAdeyemi Farms;0803 123 4567;eggs | chicken;90;acct_1A2b3C4d5E6f7G8h\n;0803 123 4568;rice;;\nFire Brigade;112;water;;\nMill;;flour;a lot;\nOther;;rice;;1A2b\n\n";
        let s = read(file.as_bytes(), "NG", "book.csv", Time::from_millis(0)).unwrap();
        assert_eq!(s.vendors.len(), 1);
        let v = &s.vendors[0].1;
        assert_eq!((v.name.as_str(), v.products.len(), v.quality, v.source), ("Adeyemi Farms", 2, Some(90), Source::Import));
        assert_eq!(v.stripe, "acct_1A2b3C4d5E6f7G8h");
        let told: Vec<(usize, &str)> = s.errors.iter().map(|e| (e.row, e.column.as_str())).collect();
        assert_eq!(told, [(3, "name"), (4, "phone"), (5, "quality"), (6, "stripe_account")]);
        assert!(read(b"a,b\n1,2\n", "NG", "x", Time::from_millis(0)).unwrap_err().message.contains("no column of names"));
    }
}
