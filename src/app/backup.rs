//! Backups of the whole data folder: one zip with a list of what is in it and the SHA-256 of each file. Taken beside a running
//! server; looked over completely before it replaces anything.

use crate::config::paths::Paths;
use crate::domain::error::{Error, Result};
use crate::domain::id::Id;
use crate::domain::time::Time;
use crate::store::backup as databases;
use crate::store::restored::{self, Doubts};
use crate::store::schema::Kind;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The list inside the archive.
const LIST: &str = "backup.json";
/// The control file's name in the archive.
const CONTROL: &str = "steward.db";
/// The master key's name in the archive.
const KEY: &str = "master.key";

/// What a backup holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct List {
    /// Who wrote it.
    pub steward: String,
    /// When.
    pub made_at: Time,
    /// Each file's SHA-256 in hex, by its path.
    pub files: BTreeMap<String, String>,
    /// Businesses whose files were damaged, so that they are not in it, and what is wrong with each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub damaged: BTreeMap<Id, String>,
}

/// What came of a restore.
#[derive(Debug)]
pub struct Restored {
    /// What was in the backup.
    pub list: List,
    /// Where the folder is kept that was there before.
    pub kept: Option<PathBuf>,
    /// What is not done again by itself, over all businesses.
    pub doubts: Doubts,
}

impl List {
    /// Whether stored credentials can be opened with what is inside.
    pub fn has_key(&self) -> bool {
        self.files.contains_key(KEY)
    }
    /// How many businesses are in it.
    pub fn businesses(&self) -> usize {
        self.files.keys().filter(|f| f.ends_with("/business.db")).count()
    }
}

fn cannot(what: &str, path: &Path) -> impl Fn(std::io::Error) -> Error {
    let words = format!("{} cannot be {what}", path.display());
    move |e| Error::unavailable(format!("{words}: {e}.")).with_source(e)
}

fn broken(e: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::invalid("This is no backup, or it is damaged: it cannot be read to its end. Nothing was changed.").with_source(e)
}

/// Writes a backup of a data folder to `out`, which must not exist. With `key`, stored credentials can be opened by whoever has it.
pub fn write(paths: &Paths, out: &Path, key: bool, now: Time) -> Result<List> {
    crate::store::check_control(paths.root())?;
    if !paths.control().exists() {
        return Err(Error::invalid(format!("{} is no data folder: it has no steward.db.", paths.root().display())));
    }
    let part = part_of(out)?;
    let done = write_part(paths, &part, key, now).and_then(|list| {
        std::fs::rename(&part, out).map_err(cannot("written", out))?;
        Ok(list)
    });
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}

/// The file it is while it is not whole.
fn part_of(out: &Path) -> Result<PathBuf> {
    if out.exists() {
        return Err(Error::conflict(format!("{} exists already. Name another file.", out.display())));
    }
    let mut name = out.as_os_str().to_owned();
    name.push(".part");
    Ok(PathBuf::from(name))
}

/// A backup that is being written.
struct Part<'a> {
    paths: &'a Paths,
    /// Where databases are copied to before they are added.
    scratch: &'a Path,
    zip: ZipWriter<File>,
    list: List,
}

fn write_part(paths: &Paths, out: &Path, key: bool, now: Time) -> Result<List> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let zip = ZipWriter::new(options.open(out).map_err(cannot("written", out))?);
    let scratch = tempfile::tempdir_in(out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")));
    let scratch = scratch.map_err(cannot("written", out))?;
    let list = List { steward: env!("CARGO_PKG_VERSION").into(), made_at: now, files: BTreeMap::new(), damaged: BTreeMap::new() };
    let mut part = Part { paths, scratch: scratch.path(), zip, list };
    let control = scratch.path().join(CONTROL);
    databases::copy(&paths.control(), &control)?;
    if let Some(wrong) = databases::damage(&control)?.first() {
        return Err(Error::internal(format!("{} is damaged: {wrong}. Restore it from a backup.", paths.control().display())));
    }
    add(&mut part, CONTROL, &control)?;
    for id in databases::businesses(&control)? {
        add_business(&mut part, id, copy_whole)?;
    }
    if key && paths.master_key().exists() {
        add(&mut part, KEY, &paths.master_key())?;
    }
    let Part { mut zip, list, .. } = part;
    let text = serde_json::to_vec_pretty(&list).map_err(|e| Error::internal("The list could not be written.").with_source(e))?;
    zip.start_file(LIST, SimpleFileOptions::default()).map_err(broken)?;
    zip.write_all(&text).map_err(cannot("written", out))?;
    zip.finish().map_err(broken)?.sync_all().map_err(cannot("written", out))?;
    Ok(list)
}

/// Adds one business, whose file `copy_file` copies. Its media are added before and after that: what it names and is thrown away meanwhile
/// was there before, what came meanwhile is there after.
fn add_business(part: &mut Part<'_>, id: Id, copy_file: impl FnOnce(&Path, &Path) -> Result<()>) -> Result<()> {
    let (copy, from) = (part.scratch.join("business.db"), part.paths.business(id));
    add_media(part, id)?;
    if let Err(e) = copy_file(&from, &copy) {
        // One that is damaged would make the whole archive useless; the others are kept.
        part.list.damaged.insert(id, format!("{}: {}", from.display(), e.message));
        let _ = std::fs::remove_file(&copy);
        return Ok(());
    }
    add(part, &format!("businesses/{id}/business.db"), &copy)?;
    std::fs::remove_file(&copy).map_err(cannot("removed", &copy))?;
    add_media(part, id)
}

/// Adds the media of a business that are not in it yet. They are named by what they hold and never change; one that is thrown away just
/// now is passed by.
fn add_media(part: &mut Part<'_>, id: Id) -> Result<()> {
    let Ok(media) = std::fs::read_dir(part.paths.media(id)) else { return Ok(()) };
    for entry in media.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let ours = file.len() == 64 && file.bytes().all(|b| b.is_ascii_hexdigit());
        let name = format!("businesses/{id}/media/{file}");
        if ours && !part.list.files.contains_key(&name) && entry.path().is_file() {
            match File::open(entry.path()) {
                Ok(from) => add_open(part, &name, &entry.path(), from)?,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(cannot("read", &entry.path())(e)),
            }
        }
    }
    Ok(())
}

/// Copies a business's file, and looks whether the copy is whole.
fn copy_whole(from: &Path, to: &Path) -> Result<()> {
    if !from.exists() {
        return Err(Error::conflict("it is not there."));
    }
    databases::copy(from, to)?;
    match databases::damage(to)?.first() {
        None => Ok(()),
        Some(wrong) => Err(Error::internal(format!("it is damaged: {wrong}."))),
    }
}

fn add(part: &mut Part<'_>, name: &str, path: &Path) -> Result<()> {
    let from = File::open(path).map_err(cannot("read", path))?;
    add_open(part, name, path, from)
}

fn add_open(part: &mut Part<'_>, name: &str, path: &Path, mut from: File) -> Result<()> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    part.zip.start_file(name, options).map_err(broken)?;
    let sum = pour(&mut from, &mut part.zip).map_err(cannot("copied", path))?;
    part.list.files.insert(name.to_owned(), sum);
    Ok(())
}

/// Copies to the end; the SHA-256 of what was copied, in hex.
fn pour(from: &mut impl Read, to: &mut impl Write) -> std::io::Result<String> {
    let (mut sum, mut block) = (Context::new(&SHA256), vec![0; 1 << 16]);
    loop {
        let n = from.read(&mut block)?;
        let Some(read) = block.get(..n).filter(|r| !r.is_empty()) else { return Ok(hex::encode(sum.finish())) };
        sum.update(read);
        to.write_all(read)?;
    }
}

/// Puts a backup in the place of a data folder. Everything is unpacked beside it and looked over first: each file's sum, each
/// database's pages and references, that no business lacks its file but those that were damaged already. What waited to leave then is
/// not sent again by itself. The folder that was there is kept under the name answered.
pub fn restore(archive: &Path, paths: &Paths, now: Time) -> Result<Restored> {
    let root = paths.root();
    let lock = lock(root)?;
    let (fresh, kept) = (beside(root, "restoring"), beside(root, &format!("before-restore-{}", now.millis())));
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh).map_err(cannot("removed", &fresh))?;
    }
    let done = unpack(archive, &fresh).and_then(|list| {
        check(&Paths::new(&fresh), &list)?;
        let doubts = doubt(&Paths::new(&fresh), &list, now)?;
        // The key of this machine opens what was sealed on it, unless the backup brings its own.
        if !list.has_key() && paths.master_key().exists() {
            std::fs::copy(paths.master_key(), Paths::new(&fresh).master_key()).map_err(cannot("copied", &paths.master_key()))?;
        }
        Ok((list, doubts))
    });
    let (list, doubts) = match done {
        Ok(done) => done,
        Err(e) => {
            let _ = std::fs::remove_dir_all(&fresh);
            return Err(e);
        }
    };
    let had = root.exists();
    if had {
        std::fs::rename(root, &kept).map_err(cannot("moved aside", root))?;
    }
    if let Err(e) = std::fs::rename(&fresh, root) {
        if had {
            std::fs::rename(&kept, root).map_err(cannot("moved back", &kept))?;
        }
        return Err(cannot("replaced", root)(e));
    }
    drop(lock);
    Ok(Restored { list, kept: had.then_some(kept), doubts })
}

/// The data folder must not be in use.
fn lock(root: &Path) -> Result<Option<File>> {
    if !root.exists() {
        return Ok(None);
    }
    let file = File::create(root.join("lock")).map_err(cannot("written", root))?;
    file.try_lock().map_err(|_| Error::conflict(format!("The data folder {} is in use. Stop steward first.", root.display())))?;
    Ok(Some(file))
}

fn beside(root: &Path, word: &str) -> PathBuf {
    let mut name = root.as_os_str().to_owned();
    name.push(".");
    name.push(word);
    PathBuf::from(name)
}

fn unpack(archive: &Path, to: &Path) -> Result<List> {
    let mut zip = ZipArchive::new(File::open(archive).map_err(cannot("read", archive))?).map_err(broken)?;
    let list: List = {
        let mut text = String::new();
        zip.by_name(LIST).map_err(broken)?.take(64 << 20).read_to_string(&mut text).map_err(broken)?;
        serde_json::from_str(&text).map_err(broken)?
    };
    // Only what the list names is unpacked, and only under names of ours: an archive cannot write elsewhere.
    for (name, sum) in &list.files {
        if !is_ours(name) {
            return Err(Error::invalid(format!("The backup names a file that has no place here: {name}. Nothing was changed.")));
        }
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(to)).map_err(cannot("made", &path))?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(cannot("written", &path))?;
        let found = pour(&mut zip.by_name(name).map_err(broken)?, &mut file).map_err(broken)?;
        if found != *sum {
            return Err(Error::invalid(format!("The backup is damaged: {name} is not what it was. Nothing was changed.")));
        }
        file.sync_all().map_err(cannot("written", &path))?;
    }
    Ok(list)
}

/// `steward.db`, `master.key`, `businesses/<id>/business.db` and `businesses/<id>/media/<sha256>`.
fn is_ours(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let is_id = |t: &str| t.parse::<Id>().is_ok();
    let is_sum = |t: &str| t.len() == 64 && t.bytes().all(|b| b.is_ascii_hexdigit());
    match parts[..] {
        [CONTROL | KEY] => true,
        ["businesses", id, "business.db"] => is_id(id),
        ["businesses", id, "media", file] => is_id(id) && is_sum(file),
        _ => false,
    }
}

/// Looks an unpacked backup over.
fn check(paths: &Paths, list: &List) -> Result<()> {
    let wrong = |name: &str, problems: Vec<String>| match problems.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(format!("{name} in the backup is damaged: {}. Nothing was changed.", problems.join("; ")))),
    };
    if !list.files.contains_key(CONTROL) {
        return Err(Error::invalid("The backup has no steward.db. Nothing was changed."));
    }
    wrong(CONTROL, databases::problems(&paths.control(), Kind::Control)?)?;
    for id in databases::businesses(&paths.control())? {
        if list.damaged.contains_key(&id) {
            continue;
        }
        if !paths.business(id).exists() {
            return Err(Error::invalid(format!("The backup lacks the file of business {id}. Nothing was changed.")));
        }
        wrong(&format!("businesses/{id}/business.db"), databases::problems(&paths.business(id), Kind::Business)?)?;
    }
    Ok(())
}

/// Marks in every unpacked business what waited to leave when the backup was taken.
fn doubt(paths: &Paths, list: &List, now: Time) -> Result<Doubts> {
    let mut all = Doubts::default();
    for id in databases::businesses(&paths.control())? {
        if list.damaged.contains_key(&id) {
            continue;
        }
        let found = restored::doubt(&paths.business(id), now)?;
        all.messages += found.messages;
        all.deeds += found.deeds;
        all.campaigns += found.campaigns;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_come_and_go_while_a_business_is_copied_are_in_the_backup() {
        let dir = tempfile::tempdir().unwrap();
        let (paths, id) = (Paths::new(dir.path().to_owned()), Id::new(Time::from_millis(1)));
        let (gone, came) = ("a".repeat(64), "b".repeat(64));
        std::fs::create_dir_all(paths.media(id)).unwrap();
        std::fs::write(paths.business(id), "rows").unwrap();
        std::fs::write(paths.media(id).join(&gone), "named by the copy").unwrap();
        let zip = ZipWriter::new(File::create(dir.path().join("b.zip")).unwrap());
        let list = List { steward: String::new(), made_at: Time::from_millis(1), files: BTreeMap::new(), damaged: BTreeMap::new() };
        let mut part = Part { paths: &paths, scratch: dir.path(), zip, list };
        let copy = |from: &Path, to: &Path| {
            std::fs::write(paths.media(id).join(&came), "named by the copy, too").unwrap();
            std::fs::copy(from, to).unwrap();
            std::fs::remove_file(paths.media(id).join(&gone)).unwrap();
            Ok(())
        };
        add_business(&mut part, id, copy).unwrap();
        let names: Vec<&str> = part.list.files.keys().filter_map(|n| n.rsplit('/').next()).collect();
        assert_eq!(names, ["business.db", &gone, &came]);
        part.zip.finish().unwrap();
    }
}
