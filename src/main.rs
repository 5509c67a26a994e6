//! The program: a match on the command line.

use steward::cli::{self, Cli, Command};

/// Many small things on several threads: a tenth of a turn went into the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let Cli { everywhere, command } = cli::parse();
    let flags = &everywhere.0;
    let done = match command {
        None => cli::help(),
        Some(Command::Demo(args)) => cli::demo::run(flags, &args),
        Some(Command::Serve(args)) => cli::serve::run(flags, &args),
        Some(Command::Business { act }) => cli::business::run(flags, act),
        Some(Command::Member { act }) => cli::member::run(flags, act),
        Some(Command::Key { act }) => cli::key::run(flags, act),
        Some(Command::Import { what }) => cli::import::run(flags, what),
        Some(Command::Export(args)) => cli::export::run(flags, &args),
        Some(Command::Backup(args)) => cli::backup::write(flags, &args),
        Some(Command::Restore(args)) => cli::backup::restore(flags, &args),
        Some(Command::Eval(args)) => cli::eval::run(flags, &args),
        Some(Command::Doctor(args)) => cli::doctor::run(flags, &args),
        Some(Command::Mcp(args)) => cli::mcp::run(flags, &args),
        Some(Command::Openapi) => cli::openapi::run(),
        Some(Command::ReadDocument { format }) => cli::read_document::run(&format),
        Some(Command::ReadPicture) => cli::read_picture::run(),
        Some(Command::Completions { shell }) => cli::completions::run(shell),
    };
    cli::exit(done)
}
