//! Machines with network addresses of their own, on this one: network namespaces, joined by cables
//! that can be cut. Made inside a user namespace where there is no root; gone when it is dropped.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

/// A namespace that lives as long as this does.
struct Holder {
    child: Child,
}

impl Holder {
    /// Runs `unshare` by way of this command; none if that is not allowed here.
    fn start(mut command: Command) -> Option<Self> {
        command.args(["sh", "-c", "echo here; exec cat"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take()?).read_line(&mut line).ok()?;
        if line.trim() == "here" {
            return Some(Self { child });
        }
        child.wait().ok();
        None
    }

    fn pid(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // Either fails only for a process that has ended.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The place where the cables of all machines come together, and the machines.
pub struct Lab {
    middle: Holder,
    hosts: Vec<Holder>,
    cables: usize,
}

/// Rules that let in nothing but answers to what went out, as the firewall of a laptop does.
const ANSWERS_ALONE: [&str; 4] = [
    "add table inet wall",
    "add chain inet wall input { type filter hook input priority 0; policy drop; }",
    "add rule inet wall input iif lo accept",
    "add rule inet wall input ct state established accept",
];

/// One of the machines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Host(usize);

/// One end of a cable, in the middle: cut and mended there.
#[derive(Clone, Debug)]
pub struct Cable(String);

impl Lab {
    /// An empty one; none where namespaces are not to be had.
    pub fn new() -> Option<Self> {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--net"]);
        let lab = Self { middle: Holder::start(unshare)?, hosts: Vec::new(), cables: 0 };
        lab.try_in_the_middle(&["link", "set", "lo", "up"]).then_some(lab)
    }

    /// An empty one whose machines can have firewalls; none where those are not to be had.
    pub fn with_firewalls() -> Option<Self> {
        let lab = Self::new()?;
        let mut command = enter(&lab.middle);
        command.arg("nft").args(["add", "table", "inet", "tried"]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success()).then_some(lab)
    }

    /// From now on nothing gets into a machine but answers to what went out.
    pub fn wall_off(&self, host: Host) {
        for rule in ANSWERS_ALONE {
            let mut command = self.inside(host, &Command::new("nft"));
            let output = command.arg(rule).output().unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "nft {rule}: {error}");
        }
    }

    /// A machine without a cable. What others say to everyone stays in its network.
    pub fn host(&mut self) -> Host {
        let mut unshare = enter(&self.middle);
        unshare.args(["unshare", "--net"]);
        self.hosts.push(Holder::start(unshare).expect("a second namespace"));
        let host = Host(self.hosts.len() - 1);
        self.ip(host, &["link", "set", "lo", "up"]);
        host
    }

    /// A switch, into which cables are plugged.
    pub fn switch(&mut self, name: &str) {
        self.in_the_middle(&["link", "add", name, "type", "bridge", "mcast_snooping", "0"]);
        self.in_the_middle(&["link", "set", name, "up"]);
    }

    /// A cable from a machine to a switch; the machine has this address there, as `10.1.0.2/24`.
    pub fn cable(&mut self, host: Host, switch: &str, address: &str) -> Cable {
        self.cables += 1;
        let (here, there) = (format!("v{}", self.cables), format!("eth{}", self.cables));
        self.in_the_middle(&["link", "add", &here, "type", "veth", "peer", "name", &there]);
        self.in_the_middle(&["link", "set", &there, "netns", &self.hosts[host.0].pid()]);
        self.in_the_middle(&["link", "set", &here, "master", switch, "up"]);
        self.ip(host, &["address", "add", address, "dev", &there]);
        self.ip(host, &["link", "set", &there, "multicast", "on", "up"]);
        Cable(here)
    }

    /// From now on a switch passes nothing from one of these cables to another of them, as an
    /// access point does that isolates its clients; what is on other cables they reach.
    pub fn keep_apart(&self, cables: &[&Cable]) {
        for cable in cables {
            let isolated = ["type", "bridge_slave", "isolated", "on"];
            self.in_the_middle(&[&["link", "set", &cable.0], &isolated[..]].concat());
        }
    }

    /// Everything that is not of its own network a machine sends to this address.
    pub fn gateway(&self, host: Host, address: &str) {
        self.ip(host, &["route", "add", "default", "via", address]);
    }

    /// A machine passes on what is not for itself.
    pub fn forwards(&self, host: Host) {
        let mut command = self.inside(host, &Command::new("sh"));
        command.args(["-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]);
        assert!(command.status().unwrap().success(), "a machine that forwards");
    }

    /// Takes a cable away for good, and with it the interface at its other end.
    pub fn unplug(&self, cable: Cable) {
        self.in_the_middle(&["link", "delete", &cable.0]);
    }

    pub fn cut(&self, cable: &Cable) {
        self.in_the_middle(&["link", "set", &cable.0, "down"]);
    }

    pub fn mend(&self, cable: &Cable) {
        self.in_the_middle(&["link", "set", &cable.0, "up"]);
    }

    /// The bytes that a cable has carried to its machine: what a switch sends is what it receives.
    pub fn bytes_to_host(&self, cable: &Cable) -> u64 {
        let mut command = enter(&self.middle);
        let counter = format!("/sys/class/net/{}/statistics/tx_bytes", cable.0);
        // The folder of the namespace in which it was mounted shows that one's interfaces alone.
        let script = format!("mount -t sysfs none /sys && cat {counter}");
        command.args(["unshare", "--mount", "sh", "-c", &script]);
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap_or_else(|_| {
            panic!("no counter: {}", String::from_utf8_lossy(&output.stderr));
        })
    }

    /// The same command, run on a machine.
    pub fn inside(&self, host: Host, command: &Command) -> Command {
        let mut inside = enter(&self.hosts[host.0]);
        inside.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => inside.env(name, value),
                None => inside.env_remove(name),
            };
        }
        inside
    }

    fn ip(&self, host: Host, arguments: &[&str]) {
        let mut command = self.inside(host, &Command::new("ip"));
        let output = command.args(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ip {arguments:?}: {error}");
    }

    fn in_the_middle(&self, arguments: &[&str]) {
        assert!(self.try_in_the_middle(arguments), "ip {arguments:?}");
    }

    fn try_in_the_middle(&self, arguments: &[&str]) -> bool {
        let mut command = enter(&self.middle);
        command.arg("ip").args(arguments);
        command.status().is_ok_and(|status| status.success())
    }
}

/// A command in the namespace of a holder.
fn enter(holder: &Holder) -> Command {
    let mut command = Command::new("nsenter");
    command.args(["--target", &holder.pid(), "--user", "--preserve-credentials", "--net", "--"]);
    command
}

/// Says why namespaces, or firewalls in them, are not to be had, in the words of the machine.
pub fn refusal() -> String {
    let mut unshare = Command::new("unshare");
    let tried = "ip link >/dev/null && nft add table inet tried";
    let output = unshare.args(["--user", "--map-root-user", "--net", "sh", "-c", tried]).output();
    let said = match &output {
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => format!("unshare: {error}"),
    };
    std::io::stderr().flush().ok();
    if said.is_empty() { "no reason was given".to_owned() } else { said }
}
