//! Papers for people: purchase orders, invoices, receipts. A title, lines, tables with totals; as a PDF of A4 pages.
//!
//! Pure: text in, bytes out, and the same text gives the same bytes. The fonts are in the binary (`data/fonts`); a paper embeds only the
//! letters it uses, and its words can be searched and copied.

mod face;
mod layout;
mod pdf;

use crate::domain::error::Result;

/// A paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paper {
    /// What it is: "Purchase order 7".
    pub title: String,
    /// Whose it is: the name, then the lines of an address.
    pub head: Vec<String>,
    /// What it says.
    pub parts: Vec<Part>,
    /// A line at the foot of every page, before "1 of 2".
    pub foot: String,
}

/// A part of a paper, below the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A heading within the paper.
    Heading(String),
    /// A paragraph; broken into lines as needed.
    Text(String),
    /// A paragraph in small print.
    Small(String),
    /// What and its value, side by side: "Order date", "21 November 2026".
    Fact(String, String),
    /// Rows under columns.
    Table(Table),
    /// A little room.
    Space,
}

/// Rows under columns, with totals below them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The cells of each row, one a column; what is missing is empty, what is too many is left out.
    pub rows: Vec<Vec<String>>,
    /// Below: what and how much. The last one is the sum, with a rule above and in the heavier face.
    pub totals: Vec<(String, String)>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Its part of the width, compared with the others.
    pub share: u8,
    /// Figures stand at the right.
    pub right: bool,
}

impl Column {
    /// A column of words.
    pub fn words(title: impl Into<String>, share: u8) -> Self {
        Self { title: title.into(), share, right: false }
    }
    /// A column of figures.
    pub fn figures(title: impl Into<String>, share: u8) -> Self {
        Self { title: title.into(), share, right: true }
    }
}

impl Paper {
    /// The paper as a PDF. Letters the fonts do not have are shown as a mark, never left out.
    pub fn pdf(&self) -> Result<Vec<u8>> {
        pdf::write(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(rows: usize) -> Paper {
        let row = |i: usize| vec![format!("Ẹyin ọ̀sìn {i}"), "12 dozen".into(), "₦1,200.00".into()];
        Paper {
            title: "Purchase order 7".into(),
            head: vec!["Mama Nkechi’s Kitchen".into(), "12 Allen Avenue, Ikeja".into()],
            parts: vec![
                Part::Fact("To".into(), "Adeyẹmi Farms".into()),
                Part::Text("Please deliver ".repeat(40)),
                Part::Table(Table {
                    columns: vec![Column::words("Item", 5), Column::words("How much", 2), Column::figures("Price", 2)],
                    rows: (0..rows).map(row).collect(),
                    totals: vec![("Delivery".into(), "₦500.00".into()), ("Total".into(), "₦61,200.00".into())],
                }),
                Part::Small("Prices as quoted on 21 November.".into()),
            ],
            foot: "Purchase order 7".into(),
        }
    }

    #[test]
    fn words_can_be_read_from_the_file() {
        let pdf = order(3).pdf().unwrap();
        assert!(pdf.starts_with(b"%PDF-") && pdf.len() < 60_000, "{} bytes", pdf.len());
        let text = pdf_extract::extract_text_from_mem(&pdf).unwrap();
        for words in ["Purchase order 7", "Adeyẹmi Farms", "₦61,200.00", "12 dozen", "Mama Nkechi’s Kitchen"] {
            assert!(text.contains(words), "{words} is missing from: {text}");
        }
        assert_eq!(pdf, order(3).pdf().unwrap(), "the same words give the same bytes");
    }

    #[test]
    fn a_long_table_goes_on_over_pages_and_loses_no_row() {
        let pdf = order(120).pdf().unwrap();
        let text = pdf_extract::extract_text_from_mem(&pdf).unwrap();
        for i in 0..120 {
            assert!(text.contains(&format!("sìn {i}")), "row {i} is missing");
        }
        assert!(text.contains("of 4") || text.contains("of 5"), "pages are counted: {text}");
    }

    #[test]
    fn nothing_written_on_it_breaks_it() {
        let nasty = "(\\) \u{0} \u{202e} 中文 👩‍🍳 ".to_owned() + &"x".repeat(3_000);
        let paper = Paper {
            title: nasty.clone(),
            head: vec![nasty.clone()],
            parts: vec![
                Part::Text(nasty.clone()),
                Part::Table(Table { columns: vec![Column::figures("", 0)], rows: vec![vec![nasty.clone(); 3], vec![]], totals: vec![] }),
                Part::Table(Table::default()),
            ],
            foot: nasty,
        };
        let pdf = paper.pdf().unwrap();
        assert!(pdf_extract::extract_text_from_mem(&pdf).unwrap().contains("xxx"));
    }
}
