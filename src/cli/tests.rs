//! Tests of the frame: what is understood, and what is refused.

use super::*;
use crate::config::options::{FILE, OPTIONS};
use clap::error::ErrorKind;

fn read(line: &str) -> std::result::Result<Cli, ErrorKind> {
    Cli::try_parse_from(line.split(' ')).map_err(|e| e.kind())
}

#[test]
fn the_frame_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn flags_work_before_and_after_the_command() {
    for line in ["steward --data d serve --listen 1.2.3.4:5", "steward serve --listen 1.2.3.4:5 --data d"] {
        let cli = read(line).unwrap();
        assert_eq!(cli.everywhere.0.get("data"), Some("d"), "{line}");
        let Some(Command::Serve(args)) = cli.command else { panic!("{line}") };
        assert_eq!(args.serving.0.get("listen"), Some("1.2.3.4:5"));
    }
    let deep = read("steward business list --json --data deep").unwrap();
    assert_eq!(deep.everywhere.0.get("data"), Some("deep"));
}

#[test]
fn every_option_with_a_flag_is_one() {
    let help = Cli::command().find_subcommand_mut("serve").unwrap().render_long_help().to_string();
    let own = Cli::command().render_long_help().to_string();
    for o in [&FILE].into_iter().chain(OPTIONS) {
        let Some((flag, _)) = o.flag else { continue };
        assert!(help.contains(&format!("--{flag}")) || own.contains(&format!("--{flag}")), "--{flag}");
        assert!(help.contains(o.env) || own.contains(o.env), "{} is named in help", o.env);
    }
}

#[test]
fn wrong_usage_is_refused() {
    assert_eq!(read("steward fly").unwrap_err(), ErrorKind::InvalidSubcommand);
    assert_eq!(read("steward business add Shop --template casino").unwrap_err(), ErrorKind::ValueValidation);
    assert_eq!(read("steward business add Shop").unwrap_err(), ErrorKind::MissingRequiredArgument);
    assert_eq!(read("steward member add a@b.c --business s --role king").unwrap_err(), ErrorKind::ValueValidation);
    assert_eq!(read("steward key add till").unwrap_err(), ErrorKind::MissingRequiredArgument);
    assert_eq!(read("steward import items --business s").unwrap_err(), ErrorKind::MissingRequiredArgument);
    assert!(read("steward").unwrap().command.is_none());
}

#[test]
fn wrong_usage_and_failures_have_different_codes() {
    use crate::domain::error::Error;
    assert_eq!(exit(Ok(())), ExitCode::SUCCESS);
    assert_eq!(exit(Err(Error::invalid("no"))), ExitCode::from(2));
    assert_eq!(exit(Err(Error::unavailable("no"))), ExitCode::from(1));
}
