//! A scheduler and two executors as processes of their own on loopback, held to the local executor
//! cell by cell.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sheaf_lake::Cluster;
use tempfile::TempDir;

use crate::plans::{Random, plan};
use crate::support::{engine, local, same};

/// Processes that end with the test.
struct Nodes {
    children: Vec<Child>,
    scheduler: SocketAddr,
    _folder: TempDir,
}

impl Drop for Nodes {
    fn drop(&mut self) {
        for child in &mut self.children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

/// A free port that has a free one after it.
fn free() -> SocketAddr {
    loop {
        let one = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = one.local_addr().unwrap();
        if TcpListener::bind(("127.0.0.1", address.port().wrapping_add(1))).is_ok() {
            return address;
        }
    }
}

fn start(arguments: &[String]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sheaf-lake"));
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// Waits until a port answers.
fn until_up(address: SocketAddr) {
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(address).is_err() {
        assert!(Instant::now() < until, "nothing listens at {address}");
        std::thread::yield_now();
    }
}

fn nodes() -> Nodes {
    let folder = tempfile::tempdir().unwrap();
    let scheduler = free();
    let mut children = vec![start(&["scheduler".to_owned(), scheduler.to_string()])];
    until_up(scheduler);
    for number in 0..2 {
        let listen = free();
        let own = folder.path().join(number.to_string());
        std::fs::create_dir(&own).unwrap();
        children.push(start(&[
            "executor".to_owned(),
            listen.to_string(),
            format!("--scheduler={scheduler}"),
            format!("--folder={}", own.display()),
        ]));
        until_up(listen);
    }
    Nodes { children, scheduler, _folder: folder }
}

#[test]
fn random_plans_on_a_cluster_give_the_same_cells() {
    let nodes = nodes();
    let (scope, engine) = (local(), engine(&Cluster::Ballista(nodes.scheduler.to_string())));
    for seed in 0..25 {
        let plan = plan(&mut Random(seed));
        same(&scope, &engine, &plan, &format!("seed {seed}: {plan:?}"));
    }
}
