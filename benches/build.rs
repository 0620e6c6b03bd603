//! Notes the compiler and the profile, for the head of the table.

use std::env;
use std::process::Command;

fn main() {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(compiler).arg("--version").output().ok();
    let version = version.and_then(|output| String::from_utf8(output.stdout).ok());
    let variable = |name: &str| env::var(name).unwrap_or_default();
    println!("cargo:rustc-env=BENCH_COMPILER={}", version.unwrap_or_default().trim());
    println!("cargo:rustc-env=BENCH_PROFILE={}", variable("PROFILE"));
    println!("cargo:rustc-env=BENCH_OPT_LEVEL={}", variable("OPT_LEVEL"));
    println!("cargo:rerun-if-changed=build.rs");
}
