//! The `sheaf` command.

fn main() -> std::process::ExitCode {
    sheaf_cli::main()
}
