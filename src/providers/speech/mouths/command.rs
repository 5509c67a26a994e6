//! A program on this machine, such as espeak-ng: it reads words on its standard input and writes sound on its standard output. The
//! operator chose it; nothing of a reply is part of the command.

use super::{MOST_BYTES, Mute, Script, TIMEOUT_MS};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

/// Stands for the language in the command.
const LANG: &str = "{lang}";

pub(super) async fn speak(words: &[String], s: Script<'_>) -> Result<Vec<u8>, Mute> {
    let filled: Vec<String> = words.iter().map(|w| w.replace(LANG, s.lang)).collect();
    let Some((program, arguments)) = filled.split_first() else { return Err(Mute("No program that speaks is named.".into())) };
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    match tokio::time::timeout(Duration::from_millis(TIMEOUT_MS), run(command, s.text)).await {
        Err(_) => Err(Mute("The program that speaks takes too long.".into())),
        Ok(Err(e)) => Err(Mute(format!("The program that speaks could not be run: {e}."))),
        Ok(Ok(None)) => Err(Mute("The program that speaks failed.".into())),
        Ok(Ok(Some(bytes))) => Ok(bytes),
    }
}

async fn run(mut command: Command, text: &str) -> std::io::Result<Option<Vec<u8>>> {
    let mut child = command.spawn()?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else { return Ok(None) };
    let give = async move {
        // One that has heard enough closes its end.
        let _ = input.write_all(text.as_bytes()).await;
        let _ = input.shutdown().await;
    };
    let mut bytes = Vec::new();
    let mut output = output.take(MOST_BYTES as u64 + 1);
    let ((), heard) = tokio::join!(give, output.read_to_end(&mut bytes));
    heard?;
    drop(output);
    Ok(child.wait().await?.success().then_some(bytes))
}
