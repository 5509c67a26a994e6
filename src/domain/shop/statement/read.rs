//! A bank's statement as CSV: which column is what, and line by line what came.

use super::cell::{self, Order, Told};
use super::{Line, Refused, Sheet};
use crate::domain::error::{Error, Result};
use crate::domain::house::catalogue_csv::{blank_lines, text_of};
use crate::domain::money::Currency;
use crate::domain::text::{clip, fold};
use csv::{ReaderBuilder, StringRecord};
use std::collections::HashMap;

/// Lines of one file at most.
const LINES: usize = 20_000;
/// Lines above the one that names the columns.
const ABOVE: usize = 40;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Date,
    ValueDate,
    Narration,
    In,
    Out,
    Amount,
    Sign,
    Reference,
    Payer,
    Currency,
    Balance,
    Nothing,
}

/// Words of the line that names the columns, without spaces and marks.
const WORDS: [(Column, &[&str]); 11] = [
    (
        Column::Date,
        &[
            "date",
            "transdate",
            "trandate",
            "transactiondate",
            "txndate",
            "postingdate",
            "posteddate",
            "postdate",
            "bookingdate",
            "entrydate",
            "actualtransactiondate",
            "createdat",
            "createdon",
            "datetime",
            "transactiontime",
            "time",
            "buchungstag",
            "fecha",
            "data",
            "datedoperation",
            "dateoperation",
        ],
    ),
    (Column::ValueDate, &["valuedate", "valdate", "effectivedate", "wertstellung", "datevaleur"]),
    (
        Column::Narration,
        &[
            "narration",
            "description",
            "details",
            "detail",
            "particulars",
            "remarks",
            "remark",
            "transactiondetails",
            "transactiondescription",
            "transactionnarration",
            "memo",
            "purpose",
            "verwendungszweck",
            "libelle",
            "concepto",
            "descricao",
            "text",
        ],
    ),
    (
        Column::In,
        &[
            "credit",
            "credits",
            "creditamount",
            "creditamt",
            "moneyin",
            "paidin",
            "deposit",
            "deposits",
            "lodgement",
            "lodgements",
            "lodgment",
            "lodgments",
            "cr",
            "amountin",
            "amountcredited",
            "received",
            "inflow",
            "haben",
            "credito",
            "entrada",
            "depot",
        ],
    ),
    (
        Column::Out,
        &[
            "debit",
            "debits",
            "debitamount",
            "debitamt",
            "moneyout",
            "paidout",
            "withdrawal",
            "withdrawals",
            "dr",
            "amountout",
            "amountdebited",
            "outflow",
            "soll",
            "debito",
            "salida",
            "retrait",
        ],
    ),
    (Column::Amount, &["amount", "transactionamount", "tranamount", "amt", "value", "sum", "betrag", "montant", "importe", "valor"]),
    (
        Column::Sign,
        &["type", "drcr", "crdr", "debitcredit", "creditdebit", "transactiontype", "trantype", "dc", "cd", "direction", "indicator"],
    ),
    (
        Column::Reference,
        &[
            "reference",
            "ref",
            "refno",
            "referenceno",
            "referencenumber",
            "transactionreference",
            "tranref",
            "transref",
            "txnref",
            "sessionid",
            "transactionid",
            "tranid",
            "txnid",
            "instrumentno",
            "chequeno",
            "id",
        ],
    ),
    (
        Column::Payer,
        &[
            "payer",
            "sender",
            "sendername",
            "from",
            "counterparty",
            "counterpartyname",
            "originator",
            "originatorname",
            "name",
            "payee",
            "beneficiary",
            "customername",
            "auftraggeber",
        ],
    ),
    (Column::Currency, &["currency", "ccy", "curr", "waehrung", "devise", "moneda", "moeda"]),
    (
        Column::Balance,
        &["balance", "runningbalance", "closingbalance", "availablebalance", "ledgerbalance", "saldo", "solde", "balanceafter"],
    ),
];

fn column(header: &str) -> Column {
    let plain = fold(header.split('(').next().unwrap_or(header));
    let word: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map_or(Column::Nothing, |(c, _)| *c)
}

/// The columns of a statement.
struct Columns {
    of: Vec<Column>,
    order: Order,
}

impl Columns {
    /// The columns, when this line names them: a day, and how much.
    fn named(record: &StringRecord) -> Option<Self> {
        let mut of: Vec<Column> = Vec::with_capacity(record.len());
        for h in record {
            let c = column(h);
            of.push(if of.contains(&c) { Column::Nothing } else { c });
        }
        let has = |c: Column| of.contains(&c);
        let whole = (has(Column::Date) || has(Column::ValueDate)) && (has(Column::In) || has(Column::Amount));
        whole.then_some(Self { of, order: Order::DayFirst })
    }
    fn at<'a>(&self, record: &'a StringRecord, wanted: Column) -> &'a str {
        let place = self.of.iter().position(|c| *c == wanted);
        place.and_then(|i| record.get(i)).unwrap_or("").trim()
    }
    fn date<'a>(&self, record: &'a StringRecord) -> &'a str {
        let date = self.at(record, Column::Date);
        if date.is_empty() { self.at(record, Column::ValueDate) } else { date }
    }
}

/// Reads a file. An error when nothing of it can be read; otherwise what came and what is wrong with other lines.
pub fn read(bytes: &[u8], currency: Currency) -> Result<Sheet> {
    if bytes.starts_with(b"PK") || bytes.starts_with(b"%PDF") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Error::field("file", "This is no CSV file. In your bank's app or in Excel choose to save or download it as CSV."));
    }
    let text = text_of(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let (columns, rows) = rows(text)?;
    let Some(mut columns) = columns else {
        return Err(Error::field(
            "file",
            "No line names the columns. One must name a date, and a credit or an amount; narration and reference help to find orders.",
        ));
    };
    columns.order = cell::order(rows.iter().map(|(_, r)| columns.date(r)));
    let mut sheet = Sheet::default();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (number, record) in &rows {
        match line(&columns, record, *number, currency) {
            Ok(Some(mut line)) => {
                // The same line twice in one file is two payments; the same file again is not.
                let again = seen.entry(line.fingerprint.clone()).or_default();
                *again += 1;
                line.fingerprint = digest(&format!("{} {again}", line.fingerprint));
                sheet.lines.push(line);
            }
            Ok(None) => sheet.out += 1,
            Err(why) => sheet.refused.push(Refused { number: *number, why }),
        }
    }
    if sheet.total() == 0 {
        return Err(Error::field("file", "The file names its columns, but no line is under them."));
    }
    Ok(sheet)
}

/// The columns, and the lines under the one that names them, each with its number.
fn rows(text: &str) -> Result<(Option<Columns>, Vec<(usize, StringRecord)>)> {
    let delimiter = delimiter(text);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let (mut record, mut number, mut columns, mut out) = (StringRecord::new(), 0, None, Vec::new());
    let unreadable = |e: csv::Error| Error::field("file", "This is not a CSV file.").with_source(e);
    while reader.read_record(&mut record).map_err(unreadable)? {
        number += 1 + blank_lines(text, &record);
        if record.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        match &columns {
            None if number > ABOVE => break,
            None => columns = Columns::named(&record),
            // Some banks name the columns again on each page.
            Some(_) if Columns::named(&record).is_some() => {}
            Some(_) => out.push((number, record.clone())),
        }
        if out.len() > LINES {
            return Err(Error::field("file", format!("At most {} lines can be read at once. Choose a shorter time.", LINES)));
        }
    }
    Ok((columns, out))
}

/// The separator under which some line names the columns; a comma when none does.
fn delimiter(text: &str) -> u8 {
    let names = |delimiter: u8| {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        (0..ABOVE).any(|_| reader.read_record(&mut record).unwrap_or(false) && Columns::named(&record).is_some())
    };
    [b',', b';', b'\t', b'|'].into_iter().find(|d| names(*d)).unwrap_or(b',')
}

/// What a line says: money that came, none for money that went or nothing, or what is wrong.
fn line(c: &Columns, record: &StringRecord, number: usize, currency: Currency) -> Told<Option<Line>> {
    if record.iter().any(cell::is_formula) {
        return Err("A cell holds a formula. A bank's statement has none: take the file as the bank gives it.".into());
    }
    let (narration, reference) = (c.at(record, Column::Narration), c.at(record, Column::Reference));
    let came = came(c, record, currency)?;
    if came.is_none() && c.date(record).is_empty() {
        return Err("It has neither a date nor an amount.".into());
    }
    let day = cell::day(c.date(record), c.order)?;
    let Some(amount_minor) = came.filter(|m| *m > 0) else { return Ok(None) };
    let other = c.at(record, Column::Currency);
    if !other.is_empty() && !other.eq_ignore_ascii_case(currency.code()) {
        return Err(format!("It is in {}, your business takes {}.", clip(other, 12), currency.code()));
    }
    let one_line = |text: &str, most| clip(&text.split_whitespace().collect::<Vec<_>>().join(" "), most);
    let spelled: String = fold(narration).split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(Some(Line {
        number,
        day,
        amount_minor,
        narration: one_line(narration, 300),
        payer: one_line(c.at(record, Column::Payer), 120),
        bank_reference: one_line(reference, 80),
        fingerprint: format!("{day} {amount_minor} {} {spelled}", reference.to_lowercase()),
    }))
}

/// What a line moved: above zero came, below went, none when it has no amount.
fn came(c: &Columns, record: &StringRecord, currency: Currency) -> Told<Option<i64>> {
    let of = |column| cell::amount(c.at(record, column), currency);
    if let Some(minor) = of(Column::In)?.filter(|m| *m != 0) {
        return Ok(Some(minor));
    }
    if let Some(minor) = of(Column::Out)?.filter(|m| *m != 0) {
        return Ok(Some(-minor.abs()));
    }
    let minor = of(Column::Amount)?;
    let sign = fold(c.at(record, Column::Sign));
    let word = sign.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).unwrap_or("");
    Ok(match word {
        "dr" | "d" | "debit" | "out" | "withdrawal" | "debited" | "outflow" => minor.map(|m| -m.abs()),
        _ => minor,
    })
}

fn digest(text: &str) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ngn(text: &str) -> Sheet {
        read(text.as_bytes(), Currency::NGN).unwrap()
    }

    #[test]
    fn statements_of_many_banks_are_read() {
        let gtb = "GUARANTY TRUST BANK\nAccount:,0123456789\n\nTrans. Date,Value. Date,Reference,Debits,Credits,Balance,Originating Branch,Remarks\n\
            21-Nov-2026,21-Nov-2026,'FT26,,\"18,500.00\",\"118,500.00\",E-CHANNELS,NIP/ADA OBI/4K72PQ rice\n21-Nov-2026,21-Nov-2026,,\"1,000.00\",,\"117,500.00\",E-CHANNELS,AIRTIME\n";
        let s = ngn(gtb);
        assert_eq!((s.lines.len(), s.out, s.refused.len()), (1, 1, 0), "{s:?}");
        let l = &s.lines[0];
        assert_eq!((l.number, l.amount_minor, l.day.to_string().as_str()), (5, 1_850_000, "2026-11-21"));
        assert_eq!(l.narration, "NIP/ADA OBI/4K72PQ rice");
        let opay = ngn(
            "Transaction Date;Description;Amount;Type;Counterparty\n2026-11-21 09:31:05;Transfer;18.500,00;Credit;ADA OBI\n2026-11-21;Airtime;200,00;Debit;MTN\n",
        );
        assert_eq!((opay.lines[0].amount_minor, opay.lines[0].payer.as_str(), opay.out), (1_850_000, "ADA OBI", 1));
        let signed = ngn("Date\tDetails\tAmount\n04/23/2026\tpay\t-5.00\n04/24/2026\tgot\t(7.00)\n04/03/2026\tgot\t7.00 CR\n");
        assert_eq!((signed.lines.len(), signed.out, signed.lines[0].day.to_string().as_str()), (1, 2, "2026-04-03"));
    }

    #[test]
    fn rubbish_is_refused_by_its_number_and_harms_no_other() {
        let s = ngn(
            "date,narration,credit,currency\n21/11/2026,=HYPERLINK(1),100,\n21/11/2026,good,100,NGN\nsoon,bad,100,\n,Closing balance,,\n21/11/2026,bad,1oo,\n21/11/2026,usd,100,USD\n21/11/2026,nothing,,\n",
        );
        let told: Vec<_> = s.refused.iter().map(|r| r.number).collect();
        assert_eq!((told, s.lines.len(), s.out), (vec![2, 4, 5, 6, 7], 1, 1), "{s:?}");
        assert!(s.refused[0].why.contains("formula") && s.refused[4].why.contains("USD"), "{s:?}");
        for bad in ["", "hello", "name,price\nx,1\n", "date,credit\n"] {
            assert!(read(bad.as_bytes(), Currency::NGN).is_err(), "{bad}");
        }
        assert!(read(b"PK\x03\x04 a spreadsheet", Currency::NGN).unwrap_err().message.contains("CSV"));
    }

    #[test]
    fn equal_lines_of_one_file_differ_and_of_two_files_do_not() {
        let text = "date,narration,credit\n21/11/2026,Rice,100\n21/11/2026,Rice,100\n";
        let (a, b) = (ngn(text), ngn(&text.replace("Rice", " rice ")));
        assert_ne!(a.lines[0].fingerprint, a.lines[1].fingerprint);
        assert_eq!(a.lines[1].fingerprint, b.lines[1].fingerprint);
        let other = ngn("date;credit;narration;reference\n2026-11-21;100,00;Rice;\n");
        assert_eq!(other.lines[0].fingerprint, a.lines[0].fingerprint, "the layout does not matter");
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, Currency::NGN);
        }
        #[test]
        fn reading_lines_never_panics(rows in "(date|credit|,|;|\"|\n|\r\n|=|[0-9]{1,3}|/|-|CR|\\(|\u{20a6}){0,80}") {
            if let Ok(s) = read(format!("date,narration,debit,credit,amount,type\n{rows}").as_bytes(), Currency::NGN) {
                prop_assert!(s.lines.iter().all(|l| l.amount_minor > 0 && !l.fingerprint.is_empty()));
            }
        }
    }
}
