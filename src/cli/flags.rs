//! Flags made from the table of options, so the two cannot disagree.

use crate::config::options::{FILE, OPTIONS, Opt, Scope};
use crate::config::values::Flags;
use clap::{Arg, ArgAction, ArgMatches, Args, Command};

/// Flags of every command: `--data`, `--config`, `--log`.
#[derive(Debug, Clone, Default)]
pub struct Everywhere(pub Flags);

/// Flags of commands that start the server: `--listen`, `--public-url`.
#[derive(Debug, Clone, Default)]
pub struct Serving(pub Flags);

fn of(scope: Scope) -> impl Iterator<Item = (&'static str, &'static Opt)> {
    [&FILE].into_iter().chain(OPTIONS).filter_map(move |o| o.flag.filter(|(_, s)| *s == scope).map(|(flag, _)| (flag, o)))
}

fn add(command: Command, scope: Scope) -> Command {
    of(scope).fold(command, |command, (flag, o)| {
        let default = o.default.map(|d| format!(", default: {d}")).unwrap_or_default();
        let arg = Arg::new(o.key)
            .long(flag)
            .value_name(o.shape)
            .help(format!("{} [env: {}{default}]", o.help, o.env))
            .action(ArgAction::Set)
            .global(scope == Scope::Everywhere)
            .display_order(900);
        command.arg(arg)
    })
}

fn take(matches: &ArgMatches, scope: Scope) -> Flags {
    of(scope).fold(Flags::default(), |flags, (_, o)| match matches.get_one::<String>(o.key) {
        Some(value) => flags.with(o.key, value),
        None => flags,
    })
}

macro_rules! flags_of {
    ($name:ident, $scope:expr) => {
        impl clap::FromArgMatches for $name {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                Ok(Self(take(matches, $scope)))
            }
            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
                self.0 = self.0.clone().and(&take(matches, $scope));
                Ok(())
            }
        }
        impl Args for $name {
            fn augment_args(command: Command) -> Command {
                add(command, $scope)
            }
            fn augment_args_for_update(command: Command) -> Command {
                add(command, $scope)
            }
        }
    };
}
flags_of!(Everywhere, Scope::Everywhere);
flags_of!(Serving, Scope::Serving);
