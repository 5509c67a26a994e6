//! A program on this machine, such as whisper.cpp's: it gets a WAV file and says the words on its standard output. The operator chose
//! it; nothing a customer sends is part of the command.

use super::Deaf;
use super::note::{Note, wav};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Time for one note, in milliseconds.
const TIMEOUT_MS: u64 = 120_000;
/// Stands for the file's path in the command.
const FILE: &str = "{file}";

pub(super) async fn hear(words: &[String], note: &Note) -> Result<String, Deaf> {
    let away = |e: std::io::Error| Deaf::Never(format!("The program that turns speech into words could not be run: {e}."));
    let Some(sound) = wav(note) else {
        return Err(Deaf::Never("The program that turns speech into words only hears Ogg/Opus and WAV.".into()));
    };
    let file = tempfile::Builder::new().prefix("steward-note-").suffix(".wav").tempfile().map_err(away)?;
    tokio::fs::write(file.path(), sound).await.map_err(away)?;
    let path = file.path().display().to_string();
    let mut filled: Vec<String> = words.iter().map(|w| w.replace(FILE, &path)).collect();
    if !words.iter().any(|w| w.contains(FILE)) {
        filled.push(path);
    }
    let Some((program, arguments)) = filled.split_first() else { return Err(Deaf::Never("No program is named.".into())) };
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let run = tokio::time::timeout(Duration::from_millis(TIMEOUT_MS), command.output()).await;
    match run {
        Err(_) => Err(Deaf::Never("The program that turns speech into words takes too long.".into())),
        Ok(Err(e)) => Err(away(e)),
        Ok(Ok(out)) if !out.status.success() => Err(Deaf::Never("The program that turns speech into words failed.".into())),
        Ok(Ok(out)) => Ok(String::from_utf8_lossy(&out.stdout).split_whitespace().collect::<Vec<_>>().join(" ")),
    }
}
