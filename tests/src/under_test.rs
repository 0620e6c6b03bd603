//! The `sheaf` command, built where the stories can find it.

fn main() -> std::process::ExitCode {
    sheaf_cli::main()
}
