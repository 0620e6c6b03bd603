//! The `sheaf` command.

/// A device takes in and keeps many small pieces, on several threads: this gives memory back, and
/// takes less time than the allocator of the system.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    sheaf_cli::main()
}
