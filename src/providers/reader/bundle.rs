//! A zip that holds a price list and the pictures it names. What is unpacked is counted, so a small file cannot become a large one;
//! pictures are unpacked when a row asks for them, one at a time.

use crate::domain::error::{Error, Result};
use std::io::{Cursor, Read};

/// Files in one zip.
const FILES: usize = 5_000;
/// Bytes the list may unpack to.
const LIST_BYTES: u64 = 32 * 1024 * 1024;

/// An opened zip.
pub struct Bundle {
    zip: zip::ZipArchive<Cursor<Vec<u8>>>,
    names: Vec<String>,
    list: String,
}

/// Whether bytes are a zip.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

impl Bundle {
    /// Opens a zip and finds the one list in it.
    ///
    /// # Errors
    /// Says in a sentence what is wrong with the file.
    pub fn open(bytes: Vec<u8>) -> Result<Self> {
        let zip = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken().with_source(e))?;
        if zip.len() > FILES {
            return Err(Error::field("file", format!("This zip holds too many files: at most {FILES}.")));
        }
        let names: Vec<String> = zip.file_names().filter_map(|n| Some(n.ok()?.into_owned())).collect();
        // Macs put a shadow of every file beside it.
        let lists = names.iter().filter(|n| n.to_lowercase().ends_with(".csv") && !n.starts_with("__MACOSX") && !base(n).starts_with('.'));
        let mut lists: Vec<&String> = lists.collect();
        lists.sort_by_key(|n| n.matches('/').count());
        let list = match lists.as_slice() {
            // A workbook is a zip inside, whatever its name says.
            [] if names.iter().any(|n| n == "xl/workbook.xml") => {
                return Err(Error::field("file", "This is an Excel file. Save it as CSV: File, Save as, CSV."));
            }
            [] => {
                let words = "There is no CSV file in this zip. Save the spreadsheet as CSV, and zip it with the pictures it names.";
                return Err(Error::field("file", words));
            }
            [only] => (*only).clone(),
            [first, second, ..] if first.matches('/').count() < second.matches('/').count() => (*first).clone(),
            _ => return Err(Error::field("file", "There are several CSV files in this zip. Leave only the price list in it.")),
        };
        Ok(Self { zip, names, list })
    }

    /// The list's bytes.
    ///
    /// # Errors
    /// Says in a sentence what is wrong with the file.
    pub fn list(&mut self) -> Result<Vec<u8>> {
        let name = self.list.clone();
        self.take(&name, LIST_BYTES)
    }

    /// The bytes of the picture a row names: by its path, or by its name alone.
    ///
    /// # Errors
    /// Says in a sentence why there is none.
    pub fn picture(&mut self, named: &str, most: u64) -> Result<Vec<u8>> {
        let wanted = named.trim().replace('\\', "/").to_lowercase();
        let wanted = wanted.trim_start_matches("./");
        let whole = self.names.iter().find(|n| n.to_lowercase() == wanted);
        let beside = || self.names.iter().find(|n| !n.starts_with("__MACOSX") && base(n).to_lowercase() == base(wanted));
        let name = whole.or_else(beside).cloned().ok_or_else(|| Error::invalid("There is no file of this name in the zip."))?;
        self.take(&name, most)
    }

    fn take(&mut self, name: &str, most: u64) -> Result<Vec<u8>> {
        let file = self.zip.by_name(name).map_err(|e| match e {
            zip::result::ZipError::UnsupportedArchive(_) => {
                Error::field("file", "This zip is locked with a password or packed in a way that cannot be read.")
            }
            e => broken().with_source(e),
        })?;
        let too_large = || Error::invalid(format!("This file unpacks to more than {} MB.", most >> 20));
        // What the file says of itself is asked first; what comes out is counted all the same.
        if file.size() > most {
            return Err(too_large());
        }
        let mut out = Vec::new();
        file.take(most + 1).read_to_end(&mut out).map_err(|e| broken().with_source(e))?;
        if out.len() as u64 > most { Err(too_large()) } else { Ok(out) }
    }
}

fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn broken() -> Error {
    Error::field("file", "This zip is damaged. Make it again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut w = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            w.start_file(*name, SimpleFileOptions::default()).unwrap();
            w.write_all(bytes).unwrap();
        }
        w.finish().unwrap().into_inner()
    }

    #[test]
    fn the_list_and_its_pictures_are_found() {
        let bytes = zipped(&[("__MACOSX/._menu.csv", b"x"), ("Shop/menu.csv", b"name,price"), ("Shop/Photos/Rice.JPG", b"rice")]);
        let mut b = Bundle::open(bytes).unwrap();
        assert_eq!(b.list().unwrap(), b"name,price");
        for named in ["rice.jpg", "Shop/Photos/Rice.JPG", "Photos\\rice.jpg"] {
            assert_eq!(b.picture(named, 100).unwrap(), b"rice", "{named}");
        }
        assert!(b.picture("rice.jpg", 3).unwrap_err().message.contains("more than"));
        assert!(b.picture("beans.jpg", 100).is_err());
    }

    #[test]
    fn a_zip_without_one_list_is_refused() {
        assert!(Bundle::open(zipped(&[("a.jpg", b"x")])).is_err());
        assert!(Bundle::open(zipped(&[("a.csv", b"x"), ("b.csv", b"y")])).is_err());
        assert!(Bundle::open(b"PK\x03\x04 but not really".to_vec()).is_err());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let zeros = vec![0u8; 4 << 20];
        let mut b = Bundle::open(zipped(&[("menu.csv", b"name,price"), ("big.jpg", &zeros)])).unwrap();
        assert!(b.picture("big.jpg", 1 << 20).unwrap_err().message.contains("more than 1 MB"));
    }

    proptest! {
        #[test]
        fn broken_zips_never_panic(at in 0usize..400, bytes in proptest::collection::vec(any::<u8>(), 0..30)) {
            let mut whole = zipped(&[("menu.csv", b"name,price\nRice,100\n"), ("a.jpg", b"picture")]);
            let at = at % whole.len();
            let end = (at + bytes.len()).min(whole.len());
            whole.splice(at..end, bytes);
            if let Ok(mut b) = Bundle::open(whole) {
                let _ = (b.list(), b.picture("a.jpg", 100));
            }
        }
    }
}
